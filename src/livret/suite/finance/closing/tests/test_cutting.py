"""Cut-offs: posted on the last day, undone on the first day of the next year, whatever order they come in."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.closing.queries.checks import judged_checks
from livret.suite.finance.closing.rules.cutoffs import all_kinds, kinds_for, opposite, sides
from livret.suite.finance.closing.services.cutting import (
    CutOffRefused,
    TypedCutOff,
    post_cut_off,
    reverse_cut_offs,
    unreversed,
)
from livret.suite.finance.closing.services.opening import open_next_year
from livret.suite.finance.closing.tests.factories import KEPT, two_years
from livret.suite.finance.models import Entry, Line
from livret.suite.finance.services.locks import lock_period, unlock_period
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_auxiliary, make_company, make_year

PREPAID = TypedCutOff("prepaid-expense", "Assurance de janvier", "CCA-1", "616000", "486000", 30_000)
UNRECEIVED = TypedCutOff("invoice-not-received", "Électricité", "FNP-1", "606100", "408100", 10_000, 2_000, "445860")


@pytest.fixture
def years(environment):
    with inside(environment.place):
        yield two_years()


def sums(year):
    rows = Line.objects.filter(fiscal_year=year).values_list("account__number", "debit_cents", "credit_cents")
    return {number: debit - credit for number, debit, credit in rows}


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.code)
def test_each_kind_balances_and_its_reversal_undoes_it(kind):
    held = sides(kind, net_cents=10_000, vat_cents=2_000 if kind.vat else 0)

    assert sum(one.cents for one in held) == 0
    assert [one.cents for one in opposite(held)] == [-one.cents for one in held]
    assert kind.source


def test_no_kind_is_known_before_the_data_begins():
    assert kinds_for(date(2013, 12, 31)) == []


def test_a_prepaid_expense_leaves_the_year_and_comes_back_in_the_next(years):
    post_cut_off(years[0], PREPAID, **KEPT)

    assert sums(years[0]) == {"616000": -30_000, "486000": 30_000}
    assert sums(years[1]) == {"616000": 30_000, "486000": -30_000}
    assert list(Entry.objects.order_by("date").values_list("date", flat=True)) == [date(2025, 12, 31), date(2026, 1, 1)]


def test_an_invoice_not_received_bears_its_vat_and_its_party(years):
    make_auxiliary(years[0].company, "F1", "EDF")
    typed = TypedCutOff(**{**{name: getattr(UNRECEIVED, name) for name in UNRECEIVED.__slots__}, "auxiliary": "F1"})

    post_cut_off(years[0], typed, **KEPT)

    assert sums(years[0]) == {"606100": 10_000, "445860": 2_000, "408100": -12_000}
    assert Line.objects.get(fiscal_year=years[0], account__number="408100").auxiliary.number == "F1"


def test_the_reversal_waits_for_the_next_year(environment):
    with inside(environment.place):
        year = make_year(make_company())
        act = post_cut_off(year, PREPAID, **KEPT)
        assert unreversed(year) == [act]

        following = open_next_year(year, **KEPT)

        assert unreversed(year) == []
        assert sums(following) == {"616000": 30_000, "486000": -30_000}


def test_a_locked_first_day_keeps_the_reversal_waiting_and_the_next_year_says_so(years):
    lock_period(years[1], until=date(2026, 2, 1), reason="", by=ALICE, at=AT)

    act = post_cut_off(years[0], PREPAID, **KEPT)

    assert unreversed(years[0]) == [act]
    found = {one.check.code: one.check for one in judged_checks(years[1], today=TODAY)}
    assert found["cut-off-not-reversed"].found[0].label == "Assurance de janvier"


def test_reversing_twice_posts_once(years):
    lock_period(years[1], until=date(2026, 2, 1), reason="", by=ALICE, at=AT)
    post_cut_off(years[0], PREPAID, **KEPT)
    unlock_period(years[1], until=None, reason="Extourne", by=ALICE, at=AT)

    first, again = reverse_cut_offs(years[0], **KEPT), reverse_cut_offs(years[0], **KEPT)

    assert (len(first), again) == (1, [])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "x"}, "kind"),
        ({"net_cents": 0}, "net"),
        ({"vat_cents": 5}, "vat"),
        ({"account": "999999"}, "account"),
        ({"auxiliary": "INCONNU"}, "auxiliary"),
    ],
)
def test_what_cannot_be_posted_names_its_field_and_leaves_nothing(years, changed, field):
    typed = TypedCutOff(**{**{name: getattr(PREPAID, name) for name in PREPAID.__slots__}, **changed})

    with pytest.raises(CutOffRefused) as refused:
        post_cut_off(years[0], typed, **KEPT)

    assert refused.value.field == field
    assert not Entry.objects.exists()
