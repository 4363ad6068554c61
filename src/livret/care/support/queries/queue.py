"""The queue of the technicians, in due order or by the business time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Q, QuerySet

from livret.booklet import library
from livret.booklet.calendar import Calendar
from livret.booklet.clock import elapsed
from livret.care.support.models import Request, Team
from livret.care.support.models.requests import IS_CLOSED, IS_OPEN, NEXT_DUE_FIRST
from livret.care.support.queries.publisher import HoursBook
from livret.care.support.queries.requests import holding
from livret.care.support.rules.clock import CLOSE, LATE, ON_TIME
from livret.care.support.rules.commitment import SUPPORT_KINDS

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

MINE, UNASSIGNED, TEAM, ALL, CLOSED = "mine", "unassigned", "team", "all", "closed"
SCOPES = (TEAM, MINE, UNASSIGNED, ALL, CLOSED)
BY_DUE, BY_LEFT = "due", "left"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a technician asks of the queue; the rest empty for all.

    scope: mine, unassigned, team (the person's teams; everything for somebody in none), all, closed.
    order: due (instant) or left (business time).
    """

    scope: str = TEAM
    urgency: str = ""
    kind: str = ""
    words: str = ""
    product: str = ""
    order: str = BY_DUE


def queue(wanted: QueueFilter, *, account: AccessAccount, now: datetime) -> QuerySet[Request]:
    """Return the requests of the queue in due order; those without a due instant come last, oldest first.

    Closed ones come by their closing, the latest first.
    """
    found = holding(Request.objects.all(), wanted.words).filter(_scope(wanted.scope, account))
    for name in ("kind", "product"):
        if chosen := getattr(wanted, name):
            found = found.filter(**{name: chosen})
    if wanted.urgency:
        found = found.filter(_urgent(wanted.urgency, now))
    found = found.select_related("client", "assigned_to", "team")
    if wanted.scope == CLOSED:
        return found.order_by("-closed_at", "-pk")
    return found.order_by(NEXT_DUE_FIRST, "registered_at", "pk")


def by_time_left(found: QuerySet[Request], *, now: datetime) -> list[int]:
    """Return the keys of *found* by the business time left, the most overrun first; without a target last.

    Clients have their own hours: eight hours on the wall may be less work than six.
    """
    book = HoursBook()
    rows = list(found.order_by().values_list("pk", "next_due_at", "hours", "booklet", "booklet_version"))
    named = {row[2:] for row in rows if row[1] is not None}
    calendars = {names: book.named(names[0], library()[names[1:]]).calendar for names in named}
    return [key for _left, key in sorted((_left_s(row[1], calendars.get(row[2:]), now), row[0]) for row in rows)]


def _left_s(due_at: datetime | None, calendar: Calendar | None, now: datetime) -> float:
    if due_at is None or calendar is None:
        return float("inf")
    return elapsed(calendar, now, due_at) if now <= due_at else -elapsed(calendar, due_at, now)


def queue_counts(*, account: AccessAccount, now: datetime) -> dict[str, int]:
    """Return how many open requests each scope of the queue holds, and how many wait, are late or close."""
    return Request.objects.filter(IS_OPEN).aggregate(
        mine=Count("pk", filter=_scope(MINE, account)),
        unassigned=Count("pk", filter=_scope(UNASSIGNED, account)),
        team=Count("pk", filter=_scope(TEAM, account)),
        all=Count("pk"),
        waiting=Count("pk", filter=Q(state=Request.State.WAITING)),
        late=Count("pk", filter=_urgent(LATE, now)),
        close=Count("pk", filter=_urgent(CLOSE, now)),
    )


def _scope(scope: str, account: AccessAccount) -> Q:
    if scope == CLOSED:
        return IS_CLOSED
    if scope == MINE:
        return IS_OPEN & Q(assigned_to=account)
    if scope == UNASSIGNED:
        return IS_OPEN & Q(assigned_to=None)
    if scope == TEAM:
        mine = Team.objects.filter(members=account)
        nobodys = Q(team=None, kind__in=SUPPORT_KINDS)
        return IS_OPEN & (nobodys | Q(team__in=mine.values("pk")) | ~Q(Exists(mine)))
    return IS_OPEN


def _urgent(urgency: str, now: datetime) -> Q:
    """Tell a target's urgency by the clock that runs: the second one has passed only once business time follows."""
    runs = Q(late_at__isnull=False)
    if urgency == LATE:
        return runs & Q(late_at__lt=now)
    if urgency == CLOSE:
        return runs & Q(close_at__lte=now, late_at__gte=now)
    return Q(close_at__gt=now, late_at__gte=now) | Q(late_at=None) if urgency == ON_TIME else Q()
