"""The list behind a figure: what an address asks for, and the requests it names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from livret.care.figures.rules import periods
from livret.care.figures.rules.settings import settings
from livret.care.support import queries as support
from livret.care.support.queries import statistics
from livret.care.support.queries.statistics import WAS_TIMED
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from livret.care.support.models import Request

# What each part of an address filters by. Of the rest, `month`, `bucket`, `level` and `rating` have their own reading.
COLUMNS = {
    "kind": "kind",
    "product": "product",
    "client": "client_id",
    "contract": "contract_id",
    "team": "team_id",
    "technician": "assigned_to_id",
    "person": "filed_by_id",
}
NUMBERS = ("client", "contract", "team", "bucket", "level", "rating")
NOBODY = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for: a figure and the values it is split by, all checked. NOBODY: where there is none."""

    figure: str
    by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A request of a list: its standing in the share, and the business seconds consumed out of its target."""

    request: Request
    standing: int
    elapsed_s: int | None
    target_s: int | None
    clause: str


def wanted_from(asked: Mapping[str, str]) -> Wanted | None:
    """Return what an address asks for, None when it names an unknown figure or a value that cannot be one."""
    by = {name: asked[name] for name in (*COLUMNS, "month", "bucket", "level", "rating") if asked.get(name)}
    figure = asked.get("figure") or "filed"
    is_good = figure in statistics.FIGURES and all(_is_value(name, value) for name, value in by.items())
    return Wanted(figure, by) if is_good else None


def _is_value(name: str, value: str) -> bool:
    if value == NOBODY:
        return name in COLUMNS or name == "bucket"
    if name in NUMBERS:
        return value.isascii() and value.isdigit() and len(value) < 10
    if name in ("technician", "person"):
        return _is_made(UUID, value)
    if name == "kind":
        return support.behind.is_kind(value)
    if name == "month":
        return _is_made(_month, value)
    return len(value) <= 40 and "\0" not in value


def _month(value: str) -> date:
    """Return the first day of a month that has one after it. Raises ValueError on any other text."""
    first = date.fromisoformat(f"{value}-01")
    if not date.min.year < first.year < date.max.year:
        raise ValueError(f"no month {value}")
    return first


def _is_made(make: Any, value: str) -> bool:
    try:
        make(value)
    except ValueError:
        return False
    return True


def requests_behind(
    found: QuerySet[Request], wanted: Wanted, period: DayPeriod | None, *, now: datetime
) -> QuerySet[Request]:
    """Return the requests of *found* that a figure counts over *period* (all time: None), the oldest first."""
    if period is not None:
        found = statistics.between(found, periods.since(period), periods.until(period))
    for name, value in wanted.by.items():
        found = found.filter(_condition(name, value))
    rows = statistics.behind(found, wanted.figure, now=now)
    return rows.select_related("client", "filed_by", "assigned_to").order_by("registered_at", "pk")


def values_held(found: QuerySet[Request], wanted: Wanted) -> set[str]:
    """Return which parts of *wanted* name what some request of *found* holds: a reader learns no other name."""
    asked = {name: _condition(name, value) for name, value in wanted.by.items() if name in COLUMNS}
    return {name for name, condition in asked.items() if found.filter(condition).exists()}


def _condition(name: str, value: str) -> Q:
    if name == "month":
        first = date.fromisoformat(f"{value}-01")
        span = periods.months_in(DayPeriod(first, first))[0]
        after = periods.start_of(date(span.year + span.month // 12, span.month % 12 + 1, 1))
        return Q(registered_at__gte=periods.start_of(span), registered_at__lt=after)
    if name == "bucket":
        return _bucket(value)
    if value == NOBODY:
        return Q(**{f"{COLUMNS[name]}__isnull": True})
    return Q(**{COLUMNS.get(name, name): value})


def _bucket(value: str) -> Q:
    """Match the requests whose time to the pick-up falls between two bounds; buckets count from 1."""
    if value == NOBODY:
        return ~WAS_TIMED
    bounds, at = settings().bucket_bounds_s, int(value)
    if not 1 <= at <= len(bounds):
        return Q(pk__in=[])
    above = Q(elapsed_s__gte=bounds[at - 1])
    return WAS_TIMED & (above & Q(elapsed_s__lt=bounds[at]) if at < len(bounds) else above)


def listed(rows: Iterable[Request]) -> list[Listed]:
    """Return *rows*, annotated as `requests_behind` gives them, with the target that each is counted against."""
    found = []
    for row in rows:
        promised = support.behind.commitment_counted(row)
        target, clause = (promised.target_s, promised.clause) if promised else (None, "")
        standing: int = row.standing_is  # type: ignore[attr-defined]
        found.append(Listed(row, standing, row.elapsed_s, target, clause))
    return found
