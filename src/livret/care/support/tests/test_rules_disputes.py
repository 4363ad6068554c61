"""What nobody gains by: qualifying again, answering a contest late, hours after a miss, a pause or an end too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from livret.booklet import library
from livret.booklet.support import AnomalyLevel
from livret.care.support.rules import commitment
from livret.care.support.rules import events as kinds
from livret.care.support.rules.clock import pick_up_clock
from livret.care.support.rules.commitment import OpeningHours
from livret.care.support.rules.events import Event
from livret.care.support.rules.second import second_clock
from livret.care.support.tests.factories import calendar_of, paris

CARE = library()["care", "2023-09-18"]
STATED = commitment.booklet_hours(CARE)
# Open on Monday and on the Thursday after it only: a wait of days becomes a wait of hours.
SPARSE = OpeningHours("publisher/2", calendar_of({"mon": [["09:00", "17:00"]], "thu": [["09:00", "17:00"]]}), "C-14")
HOURS = {STATED.name: STATED, SPARSE.name: SPARSE}


def event(kind: str, at: datetime, by: str = "staff", **data) -> Event:
    return Event(kind, at, by, data=data)


REGISTERED = event(kinds.REGISTERED, paris(2, 9), level="critique", hours=STATED.name)
LOWERED = event(kinds.CRITICALITY_CHANGED, paris(2, 10), to="moderee")
RAISED = event(kinds.CRITICALITY_CHANGED, paris(2, 12), to="elevee")
TAKEN = event(kinds.PICKED_UP, paris(2, 15))
OTHER_HOURS = event(kinds.HOURS_SET, paris(4, 9), hours=SPARSE.name)


def first(*events: Event):
    return pick_up_clock([REGISTERED, *events], booklet=CARE, hours_named=HOURS.__getitem__)


def second(*events: Event):
    return second_clock([REGISTERED, *events], booklet=CARE, hours_named=HOURS.__getitem__)


def anomaly(at: datetime, level: int) -> Event:
    return event(kinds.QUALIFIED, at, outcome=kinds.ANOMALY, level=level)


def proposed(at: datetime, step: str) -> Event:
    return event(kinds.PROPOSED, at, step=step)


def contested(what: str, at: datetime) -> Event:
    return event(kinds.CONTESTED, at, "client", what=what)


def accepted(what: str, at: datetime) -> Event:
    return event(kinds.CONTEST_ANSWERED, at, what=what, is_accepted=True)


class TestContests:
    def test_a_change_of_criticality_that_is_taken_back_judges_the_pick_up_as_before_it(self):
        kept = first(LOWERED, TAKEN)
        judged = first(LOWERED, TAKEN, contested("criticality", paris(3, 9)), accepted("criticality", paris(3, 10)))

        assert (kept.verdict.is_met, judged.verdict.is_met, judged.commitment.level) == (True, False, "critique")

    def test_an_upheld_change_of_criticality_stands(self):
        upheld = event(kinds.CONTEST_ANSWERED, paris(2, 12), what="criticality", is_accepted=False)

        assert first(LOWERED, contested("criticality", paris(2, 11)), upheld).commitment.level == "moderee"

    def test_only_the_change_that_was_contested_is_taken_back(self):
        events = [LOWERED, contested("criticality", paris(2, 11)), RAISED, accepted("criticality", paris(2, 13))]

        assert (first(*events).commitment.level, kinds.level_of([REGISTERED, *events])) == ("elevee", "elevee")

    def test_a_qualification_made_after_the_contest_stands_when_it_is_accepted(self):
        found = second(
            anomaly(paris(2, 10), 2),
            contested("qualification", paris(2, 11)),
            anomaly(paris(2, 12), 1),
            accepted("qualification", paris(2, 13)),
        )

        assert (found.level, found.started_at, found.stopped_at) == (AnomalyLevel.BLOCKING, paris(2, 10), None)

    def test_an_exclusion_made_after_the_contest_stands_when_it_is_accepted(self):
        again = event(kinds.EXCLUDED, paris(3, 10), clause="C-4")
        events = [
            event(kinds.EXCLUDED, paris(2, 10), clause="C-14"),
            contested("exclusion", paris(2, 11)),
            again,
            accepted("exclusion", paris(3, 11)),
        ]

        assert kinds.exclusion(events) is again


class TestQualifyingAgain:
    @pytest.mark.parametrize(("before", "step", "after"), [(1, kinds.ACTION_PLAN, 2), (2, kinds.WORKAROUND, 1)])
    def test_what_one_level_called_for_leaves_the_other_one_owed(self, before, step, after):
        found = second(anomaly(paris(2, 10), before), proposed(paris(2, 11), step), anomaly(paris(2, 12), after))

        assert (found.stopped_at, found.is_kept) == (None, None)

    def test_what_was_given_counts_from_when_it_was_given(self):
        plan = proposed(paris(2, 11), kinds.ACTION_PLAN)
        found = second(anomaly(paris(2, 10), 2), plan, anomaly(paris(4, 12), 1))

        assert (found.stopped_at, found.is_kept) == (paris(2, 11), True)

    def test_what_did_not_help_is_not_given(self):
        plan, no = proposed(paris(2, 11), kinds.ACTION_PLAN), event(kinds.REOPENED, paris(2, 12), "client")
        found = second(anomaly(paris(2, 10), 2), plan, no, anomaly(paris(2, 14), 1))

        assert found.stopped_at is None

    @pytest.mark.parametrize("outcome", [kinds.OUT_OF_SCOPE, kinds.NOT_REPRODUCED])
    def test_a_miss_stays_when_nothing_is_owed_any_more(self, outcome):
        found = second(anomaly(paris(2, 10), 1), event(kinds.QUALIFIED, paris(5, 9), outcome=outcome))

        assert (found.is_kept, found.breached_at, found.stopped_at) == (False, paris(3, 14), paris(5, 9))

    def test_what_is_lowered_in_time_is_owed_nothing(self):
        assert second(anomaly(paris(2, 10), 1), anomaly(paris(2, 11), 3)) is None


class TestOtherHours:
    def test_hours_set_after_a_miss_do_not_mend_it(self):
        found = first(OTHER_HOURS)

        assert (found.breached_at, found.late_at, found.is_on_time(paris(4, 9))) == (paris(2, 13), paris(2, 13), False)

    def test_hours_set_in_time_move_the_due_instant(self):
        found = first(replace(OTHER_HOURS, at=paris(2, 12)))

        assert (found.breached_at, found.is_on_time(paris(2, 12))) == (None, None)

    def test_hours_set_after_a_missed_step_do_not_mend_it(self):
        found = second(anomaly(paris(2, 10), 1), OTHER_HOURS)

        assert (found.breached_at, found.is_kept_at(paris(4, 10))) == (paris(3, 14), False)


class TestPausingTooLate:
    @pytest.mark.parametrize(("level", "due"), [(1, paris(3, 14)), (2, paris(10, 17))])
    def test_a_pause_after_the_due_instant_hides_nothing(self, level, due):
        found = second(anomaly(paris(2, 10), level), event(kinds.PAUSED, paris(12, 9)))

        assert (found.due_at, found.late_at <= paris(12, 9)) == (due, True)


class TestEndingEarly:
    @pytest.mark.parametrize(
        "cause", ["no_reply", "answered", "duplicate", "not_reproduced", "out_of_scope", "workaround"]
    )
    def test_an_end_in_time_without_the_plan_says_nothing(self, cause):
        found = second(anomaly(paris(2, 10), 1), event(kinds.CLOSED, paris(2, 11), cause=cause))

        assert (found.stopped_at, found.is_kept) == (paris(2, 11), None)

    @pytest.mark.parametrize("cause", ["no_reply", "solved", "withdrawn"])
    def test_an_end_too_late_is_a_miss_whatever_its_cause(self, cause):
        found = second(anomaly(paris(2, 10), 1), event(kinds.CLOSED, paris(4, 11), cause=cause))

        assert found.is_kept is False

    @pytest.mark.parametrize(("by", "cause"), [("staff", "solved"), ("client", "answered"), ("client", "workaround")])
    def test_a_solution_or_the_word_of_the_client_ends_it_in_time(self, by, cause):
        found = second(anomaly(paris(2, 10), 1), event(kinds.CLOSED, paris(2, 11), by, cause=cause))

        assert found.is_kept is True

    def test_a_request_taken_back_in_time_says_nothing(self):
        found = second(anomaly(paris(2, 10), 1), event(kinds.CLOSED, paris(2, 11), "client", cause="withdrawn"))

        assert found.is_kept is None
