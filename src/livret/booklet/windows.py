"""Maintenance windows: whether work may stop the service at an instant, and was announced in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from livret.booklet.calendar import Calendar
from livret.booklet.clock import HOUR_S
from livret.booklet.instants import instant_of, midnight, seconds_of
from livret.booklet.model import Booklet
from livret.booklet.readings import BlockingHour, EarlyMonday, ServiceHours
from livret.booklet.statements import Absent, applied, required

_CET = timezone(timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class WindowState:
    """What the booklet allows at an instant; the last figure is the other reading of the hour written "CET"."""

    is_in_window: bool
    is_blocking_allowed: bool
    is_blocking_allowed_by_paris_time: bool
    is_blocking_allowed_by_cet: bool


def maintenance_window(booklet: Booklet) -> Calendar:
    """Return the window as the booklet's reading of early Mondays has it."""
    window = booklet.maintenance.window.value
    if applied(booklet.readings.early_monday, otherwise=EarlyMonday.INSIDE) is EarlyMonday.INSIDE:
        return window
    return _without_early_monday(window)


def window_state(booklet: Booklet, at: datetime) -> WindowState:
    """Return whether maintenance, and blocking work, may take place at *at*. Raises ValueError without a zone.

    Source: clauses S-2 and C-5.
    """
    second = seconds_of(at)
    is_inside = maintenance_window(booklet).timeline.is_open(second)
    quiet = booklet.maintenance.nothing_blocking
    if isinstance(quiet, Absent):
        return WindowState(is_inside, is_inside, is_inside, is_inside)
    by_paris = is_inside and not quiet.value.timeline.is_open(second)
    by_cet = is_inside and not _is_quiet_by_cet(quiet.value, second)
    reading = applied(booklet.readings.blocking_hour, otherwise=BlockingHour.PARIS_TIME)
    return WindowState(is_inside, by_cet if reading is BlockingHour.CET_ALL_YEAR else by_paris, by_paris, by_cet)


def _is_quiet_by_cet(quiet: Calendar, second: int) -> bool:
    """Tell whether nothing may block, when those hours open in Paris time but close in UTC+1 all year."""
    day = instant_of(second, quiet.tz).date()
    starts = [start for start, _ in quiet.timeline.spans_of_day(day)]
    ends = [midnight(day, _CET) + closes for _, closes in quiet.hours_on(day)[0]]
    return any(start <= second < end for start, end in zip(starts, ends, strict=True))


def is_announced_in_time(booklet: Booklet, starts_at: datetime, *, announced_at: datetime | None) -> bool:
    """Tell whether planned work was announced long enough before, in physical hours. Source: clauses S-2 and C-5."""
    if announced_at is None:
        return False
    notice_s = booklet.maintenance.announced_before.value * HOUR_S
    return seconds_of(starts_at) - seconds_of(announced_at) >= notice_s


def latest_guaranteed_sending(booklet: Booklet, deadline: datetime) -> datetime:
    """Return the last instant at which a declaration is sent with a guarantee before *deadline*, in Paris time.

    Counts service hours backwards: those outside the maintenance windows, or clock hours when the reading says so.
    Raises NotInBooklet where the booklet has no DSN service. Source: clause S-12.
    """
    seconds = required(booklet.dsn.guaranteed_before_deadline) * HOUR_S
    end, tz = seconds_of(deadline), booklet.availability.measured_hours.value.tz
    reading = applied(booklet.readings.service_hours, otherwise=ServiceHours.OUTSIDE_MAINTENANCE_WINDOWS)
    if reading is ServiceHours.CLOCK_HOURS:
        return instant_of(end - seconds, tz)
    sent = _service_hours(maintenance_window(booklet)).timeline.retreat(end, seconds)
    if sent is None:
        raise ValueError(f"the service is never open for {seconds} s before {deadline.isoformat()}")
    return instant_of(sent, tz)


# Both keep the calendars they make, so that the tables of open time are built once.
@lru_cache(maxsize=64)
def _without_early_monday(window: Calendar) -> Calendar:
    monday = tuple(span for span in window.week[0] if span[0] > 0)
    return Calendar(window.zone, (monday, *window.week[1:]), window.holidays, window.exceptions)


@lru_cache(maxsize=64)
def _service_hours(window: Calendar) -> Calendar:
    return window.complement()
