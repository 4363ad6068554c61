"""The pick-up clock, the state and the urgency, computed from events."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.booklet.support import pick_up_due
from livret.care.support.rules import commitment, events
from livret.care.support.rules.clock import pick_up_clock, promised, urgency
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.events import Event
from livret.care.support.tests.factories import paris

CARE = library()["care", "2023-09-18"]
SPRINT = library()["sprint", "2019"]
CARE_HOURS = commitment.booklet_hours(CARE)
PUBLISHED = commitment.OpeningHours(
    "publisher/1", commitment.calendar_from(defaults().demonstration_hours), "S-13", set_by_publisher=True
)
HOURS = {CARE_HOURS.name: CARE_HOURS, PUBLISHED.name: PUBLISHED}
SHARE = Fraction(3, 4)

instants = st.datetimes(min_value=paris(1, 0).replace(tzinfo=None), max_value=paris(20, 0).replace(tzinfo=None)).map(
    lambda naive: naive.replace(microsecond=0, tzinfo=paris(1, 0).tzinfo)
)
levels = st.sampled_from(sorted(CARE.support.pick_up))


def registered(at, level="critique", hours="care/2023-09-18"):
    return Event(events.REGISTERED, at, "client", data={"level": level, "hours": hours})


def clock(*timeline, booklet=CARE):
    return pick_up_clock(timeline, booklet=booklet, hours_named=HOURS.__getitem__)


@pytest.mark.parametrize(
    ("level", "due"), [("critique", paris(3, 11)), ("elevee", paris(3, 13)), ("moderee", paris(3, 15))]
)
def test_care_counts_the_target_of_the_criticality(level, due):
    assert clock(registered(paris(2, 15), level)).due_at == due


@pytest.mark.parametrize(("plan", "due"), [("open", paris(3, 15)), ("private", paris(3, 10))])
def test_sprint_counts_the_target_of_the_plan_in_the_hours_of_the_publisher(plan, due):
    found = clock(registered(paris(2, 15), plan, "publisher/1"), booklet=SPRINT)

    assert found.due_at == due


def test_nothing_is_due_before_hours_are_published():
    assert clock(registered(paris(2, 15), "open", ""), booklet=SPRINT) is None


def test_hours_published_later_start_the_clock_from_registration():
    published = Event(events.HOURS_SET, paris(3, 9), "staff", data={"hours": "publisher/1"})

    assert clock(registered(paris(2, 15), "private", ""), published, booklet=SPRINT).due_at == paris(3, 10)


def test_nothing_is_due_where_no_pick_up_is_promised():
    assert clock(registered(paris(2, 15), "")) is None


def test_a_target_that_ends_at_closing_is_due_at_closing_and_missed_only_once_support_works_again():
    found = clock(registered(paris(2, 13)))

    assert found.due_at == paris(2, 17)
    assert found.late_at == paris(3, 9)
    assert found.judged(paris(3, 9)).is_met
    assert not found.judged(paris(3, 9, 0, 1)).is_met


def test_the_working_tiles_the_time_until_due_and_counts_the_target():
    steps = clock(registered(paris(2, 15))).working()

    assert [step.end for step in steps[:-1]] == [step.start for step in steps[1:]]
    assert sum(step.seconds for step in steps if step.is_counted) == 4 * 3600


def test_a_higher_criticality_is_due_from_registration():
    raised = Event(events.CRITICALITY_CHANGED, paris(3, 9), "staff", data={"from": "moderee", "to": "critique"})

    assert clock(registered(paris(2, 15), "moderee"), raised).due_at == paris(3, 11)


def test_a_breach_under_an_earlier_criticality_is_never_mended():
    lowered = Event(events.CRITICALITY_CHANGED, paris(3, 12), "staff", data={"from": "critique", "to": "moderee"})
    found = clock(registered(paris(2, 15)), lowered)

    assert found.breached_at == paris(3, 11)
    assert not found.judged(paris(3, 13)).is_met


def test_a_criticality_changed_after_the_pick_up_moves_nothing():
    taken = Event(events.PICKED_UP, paris(2, 16), "staff")
    raised = Event(events.CRITICALITY_CHANGED, paris(3, 9), "staff", data={"from": "moderee", "to": "critique"})
    found = clock(registered(paris(2, 15), "moderee"), taken, raised)

    assert (found.due_at, found.verdict.elapsed_s, found.verdict.is_met) == (paris(3, 15), 3600, True)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (paris(2, 15, 30), "on_time"),
        (paris(3, 10), "close"),
        (paris(3, 11), "close"),
        (paris(3, 11, 0, 1), "late"),
    ],
)
def test_urgency_follows_the_business_time_consumed(now, expected):
    assert urgency(clock(registered(paris(2, 15))), now=now, close_share=SHARE) == expected


@pytest.mark.parametrize(("taken_at", "expected"), [(paris(3, 11), "met"), (paris(3, 11, 0, 1), "missed")])
def test_a_stopped_clock_is_judged_on_working_seconds(taken_at, expected):
    found = clock(registered(paris(2, 15)), Event(events.PICKED_UP, taken_at, "staff"))

    assert urgency(found, now=paris(10, 12), close_share=SHARE) == expected


@given(at=instants, level=levels)
def test_the_due_instant_is_the_booklets(at, level):
    expected = pick_up_due(CARE, CARE.support.hours.value, level=level, registered=at)

    assert clock(registered(at, level)).due_at == expected.at


@given(at=instants, level=levels, wait=st.integers(0, 10 * 86_400))
def test_late_is_exactly_what_the_verdict_would_miss(at, level, wait):
    found, now = clock(registered(at, level)), at + timedelta(seconds=wait)

    assert (now > found.late_at) == (not found.judged(now).is_met)


@given(at=instants, level=levels, wait=st.integers(0, 10 * 86_400))
def test_lists_that_sort_by_cached_instants_tell_the_same_urgency(at, level, wait):
    found, now = clock(registered(at, level)), at + timedelta(seconds=wait)
    cached = "late" if now > found.late_at else "close" if now >= found.close_at(SHARE) else "on_time"

    assert urgency(found, now=now, close_share=SHARE) == cached


@given(at=instants, level=levels, talk=st.lists(st.sampled_from([events.MESSAGE, events.FILES_ADDED]), max_size=6))
def test_no_talk_moves_a_due_instant(at, level, talk):
    said = [Event(kind, at + timedelta(hours=n), "client") for n, kind in enumerate(talk)]

    assert clock(registered(at, level), *said).due_at == clock(registered(at, level)).due_at


@given(at=instants)
def test_the_promise_before_sending_is_what_registration_gives(at):
    level = commitment.commitment_of(CARE, "critique")

    assert promised(level, CARE_HOURS, at=at, booklet=CARE).due_at == clock(registered(at)).due_at


STAFF, CLIENT = "staff", "client"


@pytest.mark.parametrize(
    ("talk", "state"),
    [
        ([], "waiting"),
        ([(events.MESSAGE, CLIENT, False)], "waiting"),
        ([(events.PICKED_UP, STAFF, False)], "in_progress"),
        ([(events.PICKED_UP, STAFF, False), (events.MESSAGE, STAFF, False)], "answered"),
        ([(events.PICKED_UP, STAFF, False), (events.MESSAGE, STAFF, True)], "in_progress"),
        (
            [(events.PICKED_UP, STAFF, False), (events.MESSAGE, STAFF, False), (events.MESSAGE, CLIENT, False)],
            "in_progress",
        ),
        ([(events.PICKED_UP, STAFF, False), (events.MESSAGE, STAFF, False), (events.MESSAGE, STAFF, True)], "answered"),
    ],
)
def test_the_state_says_whose_turn_it_is(talk, state):
    said = [Event(kind, paris(2, 16), who, is_internal=hidden) for kind, who, hidden in talk]

    assert events.state_of([registered(paris(2, 15)), *said]) == state


class TestOffer:
    @pytest.mark.parametrize(
        ("booklet", "plan", "opened"), [(SPRINT, "connect", False), (SPRINT, "open", True), (CARE, "care", True)]
    )
    def test_support_belongs_to_the_plans_that_the_booklet_says(self, booklet, plan, opened):
        assert commitment.offer_of(booklet, plan).has_support is opened

    def test_care_lets_choose_a_criticality_the_shortest_target_first(self):
        assert commitment.offer_of(CARE, "care").levels == ("critique", "elevee", "moderee")

    def test_an_unknown_criticality_is_refused(self):
        with pytest.raises(commitment.UnknownLevel, match="apocalypse"):
            commitment.offer_of(CARE, "care").check_level("malfunction", "apocalypse")

    def test_customer_service_promises_no_pick_up(self):
        assert commitment.offer_of(CARE, "care").commitment("customer_service", "critique") is None

    def test_sprint_leaves_its_hours_to_the_publisher(self):
        assert commitment.booklet_hours(SPRINT) is None
        assert commitment.silent_clause(SPRINT) == "S-13"

    def test_hours_that_never_open_are_refused(self):
        with pytest.raises(ValueError, match="at least one open day"):
            commitment.calendar_from({"zone": "Europe/Paris", "holidays": "closed", "week": {}})
