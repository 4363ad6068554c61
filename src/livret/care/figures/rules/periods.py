"""The periods that figures are counted over: days in Paris, both ends included."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from livret.booklet.instants import PARIS, zone_of
from livret.kernel.periods import ONE_DAY, DayPeriod, add_months, nth_period, period_index

MONTHS = (1, 3, 6, 12)


def since(period: DayPeriod) -> datetime:
    """Return the first instant of *period*."""
    return start_of(period.first_day)


def until(period: DayPeriod) -> datetime:
    """Return the first instant after *period*."""
    return start_of(period.last_day + ONE_DAY)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), zone_of(PARIS))


def months_to(today: date, months: int) -> DayPeriod:
    """Return the last *months* months, today included."""
    return DayPeriod(add_months(today, -months) + ONE_DAY, today)


def months_in(period: DayPeriod) -> list[date]:
    """Return the first day of each calendar month that *period* touches."""
    found = [period.first_day.replace(day=1)]
    while (following := (found[-1] + timedelta(days=32)).replace(day=1)) <= period.last_day:
        found.append(following)
    return found


def periods_so_far(start: date, *, months: int, day: date) -> list[DayPeriod]:
    """Return the successive periods of *months* months from *start* to the one that holds *day*, the latest first.

    Empty before *start*. Source: clause S-13; periods follow one another, they do not roll.
    """
    if day < start:
        return []
    last = period_index(start, months=months, day=day)
    return [nth_period(start, months=months, index=index) for index in range(last, -1, -1)]


def complete_periods(start: date, *, months: int, day: date) -> list[DayPeriod]:
    """Return the periods that ended before *day*, the first one first."""
    return periods_so_far(start, months=months, day=day)[:0:-1]
