"""How long the books of a year must be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from livret.kernel.legislation import Series, dated_series
from livret.kernel.periods import add_months

MONTHS = 12
SERIES = ("accounting-records", "tax-records")


@dataclass(frozen=True, slots=True)
class Keeping:
    """One duty to keep: until which day, and the text that says so."""

    label: str
    years: int
    until: date
    source: str


def keepings(closed_on: date) -> list[Keeping]:
    """Return the duties to keep the books of a year closed on that day, the longest first.

    Both are counted from the last day of the year, by our choice where the text says from the last operation.
    Source: C. com., art. L. 123-22; LPF, art. L. 102 B.
    """
    return _longest_first(_keeping(one, closed_on, closed_on) for one in _series())


def longest_keeping(closed_on: date, *, today: date) -> Keeping:
    """Return the duty that ends last, of the law of the closing and of today's: a lengthened one holds what is kept.

    Source: C. com., art. L. 123-22; LPF, art. L. 102 B.
    """
    return _longest_first(_keeping(one, closed_on, day) for one in _series() for day in (closed_on, today))[0]


def _series() -> list[Series]:
    found = dated_series("retention.toml", attributes=("counted_from",))
    return [found[key] for key in SERIES]


def _keeping(series: Series, closed_on: date, day: date) -> Keeping:
    """Return the duty as the law was on *day*; before our data begins, as it was on its first day."""
    value = series.on(max(day, series.values[0].valid_from))
    years = int(value.value)
    return Keeping(series.label, years, add_months(closed_on, MONTHS * years), value.source)


def _longest_first(found: Iterable[Keeping]) -> list[Keeping]:
    return sorted(found, key=lambda one: one.until, reverse=True)


def closing_deadline(last_day: date, next_last_day: date | None) -> date:
    """Return the day by which a year must be closed: the end of the period that follows it, a year when not open yet.

    Source: PCG, art. 921-4.
    """
    return next_last_day or add_months(last_day, MONTHS)
