"""What will be open in the coming business days: by the average weekday, with the error it would have made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from livret.booklet.holidays import public_holidays
from livret.kernel.periods import ONE_DAY

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Day:
    """A business day. opened, closed: on it, and on the days without work before it; left: open at its end."""

    day: date
    opened: int
    closed: int
    left: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The past as it was, the days to come, and the mean gap between forecast and truth, None without a past."""

    past: tuple[Day, ...]
    ahead: tuple[tuple[date, float], ...]
    error: float | None
    tested: int


def is_business_day(day: date) -> bool:
    return day.weekday() <= FRIDAY and day not in public_holidays(day.year)


def business_days(first: date, last: date) -> list[date]:
    """Return the business days from *first* to *last*, both included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if is_business_day(day)]


def history(opened: Mapping[date, int], closed: Mapping[date, int], *, first: date, last: date, left: int) -> list[Day]:
    """Return each business day from *first* to *last* with what was open at its end, *left* being open now.

    What comes on a day without work counts with the next business day, and after the last one with that one.
    """
    days = business_days(first, last)
    came, went = _by_business_day(opened, days), _by_business_day(closed, days)
    found: list[Day] = []
    for day in reversed(days):
        found.append(Day(day, came[day], went[day], left))
        left -= came[day] - went[day]
    return found[::-1]


def _by_business_day(counts: Mapping[date, int], days: Sequence[date]) -> dict[date, int]:
    found = dict.fromkeys(days, 0)
    if not days:
        return found
    for day, count in counts.items():
        at = day
        while at not in found and at < days[-1]:
            at += ONE_DAY
        found[min(at, days[-1])] += count
    return found


def forecast(past: Sequence[Day], *, weeks: int, ahead: int, tested: int) -> Forecast:
    """Return what will be open at the end of each of the *ahead* business days after *past*.

    Each day adds what its weekday brought and took on average over the last *weeks* weeks. error: the mean gap, in
    requests, that the same sum, made on each of the last *tested* weeks' days, left after half of *ahead*.
    """
    steps = max(ahead // 2, 1)
    origins = [at for at in range(len(past) - 5 * tested, len(past) - steps) if at >= 5 * weeks]
    gaps = [abs(_ahead(past[: at + 1], weeks, steps)[-1][1] - past[at + steps].left) for at in origins]
    error = sum(gaps) / len(gaps) if gaps else None
    return Forecast(tuple(past), tuple(_ahead(past, weeks, ahead)), error, len(gaps))


def _ahead(past: Sequence[Day], weeks: int, steps: int) -> list[tuple[date, float]]:
    if not past:
        return []
    recent = past[-5 * weeks :]
    left, day, found = float(past[-1].left), past[-1].day, []
    for _ in range(steps):
        day = _next_business_day(day)
        alike = [one.opened - one.closed for one in recent if one.day.weekday() == day.weekday()]
        left = max(left + (sum(alike) / len(alike) if alike else 0), 0)
        found.append((day, left))
    return found


def _next_business_day(day: date) -> date:
    day += ONE_DAY
    while not is_business_day(day):
        day += ONE_DAY
    return day
