"""The second clock, from the events of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from livret.booklet import library
from livret.booklet.readings import PauseScope
from livret.booklet.support import AnomalyLevel, NextStep
from livret.care.support.rules import events as kinds
from livret.care.support.rules.commitment import booklet_hours
from livret.care.support.rules.events import Event
from livret.care.support.rules.second import second_clock
from livret.care.support.tests.factories import paris

CARE = library()["care", "2023-09-18"]
HOURS = booklet_hours(CARE)


def event(kind: str, at: datetime, **data) -> Event:
    return Event(kind, at, "staff", data=data)


def registered(at: datetime) -> Event:
    return event(kinds.REGISTERED, at, level="critique", hours=HOURS.name)


def qualified(at: datetime, level: int, outcome: str = kinds.ANOMALY) -> Event:
    return event(kinds.QUALIFIED, at, outcome=outcome, level=level)


def proposed(at: datetime, step: str) -> Event:
    return event(kinds.PROPOSED, at, step=step)


def clock(*events: Event, booklet=CARE):
    return second_clock([registered(paris(2, 9)), *events], booklet=booklet, hours_named=lambda _name: HOURS)


@pytest.mark.parametrize(
    ("level", "step", "due"),
    [
        (1, NextStep.ACTION_PLAN, paris(3, 14)),  # Ten hours to Tuesday 14:00 after two on Monday: 12 in all.
        (2, NextStep.FIX_OR_WORKAROUND, paris(10, 17)),  # The sixth business day after Monday 2.
    ],
)
def test_an_anomaly_calls_for_its_step_from_its_qualification(level, step, due):
    found = clock(qualified(paris(2, 10), level))

    assert (found.step, found.due_at, found.unpaused_due_at) == (step, due, due)


def test_an_anomaly_of_level_3_is_owed_no_delay():
    assert clock(qualified(paris(2, 10), 3)) is None


def test_what_is_no_anomaly_is_owed_nothing():
    assert clock(qualified(paris(2, 10), 0, kinds.OUT_OF_SCOPE)) is None


def test_a_pause_moves_the_action_plan_by_its_business_time_and_both_figures_stay():
    found = clock(qualified(paris(2, 10), 1), event(kinds.PAUSED, paris(2, 16)), event(kinds.RESUMED, paris(3, 11)))

    assert (found.due_at, found.unpaused_due_at) == (paris(3, 17), paris(3, 14))


def test_a_pause_takes_whole_business_days_out_of_a_target_in_days():
    found = clock(qualified(paris(2, 10), 2), event(kinds.PAUSED, paris(3, 8)), event(kinds.RESUMED, paris(5, 11)))

    assert (found.due_at, found.unpaused_due_at) == (paris(13, 17), paris(10, 17))


def test_a_pause_of_some_hours_leaves_a_target_in_days_where_it_is():
    found = clock(qualified(paris(2, 10), 2), event(kinds.PAUSED, paris(3, 9, 1)), event(kinds.RESUMED, paris(3, 17)))

    assert found.due_at == paris(10, 17)


def test_nothing_is_due_while_a_pause_lasts():
    found = clock(qualified(paris(2, 10), 1), event(kinds.PAUSED, paris(2, 11)))

    assert (found.due_at, found.is_paused, found.unpaused_due_at) == (None, True, paris(3, 14))


@pytest.mark.parametrize(
    ("level", "step", "stops"),
    [
        (1, kinds.ACTION_PLAN, True),
        (1, kinds.FIX, True),
        (1, kinds.WORKAROUND, False),
        (2, kinds.ACTION_PLAN, False),
        (2, kinds.WORKAROUND, True),
        (2, kinds.FIX, True),
    ],
)
def test_a_clock_ends_with_what_it_calls_for(level, step, stops):
    found = clock(qualified(paris(2, 10), level), proposed(paris(3, 9), step))

    assert (found.stopped_at is not None) is stops


def test_closing_ends_the_clock_and_its_verdict_stands():
    found = clock(qualified(paris(2, 10), 1), event(kinds.CLOSED, paris(3, 15), cause="solved"))

    assert (found.stopped_at, found.is_kept) == (paris(3, 15), False)


def test_an_evening_after_closing_is_still_in_time():
    found = clock(qualified(paris(2, 17), 2), proposed(paris(10, 23), kinds.FIX))

    assert found.is_kept is True


def test_the_verdict_is_given_with_and_without_pauses():
    found = clock(
        qualified(paris(2, 10), 1),
        event(kinds.PAUSED, paris(2, 11)),
        event(kinds.RESUMED, paris(3, 11)),
        proposed(paris(3, 16), kinds.ACTION_PLAN),
    )

    assert (found.is_kept, found.is_kept_unpaused_at(found.stopped_at)) == (True, False)


def test_a_new_level_counts_from_the_first_qualification():
    found = clock(qualified(paris(2, 10), 2), qualified(paris(3, 9), 1))

    assert (found.level, found.started_at, found.due_at) == (AnomalyLevel.BLOCKING, paris(2, 10), paris(3, 14))


def test_a_minor_anomaly_that_turns_out_grave_counts_from_then():
    found = clock(qualified(paris(2, 10), 3), qualified(paris(4, 10), 1))

    assert found.started_at == paris(4, 10)


def test_a_breach_under_an_earlier_level_stays():
    found = clock(qualified(paris(2, 10), 1), qualified(paris(4, 10), 2), proposed(paris(4, 11), kinds.FIX))

    assert (found.breached_at, found.is_kept) == (paris(3, 14), False)


def test_reopening_lets_the_clock_run_on_without_the_time_between():
    found = clock(
        qualified(paris(2, 10), 1),
        proposed(paris(2, 12), kinds.ACTION_PLAN),
        event(kinds.REOPENED, paris(4, 10)),
    )

    assert (found.stopped_at, found.due_at) == (None, paris(5, 12))


def test_an_accepted_contest_of_the_qualification_ends_what_it_opened():
    contest = event(kinds.CONTESTED, paris(2, 12), what=kinds.QUALIFICATION)
    answer = event(kinds.CONTEST_ANSWERED, paris(3, 9), what=kinds.QUALIFICATION, is_accepted=True)

    assert clock(qualified(paris(2, 10), 2), contest, answer) is None


def test_a_booklet_that_pauses_nothing_gives_one_figure():
    scope = replace(CARE.readings.pause_scope, value=PauseScope.NO_CLOCK)
    readings = replace(CARE.readings, pause_scope=scope)
    found = clock(
        qualified(paris(2, 10), 1),
        event(kinds.PAUSED, paris(2, 11)),
        event(kinds.RESUMED, paris(3, 11)),
        booklet=replace(CARE, readings=readings),
    )

    assert found.due_at == found.unpaused_due_at


@pytest.mark.parametrize("day", [24, 25])
def test_a_night_when_the_clock_goes_back_changes_nothing_in_opening_hours(day):
    """Sunday 25 October 2026 has 25 hours; support is closed then."""
    found = clock(qualified(paris(23, 16, month=10) + timedelta(days=day - 24), 1))

    assert found.due_at == paris(27, 12 if day == 24 else 13, month=10)
