"""A frozen report: its bytes, which periods are due, and what changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from livret.booklet import Booklet, Stated
from livret.care.figures.rules.periods import complete_periods
from livret.kernel.periods import DayPeriod

REPORT = "request_report"


@dataclass(frozen=True, slots=True)
class Owed:
    """That a contract is owed a report every so many months, by *clause*."""

    months: int
    clause: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the frozen report. number: of a request, empty for a figure; field: what of it."""

    number: str
    field: str
    before: str
    after: str


def owed(booklet: Booklet, plan: str) -> Owed | None:
    """Return how often a report is owed under *plan*, None where it is not. Source: Sprint S-13, plan Private."""
    every, listed = booklet.support.request_report_every, booklet.support.plans.get(plan)
    if listed is None or REPORT not in listed.value or not isinstance(every, Stated):
        return None
    return Owed(every.value, every.clause)


def periods_owed(start: date, *, months: int, day: date, ends_until: date | None = None) -> list[tuple[int, DayPeriod]]:
    """Return the periods from *start* that ended before *day*, numbered from 0; those that began in the contract."""
    found = list(enumerate(complete_periods(start, months=months, day=day)))
    return [(index, period) for index, period in found if ends_until is None or period.first_day < ends_until]


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return *content* as JSON that is the same bytes each time: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what a report frozen as *before* would say differently as *after*: figures first, then requests."""
    figures = {row["key"]: row for row in after["figures"]}
    found = [
        Change("", row["label"], str(row["count"]), str(figures[row["key"]]["count"]))
        for row in before["figures"]
        if row["key"] in figures and row["requests"] != figures[row["key"]]["requests"]
    ]
    now = {row["number"]: row for row in after["requests"]}
    for row in before["requests"]:
        later = now.get(row["number"], {})
        found += [
            Change(row["number"], name, str(value), str(later.get(name, "")))
            for name, value in row.items()
            if later.get(name, "") != value
        ]
    return found
