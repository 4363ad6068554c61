"""Who is answered first, who is taken, and what numbers look like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import library
from livret.booklet.clock import Opening
from livret.care.phone.rules import steps
from livret.care.phone.rules.admission import Admission, Caller, Reason, admit, are_codes_locked
from livret.care.phone.rules.numbers import dialled, masked, spaced
from livret.care.phone.rules.order import Waiting, expected_wait_s, order_of, position_of
from livret.care.support.tests.factories import PARIS

CARE, SPRINT = library()["care", "2023-09-18"], library()["sprint", "2019"]
NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
OPEN, CLOSED = Opening(True, NINE), Opening(False, NINE + timedelta(days=1))


def waiting(number, minute=0, *, is_priority=False):
    return Waiting(UUID(int=number), is_priority, NINE + timedelta(minutes=minute), number)


@pytest.mark.parametrize(
    ("calls", "answered"),
    [
        ([], []),
        ([waiting(1, 5), waiting(2, 3)], [2, 1]),
        ([waiting(1, 0), waiting(2, 9, is_priority=True)], [2, 1]),
        ([waiting(1, 7, is_priority=True), waiting(2, 9, is_priority=True), waiting(3, 1)], [1, 2, 3]),
        ([waiting(1), waiting(2)], [1, 2]),
        ([waiting(3, 4), waiting(1, 4, is_priority=True), waiting(2, 4), waiting(4, 0)], [1, 4, 2, 3]),
    ],
    ids=["nobody", "by arrival", "Private overtakes", "priority keeps its order", "the same instant", "all together"],
)
def test_priority_callers_come_by_arrival_then_the_others_by_arrival(calls, answered):
    assert [call.serial for call in order_of(calls)] == answered


def test_in_the_hour_that_comes_twice_the_earlier_call_stays_ahead():
    """25 October 2026: 02:50 in summer time comes before 02:10 in winter time."""
    summer = datetime(2026, 10, 25, 2, 50, tzinfo=PARIS)
    winter = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=PARIS)
    calls = [Waiting(UUID(int=serial), False, at.astimezone(UTC), serial) for serial, at in ((1, winter), (2, summer))]

    assert [call.serial for call in order_of(calls)] == [2, 1]


QUEUES = st.lists(
    st.builds(
        lambda number, minute, first: waiting(number, minute, is_priority=first),
        st.integers(1, 10**6),
        st.integers(0, 30),
        st.booleans(),
    ),
    max_size=30,
    unique_by=lambda call: call.serial,
)


@given(calls=QUEUES)
def test_nobody_disappears_from_the_queue(calls):
    assert sorted(call.serial for call in order_of(calls)) == sorted(call.serial for call in calls)


@given(calls=QUEUES)
def test_a_priority_caller_is_never_behind_another(calls):
    flags = [call.is_priority for call in order_of(calls)]

    assert flags == sorted(flags, reverse=True)


@given(calls=QUEUES, is_priority=st.booleans())
def test_within_a_class_who_came_first_is_answered_first(calls, is_priority):
    same = [call for call in order_of(calls) if call.is_priority is is_priority]

    assert all((one.arrived_at, one.serial) < (two.arrived_at, two.serial) for one, two in pairwise(same))


@given(calls=QUEUES, data=st.data())
def test_the_order_does_not_depend_on_how_the_calls_are_read(calls, data):
    assert order_of(data.draw(st.permutations(calls))) == order_of(calls)


@given(calls=QUEUES.filter(bool), data=st.data())
def test_answering_somebody_keeps_the_others_in_their_order(calls, data):
    gone = data.draw(st.sampled_from(calls))

    assert order_of(call for call in calls if call != gone) == [call for call in order_of(calls) if call != gone]


@given(calls=QUEUES)
def test_the_places_are_counted_from_one_without_gap(calls):
    assert [position_of(call.call, calls) for call in order_of(calls)] == list(range(1, len(calls) + 1))


def test_a_call_that_does_not_wait_has_no_place():
    assert position_of(UUID(int=9), [waiting(1)]) is None


@pytest.mark.parametrize(
    ("position", "handling", "technicians", "expected"),
    [
        (1, [300] * 5, 1, 300),
        (2, [300] * 5, 1, 600),
        (2, [300] * 5, 2, 300),
        (1, [60, 120, 600, 900, 30], 1, 120),
        (1, [60, 120, 600, 900, 30, 240], 1, 180),
        (1, [300] * 4, 1, None),
        (1, [300] * 5, 0, None),
    ],
    ids=["next", "second", "two technicians", "the median", "an even count", "too few calls", "nobody there"],
)
def test_the_expected_wait(position, handling, technicians, expected):
    assert expected_wait_s(position, handling_s=handling, technicians=technicians, fewest=5) == expected


TIMES = st.lists(st.integers(0, 7200), min_size=5, max_size=20)


@given(handling=TIMES, position=st.integers(1, 50), technicians=st.integers(1, 20))
def test_a_place_further_back_or_a_technician_less_never_shortens_the_wait(handling, position, technicians):
    def wait(place, present):
        return expected_wait_s(place, handling_s=handling, technicians=present, fewest=5)

    assert wait(position, technicians + 1) <= wait(position, technicians) <= wait(position + 1, technicians)


def test_a_place_before_the_first_is_refused():
    with pytest.raises(ValueError, match="from 1"):
        expected_wait_s(0, handling_s=[1], technicians=1, fewest=1)


@pytest.mark.parametrize(
    ("caller", "opening", "outcome"),
    [
        (Caller(CARE, "care", "open"), OPEN, Admission()),
        (Caller(CARE, "care"), OPEN, Admission(Reason.NEEDS_REQUEST, "C-14")),
        (Caller(CARE), OPEN, Admission(Reason.NEEDS_REQUEST, "C-14")),
        (Caller(CARE, "care", "closed"), OPEN, Admission(Reason.REQUEST_CLOSED, "C-14")),
        (Caller(CARE, "care", "open", "C-14"), OPEN, Admission(Reason.SUSPENDED, "C-14")),
        (Caller(CARE, "care", "open"), CLOSED, Admission(Reason.CLOSED, "H", next_open_at=CLOSED.next_open_at)),
        (Caller(SPRINT, "open"), OPEN, Admission()),
        (Caller(SPRINT, "open", "closed"), OPEN, Admission()),
        (Caller(SPRINT), OPEN, Admission()),
        (Caller(SPRINT), None, Admission()),
        (Caller(SPRINT, "private"), OPEN, Admission(None, "S-13", is_priority=True)),
        (Caller(SPRINT, "private"), CLOSED, Admission(Reason.CLOSED, "H", next_open_at=CLOSED.next_open_at)),
        (Caller(SPRINT, "private", "", "S-13"), OPEN, Admission(Reason.SUSPENDED, "S-13")),
        (Caller(SPRINT, "connect"), OPEN, Admission(Reason.NO_PHONE, "S-13")),
        (Caller(SPRINT, "connect", "", "S-13"), CLOSED, Admission(Reason.NO_PHONE, "S-13")),
    ],
)
def test_who_is_taken_and_by_which_clause(caller, opening, outcome):
    assert admit(caller, opening=opening, hours_clause="H") == outcome


def test_hours_decide_only_for_those_who_may_call():
    caller = Caller(CARE, "care")

    assert admit(caller, opening=CLOSED).reason == admit(caller, opening=OPEN).reason == Reason.NEEDS_REQUEST
    assert admit(replace(caller, request="open"), opening=CLOSED).reason == Reason.CLOSED


@pytest.mark.parametrize(
    ("by_number", "by_system", "is_locked"), [(0, 0, False), (4, 99, False), (5, 5, True), (0, 100, True)]
)
def test_codes_are_locked_after_so_many_bad_ones(by_number, by_system, is_locked):
    assert are_codes_locked(by_number, by_system, most_by_number=5, most_by_system=100) is is_locked


@pytest.mark.parametrize(
    ("history", "state"),
    [
        (["arrived"], "waiting"),
        (["arrived", "identified", "linked"], "waiting"),
        (["arrived", "answered", "transferred"], "answered"),
        (["arrived", "answered", "identified", "ended", "linked"], "ended"),
        (["arrived", "given_up"], "given_up"),
        (["refused"], "refused"),
    ],
)
def test_the_steps_lead_to_a_state(history, state):
    assert steps.state_of(history) == state


def test_a_call_that_never_arrived_has_no_state():
    with pytest.raises(ValueError, match="arriving"):
        steps.state_of(["identified"])


@pytest.mark.parametrize(
    ("typed", "kept", "shown", "hidden"),
    [
        ("06 12 34 56 78", "0612345678", "06 12 34 56 78", "••• 78"),
        ("+33 6 12.34.56.78", "0612345678", "06 12 34 56 78", "••• 78"),
        ("0033612345678", "0612345678", "06 12 34 56 78", "••• 78"),
        ("0826 888 488", "0826888488", "0826 888 488", "••• 88"),
        ("+32 2 555 12 12", "+3225551212", "+3225551212", "••• 12"),
        ("3949", "3949", "3949", "••• 49"),
        ("anonymous", "", "", ""),
        ("", "", "", ""),
        ("12", "", "", ""),
        ("٠٦١٢٣٤٥٦٧٨", "", "", ""),
        ("0612345678901234", "", "", ""),
    ],
)
def test_a_number_is_kept_bare_shown_in_groups_and_hidden_but_for_its_end(typed, kept, shown, hidden):
    number = dialled(typed)

    assert (number, spaced(number), masked(number)) == (kept, shown, hidden)


@given(text=st.text(max_size=40))
def test_a_number_kept_once_stays_as_it_is(text):
    assert dialled(dialled(text)) == dialled(text)
