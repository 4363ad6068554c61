from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livret.booklet import NotInBooklet, latest
from livret.booklet.readings import BlockingHour, EarlyMonday, ServiceHours
from livret.booklet.windows import is_announced_in_time, latest_guaranteed_sending, maintenance_window, window_state

PARIS = ZoneInfo("Europe/Paris")
SPRINT, CARE = latest("sprint"), latest("care")


def with_reading(booklet, name, value):
    reading = replace(getattr(booklet.readings, name), value=value)
    return replace(booklet, readings=replace(booklet.readings, **{name: reading}))


@pytest.mark.parametrize(
    ("at", "reading", "is_allowed"),
    [
        (datetime(2026, 7, 8, 22, 30, tzinfo=PARIS), BlockingHour.PARIS_TIME, True),
        (datetime(2026, 7, 8, 22, 30, tzinfo=PARIS), BlockingHour.CET_ALL_YEAR, False),
        (datetime(2026, 7, 8, 23, 0, tzinfo=PARIS), BlockingHour.CET_ALL_YEAR, True),
        (datetime(2026, 1, 14, 22, 0, tzinfo=PARIS), BlockingHour.CET_ALL_YEAR, True),
        (datetime(2026, 1, 14, 21, 59, 59, tzinfo=PARIS), BlockingHour.CET_ALL_YEAR, False),
        (datetime(2026, 7, 14, 20, 30, tzinfo=PARIS), BlockingHour.CET_ALL_YEAR, True),
    ],
)
def test_blocking_work_follows_the_reading_of_the_hour(at, reading, is_allowed):
    assert window_state(with_reading(CARE, "blocking_hour", reading), at).is_blocking_allowed is is_allowed


@pytest.mark.parametrize(
    ("reading", "at", "is_inside"),
    [
        (EarlyMonday.INSIDE, datetime(2026, 7, 6, 3, tzinfo=PARIS), True),
        (EarlyMonday.OUTSIDE, datetime(2026, 7, 6, 3, tzinfo=PARIS), False),
        (EarlyMonday.OUTSIDE, datetime(2026, 7, 6, 21, tzinfo=PARIS), True),
        (EarlyMonday.OUTSIDE, datetime(2026, 5, 25, 3, tzinfo=PARIS), True),
    ],
)
def test_early_monday_follows_its_reading(reading, at, is_inside):
    assert window_state(with_reading(CARE, "early_monday", reading), at).is_in_window is is_inside


@given(minutes=st.integers(0, 60 * 24 * 800))
def test_blocking_work_is_never_allowed_outside_the_window(minutes):
    state = window_state(CARE, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))

    assert state.is_in_window or not (state.is_blocking_allowed_by_cet or state.is_blocking_allowed_by_paris_time)


@pytest.mark.parametrize("booklet", [SPRINT, CARE], ids=str)
@given(minutes=st.integers(0, 60 * 24 * 800))
def test_the_service_hours_are_exactly_those_outside_the_window(booklet, minutes):
    second = int((datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).timestamp())
    window = maintenance_window(booklet)

    assert window.timeline.is_open(second) != window.complement().timeline.is_open(second)


@pytest.mark.parametrize(
    ("announced_at", "is_in_time"),
    [
        (datetime(2026, 10, 24, 8, tzinfo=PARIS), True),
        (datetime(2026, 10, 24, 8, 0, 1, tzinfo=PARIS), False),
        (None, False),
    ],
)
def test_notice_is_counted_in_physical_hours_across_the_clock_change(announced_at, is_in_time):
    starts_at = datetime(2026, 10, 26, 7, tzinfo=PARIS)

    assert is_announced_in_time(SPRINT, starts_at, announced_at=announced_at) is is_in_time


@pytest.mark.parametrize(
    ("deadline", "reading", "latest_sending"),
    [
        (datetime(2026, 2, 16, 12, tzinfo=PARIS), None, datetime(2026, 2, 15, 17, tzinfo=PARIS)),
        (datetime(2026, 7, 15, 12, tzinfo=PARIS), None, datetime(2026, 7, 14, 17, tzinfo=PARIS)),
        (datetime(2026, 7, 15, 23, 59, 59, tzinfo=PARIS), None, datetime(2026, 7, 15, 11, 59, 59, tzinfo=PARIS)),
        (datetime(2026, 2, 16, 12, tzinfo=PARIS), ServiceHours.CLOCK_HOURS, datetime(2026, 2, 16, 0, tzinfo=PARIS)),
    ],
)
def test_a_sending_is_guaranteed_twelve_service_hours_before_the_deadline(deadline, reading, latest_sending):
    booklet = with_reading(SPRINT, "service_hours", reading) if reading else SPRINT

    assert latest_guaranteed_sending(booklet, deadline) == latest_sending


def test_a_booklet_without_dsn_guarantees_no_sending():
    with pytest.raises(NotInBooklet, match="does not cover the DSN service"):
        latest_guaranteed_sending(CARE, datetime(2026, 2, 16, 12, tzinfo=PARIS))
