from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from livret.booklet.calendar import DAY_NAMES, DAY_S, Calendar, HolidayRule, calendar
from livret.booklet.clock import business_days_end, criticality_due, due, elapsed, opening, verdict
from livret.booklet.readings import TargetEnd
from livret.booklet.tests import oracle
from livret.booklet.working import Why

PARIS = ZoneInfo("Europe/Paris")
STEP = 900
SUPPORT = calendar({day: [["09:00", "17:00"]] for day in DAY_NAMES[:5]}, holidays=HolidayRule.CLOSED)
NEVER = calendar({})
CHANGES = [date(2026, 3, 27), date(2026, 10, 23), date(2028, 2, 27), date(2026, 12, 30), date(2026, 5, 7)]


@st.composite
def hours(draw):
    edges = sorted(draw(st.sets(st.integers(0, DAY_S // STEP), max_size=6)))
    return tuple((a * STEP, b * STEP) for a, b in zip(edges[::2], edges[1::2], strict=False))


weeks = st.tuples(*[hours()] * 7)
zones = st.sampled_from(["Europe/Paris", "UTC", "America/New_York", "Australia/Lord_Howe"])
steps = st.integers(0, 4 * DAY_S // STEP)


@st.composite
def moments(draw, zone=PARIS):
    first = datetime.combine(draw(st.sampled_from(CHANGES)), datetime.min.time(), tzinfo=UTC)
    return (first + timedelta(seconds=STEP * draw(steps))).astimezone(zone)


@st.composite
def pause_lists(draw):
    starts = draw(st.lists(moments(), max_size=3))
    pauses = [(start, start + timedelta(seconds=STEP * draw(st.integers(0, 100)))) for start in starts]
    return pauses + ([(draw(moments()), None)] if draw(st.booleans()) else [])


@settings(max_examples=60, deadline=None)
@given(week=weeks, zone=zones, start=moments(), length=steps, pauses=pause_lists())
def test_elapsed_is_what_a_count_of_every_quarter_of_an_hour_gives(week, zone, start, length, pauses):
    end = start + timedelta(seconds=length * STEP)

    counted = oracle.open_seconds(week, start, end, tz=ZoneInfo(zone), step=STEP, pauses=pauses)

    assert elapsed(Calendar(zone, week), start, end, pauses=pauses) == counted


@settings(max_examples=40, deadline=None)
@given(week=weeks, start=moments(), length=steps)
def test_holidays_close_as_an_independent_list_of_them_says(week, start, length):
    end = start + timedelta(seconds=length * STEP)

    counted = oracle.open_seconds(week, start, end, tz=PARIS, step=STEP, closed_on_holidays=True)

    assert elapsed(Calendar("Europe/Paris", week, HolidayRule.CLOSED), start, end) == counted


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 9, 7, 8, 59, 57, tzinfo=PARIS), datetime(2026, 9, 7, 9, 20, 3, tzinfo=PARIS)),
        (datetime(2026, 9, 7, 16, 49, 11, tzinfo=PARIS), datetime(2026, 9, 7, 17, 0, 1, tzinfo=PARIS)),
        (datetime(2026, 9, 7, 23, 59, 59, tzinfo=PARIS), datetime(2026, 9, 8, 0, 0, 1, tzinfo=PARIS)),
    ],
)
def test_elapsed_is_exact_to_the_second(start, end):
    counted = oracle.open_seconds(SUPPORT.week, start, end, tz=PARIS, step=1)

    assert elapsed(SUPPORT, start, end) == counted


@settings(max_examples=60, deadline=None)
@given(week=weeks, zone=zones, start=moments(), seconds=st.integers(0, 3 * DAY_S), pauses=pause_lists())
def test_what_has_elapsed_when_a_target_falls_due_is_the_target(week, zone, start, seconds, pauses):
    hours = Calendar(zone, week)
    found = due(hours, start, seconds=seconds, pauses=pauses)
    assume(found.at is not None)

    assert elapsed(hours, start, found.at, pauses=pauses) == seconds
    assert (
        not seconds
        or elapsed(hours, start, found.at.astimezone(UTC) - timedelta(seconds=1), pauses=pauses) == seconds - 1
    )


@settings(max_examples=60, deadline=None)
@given(week=weeks, start=moments(), seconds=st.integers(0, 3 * DAY_S), pauses=pause_lists())
def test_without_a_due_instant_what_remains_was_never_consumed(week, start, seconds, pauses):
    hours = Calendar("Europe/Paris", week)
    found = due(hours, start, seconds=seconds, pauses=pauses)
    assume(found.at is None)

    assert elapsed(hours, start, datetime(2190, 1, 1, tzinfo=UTC), pauses=pauses) == seconds - found.remaining_s


@settings(max_examples=60, deadline=None)
@given(week=weeks, start=moments(), end=moments(), wait=steps, pauses=pause_lists())
def test_waiting_never_lowers_what_has_elapsed(week, start, end, wait, pauses):
    hours = Calendar("Europe/Paris", week)

    sooner = elapsed(hours, start, end, pauses=pauses)
    later = elapsed(hours, start, end + timedelta(seconds=wait), pauses=pauses)

    assert 0 <= sooner <= later


@settings(max_examples=60, deadline=None)
@given(week=weeks, start=moments(), seconds=st.integers(0, DAY_S), pauses=pause_lists(), more=pause_lists())
def test_more_pauses_never_bring_a_target_forward(week, start, seconds, pauses, more):
    hours = Calendar("Europe/Paris", week)
    late = datetime(2200, 1, 1, tzinfo=UTC)

    few = due(hours, start, seconds=seconds, pauses=pauses).at or late
    many = due(hours, start, seconds=seconds, pauses=pauses + more).at or late

    assert few.astimezone(UTC) <= many.astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(week=weeks, start=moments(), seconds=st.integers(1, 2 * DAY_S), pauses=pause_lists())
def test_the_working_tiles_and_its_counted_part_is_the_target(week, start, seconds, pauses):
    found = due(Calendar("Europe/Paris", week), start, seconds=seconds, pauses=pauses)
    assume(found.at is not None)

    working = found.working()

    assert (working[0].start, working[-1].end) == (start, found.at)
    assert all(a.end == b.start for a, b in pairwise(working))
    assert sum(segment.seconds for segment in working if segment.is_counted) == seconds


@settings(max_examples=60, deadline=None)
@given(week=weeks, zone=zones, at=moments())
def test_the_next_opening_is_the_first_open_instant(week, zone, at):
    hours = Calendar(zone, week)
    found = opening(hours, at)
    assume(found.next_open_at is not None)

    assert opening(hours, found.next_open_at).is_open
    assert elapsed(hours, at, found.next_open_at) == 0
    assert found.is_open == (found.next_open_at.astimezone(UTC) == at.astimezone(UTC))


@pytest.mark.parametrize(
    ("day", "hours_long"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2028, 2, 29), 24)]
)
def test_a_day_that_is_always_open_is_as_long_as_its_clock_makes_it(day, hours_long):
    nonstop = calendar({name: [["00:00", "24:00"]] for name in DAY_NAMES})
    start = datetime.combine(day, datetime.min.time(), tzinfo=PARIS)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=PARIS)

    assert elapsed(nonstop, start, end) == hours_long * 3600


def test_an_hour_that_autumn_shows_twice_is_open_twice():
    nights = calendar({"sun": [["02:00", "02:30"]]})

    seconds = elapsed(nights, datetime(2026, 10, 25, tzinfo=PARIS), datetime(2026, 10, 25, 12, tzinfo=PARIS))

    assert seconds == 3600


def test_an_hour_that_spring_skips_is_not_open():
    nights = calendar({"sun": [["02:00", "03:00"]]})

    assert elapsed(nights, datetime(2026, 3, 29, tzinfo=PARIS), datetime(2026, 3, 29, 12, tzinfo=PARIS)) == 0


def test_the_working_names_the_night_the_weekend_the_holiday_and_the_pause():
    start = datetime(2026, 5, 22, 16, tzinfo=PARIS)
    pause = (datetime(2026, 5, 26, 10, tzinfo=PARIS), datetime(2026, 5, 26, 11, tzinfo=PARIS))

    working = due(SUPPORT, start, seconds=3 * 3600, pauses=[pause]).working()

    assert [(segment.why, segment.holiday, segment.seconds // 3600) for segment in working] == [
        (Why.OPEN, None, 1),
        (Why.CLOSED, None, 7),
        (Why.CLOSED_DAY, None, 48),
        (Why.HOLIDAY, "whit_monday", 24),
        (Why.CLOSED, None, 9),
        (Why.OPEN, None, 1),
        (Why.PAUSE, None, 1),
        (Why.OPEN, None, 1),
    ]


def test_the_working_names_an_exceptional_closing():
    bridge = SUPPORT.with_exceptions({date(2026, 5, 15): ()})

    working = due(bridge, datetime(2026, 5, 13, 16, tzinfo=PARIS), seconds=2 * 3600).working()

    assert Why.EXCEPTION in {segment.why for segment in working}


@pytest.mark.parametrize("seconds", [1, 10**9, 10**15])
def test_a_calendar_that_never_opens_leaves_everything_to_consume(seconds):
    found = due(NEVER, datetime(2026, 9, 7, 9, tzinfo=PARIS), seconds=seconds)

    assert (found.at, found.remaining_s, found.working()) == (None, seconds, ())
    assert opening(NEVER, datetime(2026, 9, 7, 9, tzinfo=PARIS)).next_open_at is None


def test_a_calendar_with_one_dated_opening_opens_that_once():
    once = NEVER.with_exceptions({date(2030, 6, 1): ((0, 3600),)})
    start = datetime(2026, 9, 7, 9, tzinfo=PARIS)

    assert opening(once, start).next_open_at == datetime(2030, 6, 1, tzinfo=PARIS)
    assert due(once, start, seconds=3600).at == datetime(2030, 6, 1, 1, tzinfo=PARIS)
    assert (due(once, start, seconds=3601).at, due(once, start, seconds=3601).remaining_s) == (None, 1)


def test_a_target_of_years_is_found():
    found = due(SUPPORT, datetime(2026, 1, 1, tzinfo=PARIS), seconds=50 * 7_228_800)

    assert found.at is not None
    assert found.at.date() == date(2075, 10, 3)


def test_a_table_grows_both_ways_without_changing_an_answer():
    grown = Calendar(SUPPORT.zone, SUPPORT.week, SUPPORT.holidays)
    spans = [(datetime(y, 1, 1, tzinfo=PARIS), datetime(y + 1, 1, 1, tzinfo=PARIS)) for y in (2026, 2010, 2040, 2027)]

    one_by_one = [elapsed(Calendar(SUPPORT.zone, SUPPORT.week, SUPPORT.holidays), *span) for span in spans]

    assert [elapsed(grown, *span) for span in spans] == one_by_one


@pytest.mark.parametrize(
    "ask",
    [
        lambda naive, aware: due(SUPPORT, naive, seconds=1),
        lambda naive, aware: elapsed(SUPPORT, naive, aware),
        lambda naive, aware: elapsed(SUPPORT, aware, naive),
        lambda naive, aware: opening(SUPPORT, naive),
        lambda naive, aware: verdict(SUPPORT, aware, naive, target_s=1),
        lambda naive, aware: due(SUPPORT, aware, seconds=1, pauses=[(naive, None)]),
        lambda naive, aware: business_days_end(SUPPORT, naive, days=1, business_days=SUPPORT),
        lambda naive, aware: criticality_due(SUPPORT, naive, initial="a", changes=[], targets_s={"a": 1}),
    ],
)
def test_an_instant_without_its_zone_is_refused(ask):
    with pytest.raises(ValueError, match="needs its time zone"):
        ask(datetime(2026, 9, 7, 9), datetime(2026, 9, 7, 9, tzinfo=PARIS))


START = datetime(2026, 9, 7, 9, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("ask", "reason"),
    [
        (lambda: due(SUPPORT, START, seconds=-1), "cannot be negative"),
        (lambda: verdict(SUPPORT, START, START, target_s=-1), "cannot be negative"),
        (lambda: due(SUPPORT, START, seconds=1, pauses=[(START, START - timedelta(1))]), "pause cannot end"),
        (lambda: due(SUPPORT, datetime(1900, 1, 1, tzinfo=PARIS), seconds=1), "between 1982 and 2199"),
        (lambda: elapsed(SUPPORT, START, datetime.max.replace(tzinfo=UTC)), "between 1982 and 2199"),
        (lambda: business_days_end(SUPPORT, START, days=0, business_days=SUPPORT), "from 1 to 10000"),
        (lambda: business_days_end(NEVER, START, days=6, business_days=NEVER), "fewer than 6"),
        (lambda: criticality_due(SUPPORT, START, initial="x", changes=[], targets_s={"a": 1}), "no target for level x"),
    ],
)
def test_a_question_without_an_answer_is_refused_with_its_reason(ask, reason):
    with pytest.raises(ValueError, match=reason):
        ask()


def test_a_breach_already_suffered_stays_when_the_level_is_lowered():
    found = criticality_due(
        SUPPORT,
        START,
        initial="critique",
        changes=[(START + timedelta(hours=5), "moderee")],
        targets_s={"critique": 4 * 3600, "moderee": 8 * 3600},
    )

    assert found.breached_before_a_change_at == START + timedelta(hours=4)
    assert (found.due_from_registration.at, found.is_past_at_last_change) == (START + timedelta(hours=8), False)


def test_a_target_consumed_at_closing_is_not_breached_in_the_evening():
    found = criticality_due(
        SUPPORT, START, initial="a", changes=[(START + timedelta(hours=10), "b")], targets_s={"a": 28800, "b": 28800}
    )

    assert (found.breached_before_a_change_at, found.is_past_at_last_change) == (None, False)


def test_a_pause_moves_the_next_opening_reading_past_itself():
    pause = (datetime(2026, 9, 8, 9, tzinfo=PARIS), datetime(2026, 9, 8, 11, tzinfo=PARIS))

    found = due(SUPPORT, START, seconds=28800, pauses=[pause], at_end=TargetEnd.NEXT_OPENING)

    assert found.at == datetime(2026, 9, 8, 11, tzinfo=PARIS)


BRIDGE = SUPPORT.with_exceptions({date(2026, 5, 15): ()})


@pytest.mark.parametrize(
    ("business_days", "day", "closing"),
    [
        (SUPPORT, date(2026, 5, 15), datetime(2026, 5, 13, 17, tzinfo=PARIS)),
        (BRIDGE, date(2026, 5, 18), datetime(2026, 5, 18, 17, tzinfo=PARIS)),
    ],
)
def test_a_bridge_day_counts_by_the_clause_and_not_by_the_hours(business_days, day, closing):
    start = datetime(2026, 5, 12, 10, tzinfo=PARIS)

    found = business_days_end(BRIDGE, start, days=2, business_days=business_days)

    assert (found.day, found.end_of_opening) == (day, closing)
