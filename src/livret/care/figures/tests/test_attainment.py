"""The share of a contract counted from rows: the public vectors, and rows against their events."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from livret.booklet import library
from livret.booklet.tests import test_vectors
from livret.care.figures import queries
from livret.care.figures.rules import periods, reports
from livret.care.figures.tests import factories
from livret.care.support import services as desk
from livret.care.support.models import Request
from livret.care.support.tests import factories as support
from livret.care.support.tests.factories import PUBLISHER, paris
from livret.clients.actors import actor_of
from livret.clients.models import Contract

VECTORS = test_vectors.__file__.rpartition("/")[0] + "/vectors"


def cases(file, kind):
    with open(f"{VECTORS}/{file}.json", encoding="utf-8") as held:
        found = [case for case in json.load(held)["cases"] if case["kind"] == kind]
    return [pytest.param(case, id=case["id"]) for case in found]


def moment(written):
    """A day or an instant of a case, as the instant at which a request is registered that day."""
    return factories.noon(date.fromisoformat(written)) if len(written) == 10 else datetime.fromisoformat(written)


@pytest.mark.parametrize("case", cases("businesstime-public", "attainment"))
def test_the_public_cases_hold_on_the_rows_of_the_desk(case, sprint, bob):
    Contract.objects.filter(pk=sprint.pk).update(support_start_on=date.fromisoformat(case["support_start"]))
    sprint.refresh_from_db()
    end = moment(case["as_of"])
    asked = [row for row in case["requests"] if moment(row["registered"]) <= end]
    for row in asked:
        left_out = row.get("excluded", False)
        factories.row(
            sprint, bob, registered_at=moment(row["registered"]), is_on_time=row["on_time"], is_excluded=left_out
        )
    found = queries.current_share(sprint, now=end)
    expected = case["expected"]

    assert found.period.first_day.isoformat() == expected["period_first_day"]
    assert found.period.last_day.isoformat() == expected["period_last_day"]
    assert (found.share.counted, found.share.on_time) == (expected["counted"], expected["on_time"])
    assert found.share.rate == (None if expected["rate"] is None else Fraction(expected["rate"]))
    assert found.share.is_met == expected["met"]


@pytest.mark.parametrize("case", cases("terms-public", "semester_report"))
def test_the_public_cases_of_half_yearly_reports_hold(case):
    owed = reports.owed(library()["sprint", "2019"], "private")
    asked = case["input"]
    start, day = date.fromisoformat(asked["support_start"]), date.fromisoformat(asked["as_of"])
    done = reports.periods_owed(start, months=owed.months, day=day)
    running = periods.periods_so_far(start, months=owed.months, day=day)[0]
    expected = case["expected"]

    assert len(done) == expected["periods_complete"]
    assert running.first_day.isoformat() == expected["current_first_day"]
    assert running.last_day.isoformat() == expected["current_last_day"]


class TestStanding:
    def test_a_request_that_waits_is_missed_once_its_target_has_passed(self, sprint, bob):
        factories.waiting(sprint, bob, late_at=paris(3, 15))

        before = queries.current_share(sprint, now=paris(3, 15)).tally
        after = queries.current_share(sprint, now=paris(3, 15, 0, 1)).tally

        assert (before.running, before.missed) == (1, 0)
        assert (after.running, after.missed) == (0, 1)

    def test_requests_of_another_contract_are_not_counted(self, sprint, chloe, bob):
        other = Contract.objects.exclude(pk=sprint.pk).get()
        factories.row(other, chloe)

        assert queries.current_share(sprint, now=paris(3, 9)).tally.filed == 0

    def test_a_contract_before_its_support_has_no_share(self, sprint, bob):
        Contract.objects.filter(pk=sprint.pk).update(support_start_on=None)
        sprint.refresh_from_db()

        assert queries.shares_of(sprint, now=paris(3, 9)) == []

    def test_contracts_that_may_miss_the_fewest_more_come_first(self, sprint, chloe, bob):
        factories.row(sprint, bob, is_on_time=False)
        found = queries.all_shares(now=paris(3, 9))

        assert [row.contract.plan for row in found] == ["open", "care"]
        assert [row.is_close for row in found] == [True, False]


class TestRowsAgainstEvents:
    """What rows cache is what the events say: one client's year, with everything that moves the share."""

    @pytest.fixture
    def lived(self, care, alice, bob, denis):
        def filed(day, **changes):
            return support.file(bob, at=paris(day, 15), **changes)

        kept, late, waits, fresh = filed(2), filed(2), filed(2), filed(4)
        support.pick_up(kept, denis, at=paris(2, 16))
        support.pick_up(late, denis, at=paris(3, 16))
        withdrawn, withdrawn_late, out, back = filed(2), filed(2), filed(2), filed(2)
        desk.withdraw(withdrawn, by=actor_of(bob), now=paris(2, 15, 30))
        desk.withdraw(withdrawn_late, by=actor_of(bob), now=paris(4, 12))
        for one in (out, back):
            support.pick_up(one, denis, at=paris(4, 9))
            desk.exclude(one, "C-14", reason="Poste injoignable.", evidence="Journal", by=PUBLISHER, now=paris(4, 10))
        desk.contest(back, "exclusion", reason="Nous étions joignables.", by=actor_of(bob), now=paris(4, 11))
        desk.answer_contest(back, "exclusion", is_accepted=True, words="En effet.", by=PUBLISHER, now=paris(4, 12))
        filed(3, kind="customer_service", criticality="")
        breached = filed(2)
        desk.change_criticality(breached, "moderee", reason="Contournée.", by=PUBLISHER, now=paris(3, 14))
        return care, [waits, fresh]

    @pytest.mark.parametrize("now", [paris(4, 15, 30), paris(5, 9), paris(9, 12)])
    def test_the_share_is_the_same_recomputed_from_the_events(self, lived, now):
        contract, _waiting = lived
        rows = Request.objects.filter(contract=contract).prefetch_related("events")
        told = queries.recomputed_shares(contract, rows, now=now)
        counted = [row for row in told if not row.is_excluded]
        tally = queries.current_share(contract, now=now).tally

        assert tally.counted == len(counted)
        assert tally.on_time == sum(row.is_on_time for row in counted)
        assert (tally.excluded, tally.withdrawn, tally.without_target) == (1, 1, 1)

    def test_nothing_is_lost_between_the_standings(self, lived):
        tally = queries.current_share(lived[0], now=paris(4, 15, 30)).tally

        assert tally.filed == Request.objects.count()
        assert tally.running == 1
        assert tally.missed == 5

    def test_a_target_that_passes_moves_one_request_and_no_other(self, lived):
        before = queries.current_share(lived[0], now=paris(4, 15, 30)).tally
        after = queries.current_share(lived[0], now=paris(4, 15) + timedelta(days=5)).tally

        assert (after.missed - before.missed, before.running - after.running) == (1, 1)


def test_a_plan_without_support_is_promised_no_share(atelier, alice):
    connect = support.make_contract(atelier, alice, "connect")

    assert queries.shares_of(connect, now=paris(2, 12)) == []
    assert [row.contract for row in queries.all_shares(now=paris(2, 12))] == []
    assert queries.clause_without_support(connect) == "S-13"
