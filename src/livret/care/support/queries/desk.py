"""What stands around a request on the technicians' desk: who is on it, its neighbours, canned answers, teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from livret.care.support.models import CannedAnswer, Presence, Request, RequestEvent, Suspension, Team
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.queries.queue import BY_LEFT, CLOSED, QueueFilter, by_time_left, queue

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

# A page says every 15 seconds that it is open: two missed beats and its reader is gone.
PRESENCE_LASTS = timedelta(seconds=40)
MOST_OTHERS = 8


def present_on(request: Request, *, but: AccessAccount, at: datetime) -> QuerySet[Presence]:
    """Return who else has *request* open at that instant, those who write first."""
    fresh = Presence.objects.filter(request=request, seen_at__gt=at - PRESENCE_LASTS).exclude(account=but)
    return fresh.select_related("account").order_by("-is_writing", "account__full_name")


def said_since(request: Request, seen: int) -> QuerySet[RequestEvent]:
    """Return the words that the client reads and that were added after the event *seen*."""
    spoken = [RequestEvent.Kind.MESSAGE, RequestEvent.Kind.FILES_ADDED, RequestEvent.Kind.PROPOSED]
    return request.events.filter(sequence__gt=seen, is_internal=False, kind__in=spoken).order_by("sequence")


def other_open_requests(request: Request) -> QuerySet[Request]:
    """Return the other open requests of the same client, the latest first."""
    found = Request.objects.filter(IS_OPEN, client_id=request.client_id).exclude(pk=request.pk)
    return found.select_related("client", "assigned_to").order_by("-registered_at", "-pk")


def duplicates_of(request: Request) -> QuerySet[Request]:
    """Return the requests that were linked to *request* as the same subject."""
    return Request.objects.filter(duplicate_of=request).select_related("client").order_by("-registered_at", "-pk")


def neighbours(
    request: Request, wanted: QueueFilter, *, account: AccessAccount, now: datetime
) -> tuple[str | None, str | None]:
    """Return the numbers before and after *request* in a queue; None at its ends, and among the closed ones."""
    if wanted.scope == CLOSED:
        return None, None
    found = queue(wanted, account=account, now=now)
    keys = by_time_left(found, now=now) if wanted.order == BY_LEFT else list(found.values_list("pk", flat=True))
    before, after = _around(keys, request.pk)
    numbers = dict(Request.objects.filter(pk__in=[before, after]).values_list("pk", "number"))
    return numbers.get(before or 0), numbers.get(after or 0)


def _around(keys: Sequence[int], key: int) -> tuple[int | None, int | None]:
    """Return what stands before and after *key*; of one that is not there any more, the first comes next."""
    if key not in keys:
        return None, keys[0] if keys else None
    place = keys.index(key)
    return keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None


def canned_answers(*, product: str = "") -> QuerySet[CannedAnswer]:
    """Return the canned answers in use, by title; *product*: those for it or for any."""
    found = CannedAnswer.objects.filter(is_active=True).select_related("written_by").order_by("title")
    return found.filter(product__in=["", product]) if product else found


def teams() -> QuerySet[Team]:
    """Return every team, those in use first, in the order in which they are asked."""
    found = Team.objects.select_related("lead").prefetch_related("members")
    return found.order_by("-is_active", "rank", "name")


def active_teams() -> QuerySet[Team]:
    return Team.objects.filter(is_active=True).order_by("rank", "name")


def all_suspensions() -> QuerySet[Suspension]:
    """Return every suspension with its client and its end, the latest first."""
    return Suspension.objects.select_related("client", "contract", "lift").order_by("-from_at", "-pk")
