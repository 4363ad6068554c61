"""Requests, their timeline and their clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from livret.booklet import Booklet, library
from livret.care.support.models import Attachment, Request, RequestEvent
from livret.care.support.models.requests import TURN_FIRST
from livret.care.support.queries.publisher import HoursBook
from livret.care.support.rules.clock import PickUpClock, pick_up_clock
from livret.care.support.rules.commitment import Offer, offer_of
from livret.care.support.rules.events import Event
from livret.care.support.rules.numbers import call_code_in

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Contract


def booklet_of(request: Request) -> Booklet:
    """Return the booklet version pinned to *request*."""
    return library()[request.booklet, request.booklet_version]


def offer_for(contract: Contract) -> Offer:
    """Return what *contract* opens in support."""
    return offer_of(library()[contract.booklet, contract.booklet_version], contract.plan)


def as_events(rows: Iterable[RequestEvent]) -> list[Event]:
    """Return the rows of a timeline as the rules want them, in their order."""
    ordered = sorted(rows, key=lambda row: row.sequence)
    return [Event(row.kind, row.at, row.actor_kind, row.actor_id, row.is_internal, row.data) for row in ordered]


def clock_of(request: Request, events: Sequence[Event], *, hours: HoursBook | None = None) -> PickUpClock | None:
    """Return the pick-up clock that *events* of *request* tell, None when nothing is counted."""
    booklet, book = booklet_of(request), hours or HoursBook()
    return pick_up_clock(events, booklet=booklet, hours_named=lambda name: book.named(name, booklet))


def timeline(request: Request, *, is_staff: bool) -> QuerySet[RequestEvent]:
    """Return what a side reads, oldest first, with the files: one timeline, less the publisher's notes."""
    rows = RequestEvent.objects.filter(request=request)
    if not is_staff:
        rows = rows.filter(is_internal=False)
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    return rows.order_by("sequence").prefetch_related(files)


def requests_of(account: AccessAccount, *, whole_company: bool) -> QuerySet[Request]:
    """Return the requests a client's person may read: their own, or all of the company for its administrators."""
    if account.client_id is None:
        return Request.objects.none()
    found = Request.objects.filter(client_id=account.client_id)
    return found if whole_company else found.filter(filed_by=account)


def listed_for_client(
    account: AccessAccount, *, whole_company: bool, words: str = "", state: str = ""
) -> QuerySet[Request]:
    """Return those requests for their list: the person's turn first, then by latest event."""
    found = holding(requests_of(account, whole_company=whole_company), words)
    if state:
        found = found.filter(state=state)
    return found.select_related("filed_by", "assigned_to").order_by(TURN_FIRST, "-last_event_at", "-pk")


def filed_with(account: AccessAccount, nonce: UUID) -> Request | None:
    """Return the request that this very form already filed, if any."""
    return Request.objects.filter(filed_by=account, nonce=nonce).first()


def holding(found: QuerySet[Request], words: str) -> QuerySet[Request]:
    """Return those that hold every word, in their number, subject, client or author, or whose call code it is."""
    wanted = Q()
    for word in words.split()[:8]:
        wanted &= (
            Q(number__icontains=word)
            | Q(subject__icontains=word)
            | Q(client__name__icontains=word)
            | Q(filed_by__full_name__icontains=word)
        )
    code = call_code_in(words)
    return found.filter(wanted | Q(call_code=code) if code else wanted)
