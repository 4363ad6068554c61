"""The days of a recurring entry. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from livret.kernel.periods import add_months, period_index

MOST_AT_ONCE = 120  # Drafts that one recurrence makes in one go: ten years of months.


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many months from a first day, until a last one (included) that may be open."""

    first_on: date
    every_months: int
    last_on: date | None = None

    def day(self, index: int) -> date | None:
        """Return the day number *index*, from 0, counted from the first day; None beyond the last."""
        found = add_months(self.first_on, self.every_months * index)
        return None if self.last_on and found > self.last_on else found

    def due(self, *, made: int, today: date) -> list[date]:
        """Return the days up to *today* that are not among the first *made* ones, the oldest first."""
        found: list[date] = []
        while len(found) < MOST_AT_ONCE:
            day = self.day(made + len(found))
            if day is None or day > today:
                break
            found.append(day)
        return found

    def passed(self, today: date) -> int:
        """Return how many of its days come before *today*: what is skipped when it goes on after a pause."""
        if today <= self.first_on:
            return 0
        index = period_index(self.first_on, months=self.every_months, day=today)
        return index if self.day(index) == today else index + 1
