"""What other years, bank accounts and assets read of a purged year says the same as before."""

from __future__ import annotations

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.assets.queries import works_under
from livret.suite.finance.assets.services.assets import AssetRefused, split_component
from livret.suite.finance.assets.tests.factories import make_asset
from livret.suite.finance.bank.models import Movement
from livret.suite.finance.bank.queries.reconciliation import reconciliation
from livret.suite.finance.bank.queries.states import treatments_of
from livret.suite.finance.bank.services.treating import NotMatchable, match, unmatch
from livret.suite.finance.bank.tests.factories import camt, imported, make_bank_account
from livret.suite.finance.closing.services.archiving import make_archive
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.services.purging import purge_year
from livret.suite.finance.closing.tests.factories import KEPT, posted
from livret.suite.finance.closing.tests.purged import MADE, PURGED, finish, old_years
from livret.suite.finance.models import Line
from livret.suite.finance.services.lettering import letter
from livret.suite.finance.statements.queries.positions import positions_at
from livret.suite.finance.tests.factories import ALICE, AT, TODAY

END = date(2012, 12, 31)


@pytest.fixture
def years(environment, settings, tmp_path):
    """Return 2012, not closed yet, and 2013; 2012 opens with 100 € in the bank."""
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, following = old_years()
        sides = ("512000", 10_000), ("101000", -10_000)
        posted(former, *sides, on=former.first_day, code="AN", kind="opening")
        yield former, following


def close_both(former, following):
    """Close and archive both years; 2013 answers each party that 2012 left open."""
    close_year(former, **KEPT)
    former.refresh_from_db()
    make_archive(former, **MADE)
    posted(following, ("120000", 14_000), ("110000", -14_000), label="Affectation du résultat")
    opened = Line.objects.filter(fiscal_year=following, journal__kind="opening", account__number="411000")
    for line in opened.select_related("auxiliary"):
        cents = line.debit_cents - line.credit_cents
        paid = posted(following, ("512000", cents), ("411000", -cents, line.auxiliary.number), code="BQ", kind="bank")
        letter([(line.entry_id, line.position), (paid.pk, 2)], by=ALICE, at=AT, on=TODAY)
    finish(following)


def told(former, day, *, first, last, opening):
    """Return the bank account, whose statement tells on *day* of what 2012 received on its last day; they match."""
    account = make_bank_account(former.company)
    entries = [{"cents": 12_000, "label": "REMISE CHEQUE", "day": day}]
    imported(former.company, camt(entries, first=first, last=last, opening=opening))
    line = Line.objects.get(fiscal_year=former, account=account.account, journal__code="BQ")
    match(Movement.objects.get(), [(line.entry_id, line.position)], by=ALICE, at=AT)
    return account


def sums_of(account, on):
    found = reconciliation(account, on)
    sides = [(side.total, [(one.on, one.cents) for one in side.lines]) for side in (found.in_books, found.at_bank)]
    return found.books, found.bank, found.before, sides, found.unexplained


NEW_YEAR = {"first": END, "last": date(2013, 1, 31), "opening": 10_000}
CASES = [
    # From the first day of the oldest year; from the next year's; a day of 2012 that a cheque was not cleared on yet.
    (END, {"first": date(2011, 12, 31), "last": END, "opening": 10_000}, END),
    (date(2013, 1, 5), NEW_YEAR, date(2013, 1, 31)),
    (date(2013, 1, 5), {**NEW_YEAR, "first": date(2012, 11, 30)}, END),
]


@pytest.mark.parametrize(("day", "statement", "on"), CASES)
def test_a_reconciliation_is_explained_as_before(years, day, statement, on):
    former, following = years
    close_both(former, following)
    account = told(former, day, **statement)
    before = sums_of(account, on)

    purge_year(former, **PURGED)

    assert before[-1] == 0
    assert sums_of(account, on) == before


def test_a_match_with_an_entry_that_went_is_not_undone(years):
    former, following = years
    close_both(former, following)
    told(former, END, first=date(2011, 12, 31), last=END, opening=10_000)
    purge_year(former, **PURGED)

    with pytest.raises(NotMatchable, match="purgé"):
        unmatch(Movement.objects.get(), reason="Erreur", by=ALICE, at=AT)

    assert [one.how for one in treatments_of(Movement.objects.get())] == ["kept"]


def test_parties_of_the_year_before_are_not_offset(years):
    former, following = years
    posted(former, ("512000", 500), ("411000", -500, "C3"), label="Acompte")
    close_both(former, following)
    before = positions_at(former, END, by_auxiliary=("41",))

    purge_year(former, **PURGED)

    (customers,) = [one for one in before if one.number == "411000"]
    assert (customers.debit, customers.credit) == (2_000, 500)
    assert positions_at(former, END, by_auxiliary=("41",)) == before


def test_an_asset_whose_entry_went_is_still_one_that_was_posted(years):
    former, following = years
    asset = make_asset(former.company, method="none", acquired_on=date(2012, 7, 1), in_service_on=date(2012, 7, 1))
    key = f"depreciation:{asset.pk}:{END}"
    posted(former, ("681120", 100), ("281830", -100), origin=("assets", key))
    posted(former, ("281830", 100), ("681120", -100), label="Pour mémoire")
    close_both(former, following)

    purge_year(former, **PURGED)

    works = works_under(former.company, [key])[key]
    assert (works.entry, works.is_purged, works.free_key) == (None, True, f"{key}:2")
    with pytest.raises(AssetRefused, match="déjà"):
        split_component(asset, label="Partie", cost_cents=100, method="none", months=0, by=ALICE, at=AT)
