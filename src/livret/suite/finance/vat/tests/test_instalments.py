"""Instalments of the simplified regime: what is asked, what was paid, the return that takes it off."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.kernel.periods import DayPeriod
from livret.suite.finance.tests.factories import make_year
from livret.suite.finance.tests.test_pages import text_of
from livret.suite.finance.vat.models import Regime
from livret.suite.finance.vat.queries.instalments import paid_in, schedule_of
from livret.suite.finance.vat.rules.regimes import asked_of, instalment_base
from livret.suite.finance.vat.tests.books import Books, euros

YEAR = DayPeriod(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def books(environment):
    with inside(environment.place):
        books = Books(kind="yearly")
        books.sale(date(2025, 3, 1), 1_000_000)
        books.purchase(date(2025, 3, 2), 200_000, expense="218300", vat="445620")
        yield books


def instalment(books, day, cents):
    return books.post(day, ("445810", cents), ("512000", -cents), journal="BQ", ref="ACOMPTE")


@pytest.mark.parametrize(
    ("paid", "parts", "late"),
    [
        (0, [0, 0], [True, False]),
        (110_000, [110_000, 0], [False, False]),
        (150_000, [110_000, 40_000], [False, False]),
        (300_000, [110_000, 190_000], [False, False]),
    ],
)
def test_what_is_paid_goes_to_the_instalment_due_first(paid, parts, late):
    found = asked_of(2_000, YEAR, paid_cents=paid, today=date(2026, 9, 2))

    assert [one.paid_cents for one in found] == parts
    assert [one.is_late for one in found] == late


@pytest.mark.parametrize(
    ("period", "days"),
    [
        (YEAR, [date(2026, 7, 24), date(2026, 12, 24)]),
        (DayPeriod(date(2025, 7, 1), date(2026, 6, 30)), [date(2025, 7, 24), date(2025, 12, 24)]),
        (DayPeriod(date(2027, 1, 1), date(2027, 12, 31)), []),
    ],
)
def test_instalments_fall_due_inside_their_period_while_the_law_has_them(period, days):
    assert [one.due_on for one in asked_of(None, period, paid_cents=0, today=YEAR.first_day)] == days


def test_the_base_leaves_the_tax_on_fixed_assets_in():
    assert instalment_base({"19/tax": 2_000, "20/tax": 300, "23/tax": 400, "24/tax": 100}) == 1_700


def test_the_year_before_says_what_is_asked(books):
    books.file(books.prepared_of(date(2025, 1, 1), date(2025, 12, 31)), locks=False)
    books.year_after = make_year(books.company, date(2026, 1, 1), date(2026, 12, 31))
    instalment(books, date(2026, 7, 20), 110_000)

    found = schedule_of(books.company, YEAR, today=date(2026, 9, 2))

    assert (found.base_euros, [one.euros for one in found.asked]) == (2_000, [1_100, 800])
    assert ([one.is_paid for one in found.asked], found.payments[0].reference) == ([True, False], "BQ-1")


def test_a_return_older_than_the_year_before_does_not_say_what_is_asked(books):
    books.file(books.prepared_of(date(2025, 1, 1), date(2025, 12, 31)), locks=False)

    found = schedule_of(books.company, DayPeriod(date(2027, 1, 1), date(2027, 12, 31)), today=date(2027, 9, 2))

    assert found.base_euros is None


def test_the_return_takes_off_what_the_books_paid(books):
    instalment(books, date(2025, 7, 24), 110_000)

    assert euros(books.prepared_of(date(2025, 1, 1), date(2025, 12, 31)))["30/tax"] == 1_100


def test_an_entry_that_settles_a_return_pays_nothing(books):
    instalment(books, date(2025, 7, 24), 110_000)
    books.post(date(2025, 12, 31), ("445510", 110_000), ("445810", -110_000), journal="OD")

    assert paid_in(books.company.pk, DayPeriod(date(2025, 1, 1), date(2025, 12, 31))) == 110_000


@pytest.fixture
def vat(environment, cast):
    """A yearly company that paid an instalment, its return prepared; the value is the address of its VAT."""
    with inside(environment.place):
        books = Books(kind="yearly")
        instalment(books, date(2025, 7, 24), 110_000)
        books.prepared_of(date(2025, 1, 1), date(2025, 12, 31))
    return f"/e/{environment.slug}/comptabilite/732829320/tva/"


@pytest.mark.parametrize("path", ["", "2025-01-01/"])
def test_the_pages_show_what_is_asked_and_paid(browse, vat, path):
    page = text_of(browse().get(f"{vat}{path}"))

    assert "Acomptes du 01/01/2025 au 31/12/2025" in page
    assert "BQ-1" in page
    assert "sa ligne 57" in page


def test_a_quarterly_company_is_told_that_it_pays_none(browse, vat, environment):
    with inside(environment.place):
        Regime.objects.update(kind="quarterly")

    assert "chaque trimestre est payé avec sa déclaration" in text_of(browse().get(vat))
