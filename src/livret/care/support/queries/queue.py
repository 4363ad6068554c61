"""The queue of the technicians, in due order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from livret.care.support.models import Request
from livret.care.support.models.requests import DUE_FIRST, WAITING_FIRST
from livret.care.support.queries.requests import holding
from livret.care.support.rules.clock import CLOSE, LATE, ON_TIME

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

MINE, UNASSIGNED, TEAM = "mine", "unassigned", "team"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a technician asks of the queue. scope: mine, unassigned or team; the rest empty for all."""

    scope: str = TEAM
    urgency: str = ""
    kind: str = ""
    words: str = ""


def queue(wanted: QueueFilter, *, account: AccessAccount, now: datetime) -> QuerySet[Request]:
    """Return the requests of the queue in due order; those without a due instant come last, oldest first."""
    found = holding(Request.objects.all(), wanted.words)
    found = found.filter(_scope(wanted.scope, account))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.urgency:
        found = found.filter(_urgent(wanted.urgency, now))
    return found.select_related("client", "assigned_to").order_by(WAITING_FIRST, DUE_FIRST, "registered_at", "pk")


def queue_counts(*, account: AccessAccount, now: datetime) -> dict[str, int]:
    """Return how many requests each scope of the queue holds, and how many are late or close."""
    return Request.objects.aggregate(
        mine=Count("pk", filter=_scope(MINE, account)),
        unassigned=Count("pk", filter=_scope(UNASSIGNED, account)),
        team=Count("pk", filter=_scope(TEAM, account)),
        waiting=Count("pk", filter=Q(state=Request.State.WAITING)),
        late=Count("pk", filter=_urgent(LATE, now)),
        close=Count("pk", filter=_urgent(CLOSE, now)),
    )


def _scope(scope: str, account: AccessAccount) -> Q:
    if scope == MINE:
        return Q(assigned_to=account)
    return Q(assigned_to=None) if scope == UNASSIGNED else Q()


def _urgent(urgency: str, now: datetime) -> Q:
    waiting = Q(state=Request.State.WAITING)
    if urgency == LATE:
        return waiting & Q(late_at__lt=now)
    if urgency == CLOSE:
        return waiting & Q(close_at__lte=now, late_at__gte=now)
    return waiting & (Q(close_at__gt=now) | Q(due_at=None)) if urgency == ON_TIME else Q()
