"""How long the books of a year must be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from livret.kernel.legislation import dated_series
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
    series = dated_series("retention.toml", attributes=("counted_from",))
    held = [(series[key].label, series[key].on(closed_on)) for key in SERIES]
    found = [
        Keeping(label, int(value.value), add_months(closed_on, MONTHS * int(value.value)), value.source)
        for label, value in held
    ]
    return sorted(found, key=lambda one: one.until, reverse=True)


def closing_deadline(last_day: date, next_last_day: date | None) -> date:
    """Return the day by which a year must be closed: the end of the period that follows it, a year when not open yet.

    Source: PCG, art. 921-4.
    """
    return next_last_day or add_months(last_day, MONTHS)
