"""Days and months as French law counts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DayPeriod:
    """Whole days, both ends included. Raises ValueError when it would end before it begins."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"a period cannot end on {self.last_day}, before it begins on {self.first_day}")

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    def each_day(self) -> Iterator[date]:
        return (self.first_day + timedelta(days=n) for n in range(self.days))


def add_months(anchor: date, months: int) -> date:
    """Return the same day number *months* later (or earlier), else the last day of that month.

    Always counted from the original anchor, never from an earlier result, so that 31 January + 2 is 31 March.
    Source: code de procédure civile, art. 641, al. 2.
    """
    return anchor + relativedelta(months=months)


def nth_period(anchor: date, *, months: int, index: int) -> DayPeriod:
    """Return the period number *index* (from 0) of *months* months each that tiles time from *anchor*."""
    first = add_months(anchor, months * index)
    return DayPeriod(first, add_months(anchor, months * (index + 1)) - ONE_DAY)


def period_index(anchor: date, *, months: int, day: date) -> int:
    """Return the number (from 0) of the period of *months* months, tiling from *anchor*, that holds *day*.

    Negative for a day before the anchor.
    """
    elapsed = (day.year - anchor.year) * 12 + day.month - anchor.month
    index = elapsed // months
    while add_months(anchor, months * index) > day:
        index -= 1
    while add_months(anchor, months * (index + 1)) <= day:
        index += 1
    return index
