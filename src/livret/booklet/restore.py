"""Which days of the past a client environment can be put back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from livret.booklet.model import Booklet
from livret.booklet.statements import Absent
from livret.kernel.periods import add_months

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class CopyKind(StrEnum):
    """Which copy holds a day."""

    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class RestorePoints:
    """The days that can be put back: every one from oldest_daily to newest_daily, and the monthly ones, in order."""

    oldest_daily: date
    newest_daily: date
    monthly: tuple[date, ...]

    def holds(self, day: date) -> CopyKind | None:
        """Return the copy that holds the state of *day*, None when no copy does."""
        if self.oldest_daily <= day <= self.newest_daily:
            return CopyKind.DAILY
        return CopyKind.MONTHLY if day in self.monthly else None

    def days(self) -> tuple[tuple[date, CopyKind], ...]:
        """Return every day that can be put back, newest first."""
        nightly = [self.newest_daily - _ONE_DAY * n for n in range((self.newest_daily - self.oldest_daily).days + 1)]
        kept = [(day, CopyKind.DAILY) for day in nightly]
        kept += [(day, CopyKind.MONTHLY) for day in self.monthly if day not in nightly]
        return tuple(sorted(kept, reverse=True))


def restore_points(booklet: Booklet, today: date) -> RestorePoints:
    """Return what can be put back on *today*. Source: clauses S-7 and C-9.

    The copy of a first weekend is that of the month's first Saturday, kept to the same day number: both readings.
    """
    backups = booklet.backups
    kept = backups.monthly_copies_kept
    return RestorePoints(
        today - _ONE_DAY * backups.oldest_day_back.value,
        today - _ONE_DAY * backups.newest_day_back.value,
        () if isinstance(kept, Absent) else _monthly_copies(today, kept.value),
    )


def first_saturday(month: date) -> date:
    """Return the first Saturday of the month that holds *month*."""
    first = month.replace(day=1)
    return first + _ONE_DAY * ((_SATURDAY - first.weekday()) % 7)


def _monthly_copies(today: date, months_kept: int) -> tuple[date, ...]:
    first_of_month = today.replace(day=1)
    candidates = (first_saturday(add_months(first_of_month, -back)) for back in range(months_kept + 1, -1, -1))
    return tuple(day for day in candidates if day < today <= add_months(day, months_kept))
