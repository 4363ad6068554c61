"""Locking days: no entry before them, each act kept, and nothing locked or opened by mistake."""

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import PeriodLock, YearLedger
from livret.suite.finance.services import locks
from livret.suite.finance.services.ledger import NewEntry, NewLine, PeriodLocked, post
from livret.suite.finance.tests.factories import ALICE, AT, TODAY, make_account, make_company, make_journal, make_year

WHO = {"by": ALICE, "at": AT}


@pytest.fixture
def year(environment):
    with inside(environment.place):
        yield make_year(make_company())


def posted(year, day):
    lines = [
        NewLine(make_account(year.company, "411000").pk, None, 100, 0),
        NewLine(make_account(year.company, "706000").pk, None, 0, 100),
    ]
    entry = NewEntry(make_journal(year.company).pk, day, "Vente", "F1", day, lines)
    return post(entry, year=year, allowance=None, by=ALICE, at=AT, on=TODAY)


def locked_until(year):
    return YearLedger.objects.get(fiscal_year=year).locked_until


def test_no_entry_is_dated_in_a_locked_period(year):
    locks.lock_period(year, until=date(2025, 2, 1), reason="TVA de janvier", **WHO)

    with pytest.raises(PeriodLocked, match="31/01/2025"):
        posted(year, date(2025, 1, 31))
    assert posted(year, date(2025, 2, 1)).number == 1


def test_each_act_is_kept_with_its_reason(year):
    locks.lock_period(year, until=date(2025, 2, 1), reason="TVA de janvier", **WHO)
    locks.lock_period(year, until=date(2025, 3, 1), reason="TVA de février", **WHO)
    locks.unlock_period(year, until=None, reason="Facture oubliée", **WHO)

    acts = PeriodLock.objects.order_by("pk").values_list("until", "reason")
    assert list(acts) == [
        (date(2025, 2, 1), "TVA de janvier"),
        (date(2025, 3, 1), "TVA de février"),
        (None, "Facture oubliée"),
    ]
    assert locked_until(year) is None


def test_a_lock_never_goes_back_by_itself(year):
    locks.lock_period(year, until=date(2025, 3, 1), reason="TVA de février", **WHO)

    assert locks.lock_period(year, until=date(2025, 2, 1), reason="TVA de janvier", **WHO) is None
    assert locked_until(year) == date(2025, 3, 1)


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2026, 1, 2)])
def test_only_days_of_the_year_are_locked(year, day):
    with pytest.raises(locks.NotLockable):
        locks.lock_period(year, until=day, reason="Essai", **WHO)


def test_the_whole_year_can_be_locked(year):
    locks.lock_period(year, until=date(2026, 1, 1), reason="Fin d’exercice", **WHO)

    assert locked_until(FiscalYear.objects.get()) == date(2026, 1, 1)


@pytest.mark.parametrize(("until", "reason"), [(None, " "), (date(2025, 3, 1), "Essai"), (date(2025, 4, 1), "Essai")])
def test_opening_again_asks_for_a_reason_and_for_locked_days(year, until, reason):
    locks.lock_period(year, until=date(2025, 3, 1), reason="TVA de février", **WHO)

    with pytest.raises(locks.NotLockable):
        locks.unlock_period(year, until=until, reason=reason, **WHO)
