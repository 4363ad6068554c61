"""No due instant moves without an event that explains it; both sides read the same timeline."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.booklet.calendar import HolidayRule, calendar
from livret.care.support.rules import events as kinds
from livret.care.support.rules.clock import pick_up_clock
from livret.care.support.rules.commitment import OpeningHours, booklet_hours
from livret.care.support.rules.events import Event, state_of, visible_to
from livret.care.support.rules.second import second_clock
from livret.care.support.tests.factories import paris

CARE = library()["care", "2023-09-18"]
SHORT_WEEK = calendar(
    {"tue": [["09:00", "12:00"]], "thu": [["10:00", "16:00"]]}, zone="Europe/Paris", holidays=HolidayRule.CLOSED
)
HOURS = {
    "care": booklet_hours(CARE),
    "short": OpeningHours("short", SHORT_WEEK, "C-14", set_by_publisher=True),
}
LEVELS = st.sampled_from(sorted(CARE.support.pick_up))

# What may move each clock. Everything else is said, never counted.
MOVES_FIRST = {kinds.CRITICALITY_CHANGED, kinds.HOURS_SET}
MOVES_SECOND = {kinds.QUALIFIED, kinds.PAUSED, kinds.RESUMED, kinds.REOPENED, kinds.CONTEST_ANSWERED, kinds.HOURS_SET,
                kinds.PROPOSED, kinds.CLOSED}  # fmt: skip


def _acts():
    """Draw what may be written to a timeline, with the facts of its kind."""
    step = st.sampled_from([kinds.ACTION_PLAN, kinds.WORKAROUND, kinds.FIX])
    outcome = st.sampled_from([kinds.ANOMALY, kinds.ANOMALY, kinds.OUT_OF_SCOPE, kinds.NOT_REPRODUCED])
    what = st.sampled_from([kinds.QUALIFICATION, kinds.EXCLUSION, kinds.CRITICALITY])
    facts = {
        kinds.PICKED_UP: {},
        kinds.MESSAGE: {},
        kinds.FILES_ADDED: {},
        kinds.ASSIGNED: {},
        kinds.CRITICALITY_CHANGED: {"to": LEVELS},
        kinds.HOURS_SET: {"hours": st.sampled_from(sorted(HOURS))},
        kinds.QUALIFIED: {"outcome": outcome, "level": st.integers(1, 3)},
        kinds.PAUSED: {},
        kinds.RESUMED: {},
        kinds.PROPOSED: {"step": step},
        kinds.CLOSED: {"cause": st.sampled_from(kinds.CAUSES)},
        kinds.REOPENED: {},
        kinds.EXCLUDED: {},
        kinds.CONTESTED: {"what": what},
        kinds.CONTEST_ANSWERED: {"what": what, "is_accepted": st.booleans()},
        kinds.RATED: {"score": st.integers(1, 5)},
        kinds.SHARED: {},
        kinds.ALERTED: {"share": st.just("1/2"), "clock": st.sampled_from(["pick_up", "second"])},
        kinds.CALL: {"step": st.just("ended")},
        kinds.REMOTE: {"step": st.just("ended")},
        kinds.OPERATION: {"step": st.just("done")},
    }  # fmt: skip
    return st.one_of(
        *(
            st.tuples(st.just(kind), st.fixed_dictionaries(wanted), st.booleans(), st.sampled_from(["client", "staff"]))
            for kind, wanted in facts.items()
        )
    )


@st.composite
def timelines(draw):
    """A registration followed by any acts, in any order, some of them within the same second."""
    at = paris(draw(st.integers(1, 28)), draw(st.integers(0, 23)), draw(st.integers(0, 59)))
    events = [Event(kinds.REGISTERED, at, "client", data={"level": draw(LEVELS), "hours": "care"})]
    picked_up = False
    for kind, data, is_internal, actor in draw(st.lists(_acts(), max_size=14)):
        at += timedelta(minutes=draw(st.integers(0, 3000)))
        if kind == kinds.PICKED_UP and picked_up:
            continue
        picked_up = picked_up or kind == kinds.PICKED_UP
        events.append(Event(kind, at, actor, is_internal=is_internal and kind == kinds.MESSAGE, data=data))
    return events


def first_due(events):
    clock = pick_up_clock(events, booklet=CARE, hours_named=HOURS.__getitem__)
    return clock and clock.due_at


def second_due(events):
    clock = second_clock(events, booklet=CARE, hours_named=HOURS.__getitem__)
    return clock and (clock.started_at, clock.due_at, clock.unpaused_due_at)


def moves(events, due):
    """Return the kinds of the events after which *due* is another one."""
    seen = [due(events[: count + 1]) for count in range(len(events))]
    return {event.kind for event, before, after in zip(events[1:], seen, seen[1:], strict=False) if before != after}


@given(timelines())
def test_the_pick_up_moves_only_with_an_event_that_says_so(events):
    assert moves(events, first_due) <= MOVES_FIRST


@given(timelines())
def test_the_second_target_moves_only_with_an_event_that_says_so(events):
    assert moves(events, second_due) <= MOVES_SECOND


@given(timelines())
def test_the_unpaused_figure_never_moves_by_a_pause(events):
    def unpaused(told):
        found = second_due(told)
        return found and (found[0], found[2])

    assert moves(events, unpaused) <= MOVES_SECOND - {kinds.PAUSED, kinds.RESUMED, kinds.REOPENED, kinds.PROPOSED}


@given(timelines())
def test_nothing_moves_the_pick_up_once_it_happened(events):
    taken = (
        [event.kind for event in events].index(kinds.PICKED_UP)
        if any(event.kind == kinds.PICKED_UP for event in events)
        else len(events) - 1
    )

    assert {first_due(events[: count + 1]) for count in range(taken, len(events))} == {first_due(events[: taken + 1])}


@given(timelines())
def test_both_sides_read_the_same_but_for_the_notes_of_the_publisher(events):
    client, staff = visible_to(events, is_staff=False), visible_to(events, is_staff=True)

    assert staff == events
    assert client == [event for event in staff if not event.is_internal]


@given(timelines())
def test_what_the_client_reads_gives_the_same_clocks_and_state(events):
    """A note of the publisher counts nowhere, so that the client can check every figure by itself."""
    read = visible_to(events, is_staff=False)

    assert (first_due(read), second_due(read), state_of(read)) == (
        first_due(events),
        second_due(events),
        state_of(events),
    )


@given(timelines())
def test_a_verdict_once_given_is_never_given_otherwise(events):
    """The pick-up's verdict depends on what came before it only."""
    verdicts = [
        clock.verdict
        for count in range(len(events))
        if (clock := pick_up_clock(events[: count + 1], booklet=CARE, hours_named=HOURS.__getitem__)).verdict
    ]

    assert len(set(verdicts)) <= 1
