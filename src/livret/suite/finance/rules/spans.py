"""Cutting a period into whole months, whose balances are kept, and the days at its ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from livret.kernel.periods import DayPeriod, add_months


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last excluded; whole when they are whole months of the balances.

    sign: -1 for days to take away, which a whole month counted too many.
    """

    first: date
    until: date
    is_whole: bool
    is_opening: bool
    sign: int = 1


def month_of(day: date) -> date:
    return day.replace(day=1)


def spans(period: DayPeriod, *, year: DayPeriod) -> list[Span]:
    """Return the spans that make the opening (from the start of *year*) and the period, none empty.

    The first and last months of the year are whole even when the year cuts them: no other day is in its books.
    """
    since = month_of(period.first_day) if period.first_day <= year.first_day else period.first_day
    until = period.last_day + timedelta(1)
    if period.last_day >= year.last_day:
        until = _next_month(period.last_day)
    return [*_cut(month_of(year.first_day), since, is_opening=True), *_cut(since, until, is_opening=False)]


def _cut(first: date, until: date, *, is_opening: bool) -> list[Span]:
    whole_first = first if first.day == 1 else _next_month(first)
    whole_until = month_of(until)
    if whole_first > whole_until:
        bounds = [(first, until, False)]
    else:
        bounds = [(first, whole_first, False), (whole_first, whole_until, True), (whole_until, until, False)]
    return [Span(start, end, whole, is_opening) for start, end, whole in bounds if start < end]


def shortened(cut: list[Span]) -> list[Span]:
    """Return the same days with fewer to be read one by one: more than half a month is the month less the others."""
    return [part for span in cut for part in ([span] if span.is_whole else _shorter(span))]


def _shorter(span: Span) -> list[Span]:
    start = month_of(span.first)
    end = _next_month(start)
    if 2 * (span.until - span.first).days <= (end - start).days:
        return [span]
    others = ((start, span.first), (span.until, end))
    less = [replace(span, first=first, until=until, sign=-1) for first, until in others if first < until]
    return [replace(span, first=start, until=end, is_whole=True), *less]


def months_counted(cut: list[Span]) -> dict[date, tuple[int, int]]:
    """Return how many times the whole spans count each month, in the opening and in the movements."""
    found: dict[date, tuple[int, int]] = {}
    for span in cut:
        month = span.first
        while span.is_whole and month < span.until:
            opening, moved = found.get(month, (0, 0))
            found[month] = (opening + span.is_opening, moved + (not span.is_opening))
            month = _next_month(month)
    return found


def _next_month(day: date) -> date:
    return add_months(month_of(day), 1)
