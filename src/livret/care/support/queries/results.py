"""What came of requests: times to the pick-up, days, scores, exclusions, contests and second clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from livret.care.support.models import Request, RequestEvent
from livret.care.support.queries.publisher import HoursBook
from livret.care.support.queries.requests import as_events, second_clock_of
from livret.care.support.queries.statistics import WAS_TIMED


@dataclass(frozen=True, slots=True)
class Times:
    """Business seconds from registration to pick-up; None where nothing was picked up under a target."""

    counted: int
    median_s: int | None
    p90_s: int | None
    longest_s: int | None


@dataclass(frozen=True, slots=True)
class SecondResult:
    """A second clock and how it ended: kept with its pauses, and as if nothing had been paused; None while it runs."""

    request_id: int
    level: int
    is_kept: bool | None
    is_kept_unpaused: bool | None


def times_of(found: QuerySet[Request]) -> Times:
    """Return how long the requests of *found* waited for their pick-up, in business seconds."""
    rows = found.filter(WAS_TIMED).order_by().values_list("elapsed_s")
    inner, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY s), max(s) "  # noqa: S608
            f"FROM ({inner}) AS waited(s)",
            params,
        )
        counted, shares, longest = cursor.fetchone()
    median, ninth = shares or (None, None)
    return Times(counted, median, ninth, longest)


def daily(found: QuerySet[Request], column: str, *, since: datetime, until: datetime) -> dict[date, int]:
    """Return how many of *found* have *column*, an instant, on each day in Paris."""
    inside = {f"{column}__gte": since, f"{column}__lt": until}
    rows, params = found.filter(**inside).order_by().values_list(column).query.sql_with_params()
    statement = (
        "SELECT (date_bin('1 hour', at, 'epoch') AT TIME ZONE 'Europe/Paris')::date, sum(n)::int FROM "  # noqa: S608
        "(SELECT date_bin('1 hour', at, 'epoch') AS at, count(*) AS n "
        f"FROM ({rows}) AS moments(at) GROUP BY 1) AS hourly GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return dict(cursor.fetchall())


def ratings_of(found: QuerySet[Request]) -> dict[int, int]:
    """Return how many requests of *found* were given each score, 1 to 5."""
    rated = found.filter(rating__isnull=False).order_by().values_list("rating")
    return dict(rated.annotate(count=Count("*")))


def exclusion_clauses(found: QuerySet[Request]) -> dict[int, str]:
    """Return, by request of *found* left out of the share, the clause that calls for it."""
    excluded = found.filter(is_excluded=True).order_by().values("pk")
    acts = RequestEvent.objects.filter(kind=RequestEvent.Kind.EXCLUDED, request__in=excluded).order_by("sequence")
    return {act.request_id: str(act.data["clause"]) for act in acts}


def contests_of(found: QuerySet[Request]) -> QuerySet[RequestEvent]:
    """Return what the client contested in requests of *found*, and the answers, in the order they came."""
    kinds = (RequestEvent.Kind.CONTESTED, RequestEvent.Kind.CONTEST_ANSWERED)
    acts = RequestEvent.objects.filter(kind__in=kinds, request__in=found.order_by().values("pk"))
    return acts.select_related("request").order_by("at", "pk")


def second_results(found: QuerySet[Request]) -> list[SecondResult]:
    """Return every second clock of *found* with its end, read from the events where something was paused."""
    pauses = RequestEvent.objects.filter(
        request=OuterRef("pk"), kind__in=[RequestEvent.Kind.PAUSED, RequestEvent.Kind.REOPENED]
    )
    rows = found.filter(level__in=[1, 2]).annotate(was_paused=Exists(pauses)).order_by("pk")
    plain = rows.filter(was_paused=False).values_list("pk", "level", "second_is_kept")
    results = [SecondResult(pk, level or 0, is_kept, is_kept) for pk, level, is_kept in plain]
    book = HoursBook()
    return [*results, *(_second(row, book) for row in rows.filter(was_paused=True).prefetch_related("events"))]


def _second(request: Request, book: HoursBook) -> SecondResult:
    clock = second_clock_of(request, as_events(request.events.all()), hours=book)
    if clock is None or clock.stopped_at is None:
        return SecondResult(request.pk, request.level or 0, None, None)
    return SecondResult(request.pk, request.level or 0, clock.is_kept, clock.is_kept_unpaused_at(clock.stopped_at))


def last_event() -> int:
    """Return the key of the last event written, 0 before the first: whatever happens to a request changes it."""
    return RequestEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
