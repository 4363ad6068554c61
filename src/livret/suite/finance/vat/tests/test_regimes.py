"""A regime that changes: the returns that are not filed follow it, or go."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.kernel.periods import DayPeriod
from livret.suite.finance.tests.factories import ALICE
from livret.suite.finance.vat.models import Regime, Return, Share
from livret.suite.finance.vat.queries.changes import changes_since
from livret.suite.finance.vat.queries.returns import unfiled_periods
from livret.suite.finance.vat.rules.forms import Cell
from livret.suite.finance.vat.services.filing import BooksMoved, adjust
from livret.suite.finance.vat.services.setup import RegimeFacts, RegimeRefused, set_regime
from livret.suite.finance.vat.tests.books import AT, Books, euros

NEW_YEAR = date(2025, 1, 1)


@pytest.fixture
def books(environment):
    """Books with a service of January, not paid, and the return of January prepared on debits."""
    with inside(environment.place):
        books = Books()
        books.sale(date(2025, 1, 15), 100_000, income="706000")
        books.prepared(1)
        yield books


def changed(books, **facts):
    return set_regime(books.company, RegimeFacts(**{"since": NEW_YEAR, "kind": "monthly"} | facts), by=ALICE, at=AT)


@pytest.mark.parametrize("facts", [{"services_due": "receipts"}, {"territory": "corsica"}])
def test_a_return_prepared_under_other_rules_is_worked_out_again_before_it_is_filed(books, facts):
    changed(books, **facts)

    made = Return.objects.get()
    assert changes_since(made).regime_changed
    with pytest.raises(BooksMoved):
        books.file(made)


def test_a_return_follows_the_regime_with_its_adjustments(books):
    adjust(Return.objects.get(), Cell("20", "tax"), 5_000, account="445660", reason="Essai", by=ALICE, at=AT)

    changed(books, services_due="receipts", due_day=19)

    made = books.prepared(1)
    assert (euros(made)["20/tax"], "08/tax" in euros(made), made.due_on) == (50, False, date(2025, 2, 19))
    assert not changes_since(made)


def test_a_regime_set_later_leaves_the_returns_before_it_alone(books):
    changed(books, since=date(2025, 2, 1), services_due="receipts")

    assert not changes_since(Return.objects.get())


@pytest.mark.parametrize("kind", ["yearly", "quarterly", "franchise"])
def test_a_return_that_the_regime_does_not_have_is_deleted(books, kind):
    changed(books, kind=kind)

    assert not Return.objects.exists()
    assert not Share.objects.exists()


def test_the_return_of_a_year_is_that_of_the_year_once_the_regime_is_yearly(books):
    changed(books, kind="yearly")

    made = books.prepared_of(NEW_YEAR, date(2025, 12, 31))
    assert (made.form, made.period) == ("ca12", DayPeriod(NEW_YEAR, date(2025, 12, 31)))
    books.file(made)
    assert unfiled_periods(books.year) == []


def test_a_regime_that_would_drop_adjustments_is_refused_whole(books):
    adjust(Return.objects.get(), Cell("20", "tax"), 5_000, account="445660", reason="Essai", by=ALICE, at=AT)

    with pytest.raises(RegimeRefused, match="01/01/2025"):
        changed(books, kind="yearly")

    assert (Regime.objects.get().kind, Return.objects.get().form) == ("monthly", "ca3")
