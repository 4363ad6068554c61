"""What the dashboards of both sides show, counted in a few passes over a bounded period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from livret.care.figures.rules import forecast as rules
from livret.care.figures.rules import periods
from livret.care.figures.rules.settings import settings
from livret.care.support import queries as support
from livret.care.support.queries import results, statistics
from livret.care.support.queries.results import SecondResult, Times
from livret.care.support.queries.statistics import Tally
from livret.core.clock import PARIS
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from datetime import date

    from livret.care.support.models import Request, RequestEvent

MOST_CLIENTS = 20
Named = tuple[Any, str, Tally]


@dataclass(frozen=True, slots=True)
class Board:
    """Figures of a set of requests over a period. by: for each dimension, its values with name and tally."""

    period: DayPeriod
    whole: Tally
    by: Mapping[str, Sequence[Named]]
    months: Sequence[tuple[date, Tally]]
    buckets: Sequence[int]
    times: Times
    ratings: Mapping[int, int]

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def mean_rating(self) -> float | None:
        return sum(score * count for score, count in self.ratings.items()) / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class ClientBoard:
    """What a client's person sees. exclusions: clause by request; contests: acts of both sides, oldest first."""

    board: Board
    open_now: int
    late_now: int
    second: Sequence[SecondResult]
    exclusions: Mapping[Request, str]
    contests: Sequence[RequestEvent]


@dataclass(frozen=True, slots=True)
class PublisherBoard:
    """What the publisher's people see. counted_at: when; a board is kept until something happens or a minute passes."""

    board: Board
    open_now: int
    late_now: int
    forecast: rules.Forecast
    counted_at: datetime


def client_board(found: QuerySet[Request], period: DayPeriod, *, now: datetime) -> ClientBoard:
    """Return the board of *found*, the requests that a person may read, registered over *period*."""
    inside = statistics.between(found, periods.since(period), periods.until(period))
    clauses = results.exclusion_clauses(inside)
    left_out = inside.filter(pk__in=clauses).order_by("registered_at", "pk") if clauses else ()
    running = statistics.tallies(statistics.still_open(found), (), now=now)[""].get(None, Tally())
    return ClientBoard(
        _board(inside, period, (("kind", "product", "person"),), now=now),
        running.open,
        running.late,
        results.second_results(inside),
        {request: clauses[request.pk] for request in left_out},
        list(results.contests_of(inside)),
    )


def publisher_board(period: DayPeriod, *, now: datetime, kind: str = "", team: int | None = None) -> PublisherBoard:
    """Return the board of every request registered over *period*, of one kind or team where asked."""
    found = support.behind.all_requests()
    found = found.filter(kind=kind) if kind else found
    found = found.filter(team=team) if team else found
    inside = statistics.between(found, periods.since(period), periods.until(period))
    running = statistics.tallies(statistics.still_open(found), (), now=now)[""].get(None, Tally())
    split = (("kind", "product", "team"), ("technician",), ("client",))
    board = _board(inside, period, split, now=now)
    return PublisherBoard(board, running.open, running.late, _forecast(found, running.open, now=now), now)


def _board(inside: QuerySet[Request], period: DayPeriod, split: Sequence[Sequence[str]], *, now: datetime) -> Board:
    """Count *inside*; the first dimensions of *split* together with months and times, each other set in its pass."""
    months, bounds = periods.months_in(period), settings().bucket_bounds_s
    starts = [periods.start_of(month) for month in months]
    found = statistics.tallies(inside, (*split[0], "month", "bucket"), now=now, months=starts, buckets=bounds)
    for dimensions in split[1:]:
        found |= {key: value for key, value in statistics.tallies(inside, dimensions, now=now).items() if key}
    by = {name: _named(name, found[name]) for dimensions in split for name in dimensions}
    return Board(
        period,
        found[""].get(None, Tally()),
        by,
        [(month, found["month"].get(str(at), Tally())) for at, month in enumerate(months, 1)],
        [found["bucket"].get(str(at), Tally()).filed for at in range(1, len(bounds) + 1)],
        results.times_of(inside),
        results.ratings_of(inside),
    )


def _named(dimension: str, by: Mapping[Any, Tally]) -> list[Named]:
    """Return the values of a dimension with their names, the most requests first; nobody and nothing last."""
    names = support.behind.names_of(dimension, by)
    rows = [(value, str(names.get(value, "")), tally) for value, tally in by.items()]
    return sorted(rows, key=lambda row: (row[0] is None, -row[2].filed, row[1]))


def _forecast(found: QuerySet[Request], left_now: int, *, now: datetime) -> rules.Forecast:
    """Return the backlog of the weeks past and of the days to come; today, not over, is neither."""
    chosen, today = settings(), now.astimezone(PARIS).date()
    last = today - timedelta(days=1)
    first = last - timedelta(weeks=chosen.forecast_weeks + chosen.tested_weeks)
    span = {"since": periods.start_of(first), "until": now}
    opened = results.daily(found, "registered_at", **span)
    closed = results.daily(found, "closed_at", **span)
    left = left_now - opened.pop(today, 0) + closed.pop(today, 0)
    past = rules.history(opened, closed, first=first, last=last, left=left)
    return rules.forecast(past, weeks=chosen.forecast_weeks, ahead=chosen.forecast_days, tested=chosen.tested_weeks)


_LATELY = timedelta(minutes=1)
_Mark = tuple[datetime, int]


class Kept:
    """Boards kept until a request changes or the minute ends: nobody waits twice for the same figures.

    Late is a matter of time, and everything else of events, which are only ever added: so that the minute and the last
    event say whether figures still stand.
    """

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._boards: dict[object, tuple[_Mark, Any]] = {}
        self._making: dict[object, Lock] = {}

    def get(self, key: object, make: Callable[[], Any], *, now: datetime) -> Any:
        mark = (now.replace(second=0, microsecond=0), support.results.last_event())
        found, making = self._boards.get(key), self._making.setdefault(key, Lock())
        # One thread counts. The others take what was counted less than a minute ago, or wait for it.
        if not making.acquire(blocking=found is None or now - found[0][0] > _LATELY):
            return found[1] if found else None
        try:
            return self._counted(key, mark, make)
        finally:
            making.release()

    def _counted(self, key: object, mark: _Mark, make: Callable[[], Any]) -> Any:
        found = self._boards.get(key)
        if found is None or found[0] != mark:
            found = (mark, make())
            if len(self._boards) >= self._most:
                self._boards.clear()
            self._boards[key] = found
        return found[1]
