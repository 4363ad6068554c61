"""Requests counted: each figure is a condition, so that it opens the list of exactly those requests that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from livret.care.support.models import Request
from livret.care.support.models.requests import IS_OPEN

# How a request stands in the share of requests picked up in time.
ON_TIME, MISSED, RUNNING, WITHDRAWN, EXCLUDED, WITHOUT_TARGET = range(6)
# Where it stands in the work: closed, open, or open with a target that has passed.
CLOSED, OPEN, LATE = range(3)
_STANDINGS, _PHASES = 6, 3
# Picked up under a target: a withdrawal stops the clock too, and is no pick-up.
WAS_TIMED = Q(elapsed_s__isnull=False, picked_up_at__isnull=False)
# The condition of every figure by its name; `standing_is` and `phase` are given by `annotated`.
FIGURES: Mapping[str, Q] = {
    "filed": Q(),
    "counted": Q(standing_is__in=[ON_TIME, MISSED]),
    "on_time": Q(standing_is=ON_TIME),
    "missed": Q(standing_is=MISSED),
    "running": Q(standing_is=RUNNING),
    "withdrawn": Q(standing_is=WITHDRAWN),
    "excluded": Q(standing_is=EXCLUDED),
    "without_target": Q(standing_is=WITHOUT_TARGET),
    "open": Q(phase__gt=CLOSED),
    "late": Q(phase=LATE),
    "closed": Q(phase=CLOSED),
    "contested": Q(is_contested=True),
    "rated": Q(rating__isnull=False),
    "timed": WAS_TIMED,
}
# The dimensions that figures are split by, and the column of each. `month`, `bucket`: the number of a stretch.
COLUMNS = {
    "kind": "kind",
    "product": "product",
    "client": "client_id",
    "team": "team_id",
    "technician": "assigned_to_id",
    "person": "filed_by_id",
    "month": "month",
    "bucket": "bucket",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many requests: filed, by their standing in the share, and by where they stand in the work."""

    on_time: int = 0
    missed: int = 0
    running: int = 0
    withdrawn: int = 0
    excluded: int = 0
    without_target: int = 0
    open: int = 0
    late: int = 0

    @property
    def counted(self) -> int:
        """Those that the share is made of."""
        return self.on_time + self.missed

    @property
    def filed(self) -> int:
        return self.counted + self.running + self.withdrawn + self.excluded + self.without_target

    @property
    def closed(self) -> int:
        return self.filed - self.open


def standing_in_share(now: datetime) -> Case:
    """Return the expression of a request's standing in the share at *now*.

    Time alone makes a waiting request missed: that is never cached, so it is read here.
    """
    return Case(
        When(is_excluded=True, then=Value(EXCLUDED)),
        When(hours="", then=Value(WITHOUT_TARGET)),
        When(is_on_time=True, then=Value(ON_TIME)),
        When(Q(is_on_time=False) | Q(state="waiting", late_at__lt=now), then=Value(MISSED)),
        When(state="waiting", then=Value(RUNNING)),
        default=Value(WITHDRAWN),
        output_field=IntegerField(),
    )


def phase(now: datetime) -> Case:
    """Return the expression of where a request stands in the work at *now*."""
    return Case(
        When(state="closed", then=Value(CLOSED)),
        When(late_at__lt=now, then=Value(LATE)),
        default=Value(OPEN),
        output_field=IntegerField(),
    )


def annotated(found: QuerySet[Request], *, now: datetime) -> QuerySet[Request]:
    """Return *found* with `standing_is` and `phase`, as the conditions of figures read them."""
    return found.annotate(standing_is=standing_in_share(now), phase=phase(now))


def behind(found: QuerySet[Request], figure: str, *, now: datetime) -> QuerySet[Request]:
    """Return the requests that *figure* counts among *found*. Raises KeyError on an unknown figure."""
    return annotated(found, now=now).filter(FIGURES[figure])


def still_open(found: QuerySet[Request]) -> QuerySet[Request]:
    """Return those that are not closed."""
    return found.filter(IS_OPEN)


def between(found: QuerySet[Request], since: datetime, until: datetime) -> QuerySet[Request]:
    """Return those registered from *since* on and before *until*."""
    return found.filter(registered_at__gte=since, registered_at__lt=until)


def tallies(
    found: QuerySet[Request],
    dimensions: Sequence[str],
    *,
    now: datetime,
    months: Sequence[datetime] = (),
    buckets: Sequence[int] = (),
) -> dict[str, dict[Any, Tally]]:
    """Return the tally of *found* in all ("", under None) and by value of each of *dimensions*, in one pass.

    months: the first instant of each month, counted from 1; buckets: bounds of business seconds to the pick-up,
    counted from 0, requests without a time under None.
    """
    names = [COLUMNS[name] for name in dimensions]
    rows = annotated(found, now=now).annotate(code=F("standing_is") * _PHASES + F("phase"))
    if "month" in dimensions:
        rows = rows.annotate(month=_place("registered_at", months))
    if "bucket" in dimensions:
        rows = rows.annotate(bucket=Case(When(WAS_TIMED, then=_place("elapsed_s", buckets))))
    inner, params = rows.order_by().values_list(*names, "code").query.sql_with_params()
    cells: dict[str, dict[Any, dict[int, int]]] = {name: {} for name in ("", *dimensions)}
    with connection.cursor() as cursor:
        cursor.execute(_grouping(inner, len(names)), params)
        for at, value, code, count in cursor.fetchall():
            cells["" if at == 0 else dimensions[at - 1]].setdefault(value, {})[code] = count
    return {name: {value: _tally(codes) for value, codes in by.items()} for name, by in cells.items()}


def _grouping(inner: str, columns: int) -> str:
    """Return the statement that counts *inner* by its last column, and by that with each of the others in turn.

    Counted whole first: there are far fewer different rows than rows, and the sets are then made of those.
    """
    names = [f"c{number}" for number in range(1, columns + 1)]
    listed = ", ".join([*names, "code"])
    sets = ", ".join(["(code)", *(f"({name}, code)" for name in names)])
    which = " ".join(f"WHEN GROUPING({name}) = 0 THEN {at}" for at, name in enumerate(names, 1))
    value = " ".join(f"WHEN GROUPING({name}) = 0 THEN {name}::text" for name in names)
    at, shown = (f"CASE {which} ELSE 0 END", f"CASE {value} END") if names else ("0", "NULL")
    return (
        f"SELECT {at}, {shown}, code, sum(n)::int FROM "  # noqa: S608 - columns and conditions of our own.
        f"(SELECT {listed}, count(*) AS n FROM ({inner}) AS rows({listed}) GROUP BY {listed}) AS counted "
        f"GROUP BY GROUPING SETS ({sets})"
    )


def _place(column: str, bounds: Sequence[Any]) -> Func:
    kind = "timestamptz[]" if bounds and isinstance(bounds[0], datetime) else "integer[]"
    field = IntegerField()
    return Func(
        F(column), Value(list(bounds)), function="width_bucket", template=f"width_bucket(%(expressions)s::{kind})",
        output_field=field,
    )  # fmt: skip


def _tally(codes: Mapping[int, int]) -> Tally:
    standing, phases = [0] * _STANDINGS, [0] * _PHASES
    for code, count in codes.items():
        standing[code // _PHASES] += count
        phases[code % _PHASES] += count
    return replace(Tally(*standing), open=phases[OPEN] + phases[LATE], late=phases[LATE])


def tallies_by_contract(
    found: QuerySet[Request], periods: Sequence[tuple[int, datetime, datetime]], *, now: datetime
) -> list[Tally]:
    """Return the tally over each of *periods* (a contract, the first instant, the instant after the last) of *found*.

    One pass: contracts have their own periods, since each counts from the start of its support.
    """
    if not periods:
        return []
    whole = between(found, min(row[1] for row in periods), max(row[2] for row in periods))
    contracts, since, until = (list(column) for column in zip(*periods, strict=True))
    code = F("standing_is") * _PHASES + F("phase")
    rows = annotated(whole, now=now).annotate(code=code).order_by().values_list("contract_id", "registered_at", "code")
    inner, params = rows.query.sql_with_params()
    statement = (
        "SELECT p.place, r.code, count(*) "  # noqa: S608 - conditions of our own.
        f"FROM ({inner}) AS r(contract, at, code) JOIN unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) "
        "WITH ORDINALITY AS p(contract, since, until, place) "
        "ON r.contract = p.contract AND r.at >= p.since AND r.at < p.until GROUP BY 1, 2"
    )
    codes: list[dict[int, int]] = [{} for _ in periods]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, contracts, since, until])
        for place, value, count in cursor.fetchall():
            codes[place - 1][value] = count
    return [_tally(by) for by in codes]
