"""What the bank told in a purged year stays answered, and what is not answered keeps the year."""

from __future__ import annotations

from datetime import date

import pytest

from livret.core.tenancy.context import inside
from livret.suite.finance.bank.models import Movement
from livret.suite.finance.bank.queries.reconciliation import reconciliation
from livret.suite.finance.bank.services.treating import match
from livret.suite.finance.bank.tests.factories import camt, imported, make_bank_account
from livret.suite.finance.closing.queries.purging import conditions_of
from livret.suite.finance.closing.services.purging import purge_year
from livret.suite.finance.closing.tests.purged import PURGED, closed_years
from livret.suite.finance.models import Line
from livret.suite.finance.tests.factories import ALICE, AT, TODAY


@pytest.fixture
def told(environment, settings, tmp_path):
    """Year 2012, whose only bank line the bank told of on its last day, and the bank account."""
    settings.STATE_FOLDER = tmp_path
    with inside(environment.place):
        former, _following = closed_years()
        account = make_bank_account(former.company)
        day = date(2012, 12, 31)
        entries = [{"cents": 12_000, "label": "VIR DURAND", "day": day}]
        imported(former.company, camt(entries, first=date(2012, 11, 30), last=day))
        yield former, account


def test_a_movement_of_a_purged_year_stays_answered(told):
    former, account = told
    line = Line.objects.get(fiscal_year=former, account=account.account)
    match(Movement.objects.get(), [(line.entry_id, line.position)], by=ALICE, at=AT)
    before = reconciliation(account, date(2012, 12, 31))

    purge_year(former, **PURGED)

    after = reconciliation(account, date(2012, 12, 31))
    assert (before.at_bank.many, before.unexplained) == (0, 0)
    assert after == before


def test_a_movement_that_nobody_answered_keeps_the_year(told):
    former, _account = told

    unmet = [one.code for one in conditions_of(former, today=TODAY) if not one.is_passed]

    assert unmet == ["purge-bank-open"]
