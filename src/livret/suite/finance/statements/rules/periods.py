"""The periods that a report may be asked for, inside a fiscal year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from livret.kernel.periods import DayPeriod, add_months

YEAR, TO_DATE, FREE = "year", "to-date", "days"


def months_of(year: DayPeriod) -> list[DayPeriod]:
    """Return the calendar months of *year*, cut by its ends."""
    return list(_cut(year, months=1))


def quarters_of(year: DayPeriod) -> list[DayPeriod]:
    """Return its quarters, counted from its first month: those of its returns, whatever the day it opens."""
    return list(_cut(year, months=3))


def _cut(year: DayPeriod, *, months: int) -> Iterator[DayPeriod]:
    anchor = year.first_day.replace(day=1)
    first, index = year.first_day, 1
    while first <= year.last_day:
        following = add_months(anchor, months * index)
        yield DayPeriod(first, min(following - timedelta(1), year.last_day))
        first, index = following, index + 1


def chosen(code: str, *, year: DayPeriod, since: date | None, until: date | None, today: date) -> DayPeriod:
    """Return the period that *code* names: year, to-date, days, m1 to m24, q1 to q8; the whole year for any other.

    Days outside the year fall back to its ends, and so do days in disorder.
    """
    if code == TO_DATE and today >= year.first_day:
        return DayPeriod(year.first_day, min(today, year.last_day))
    if code == FREE:
        first, last = max(since or year.first_day, year.first_day), min(until or year.last_day, year.last_day)
        return DayPeriod(first, last) if first <= last else year
    parts = {"m": months_of(year), "q": quarters_of(year)}.get(code[:1], [])
    rank = int(code[1:]) if code[1:].isdecimal() and len(code) <= 3 else 0
    return parts[rank - 1] if 0 < rank <= len(parts) else year


def year_before(period: DayPeriod) -> DayPeriod:
    """Return the same days twelve months earlier; the last of a month stays the last of its month."""
    first = add_months(period.first_day, -12)
    last = add_months(period.last_day, -12)
    if (period.last_day + timedelta(1)).day == 1:
        last = add_months(last.replace(day=1), 1) - timedelta(1)
    return DayPeriod(first, last)
