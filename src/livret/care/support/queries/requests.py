"""Requests, their timeline and their clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from livret.booklet import Booklet, library
from livret.care.support.models import Attachment, Request, RequestCounter, RequestEvent, RequestShare
from livret.care.support.models.requests import TURN_FIRST
from livret.care.support.queries.publisher import HoursBook
from livret.care.support.rules.clock import HoursNamed, PickUpClock, pick_up_clock
from livret.care.support.rules.commitment import Offer, offer_of
from livret.care.support.rules.events import Event
from livret.care.support.rules.numbers import call_code_in, is_request_number, request_number
from livret.care.support.rules.second import SecondClock, second_clock
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Contract

MOST_WORDS = 8
MOST_NAMES = 200


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


def second_clock_of(request: Request, events: Sequence[Event], *, hours: HoursBook | None = None) -> SecondClock | None:
    """Return the clock of the anomaly that *events* of *request* tell, None where nothing is owed."""
    booklet, book = booklet_of(request), hours or HoursBook()
    return second_clock(events, booklet=booklet, hours_named=lambda name: book.named(name, booklet))


def running_due(events: Sequence[Event], *, booklet: Booklet, hours_named: HoursNamed) -> datetime | None:
    """Return the due instant of the clock that runs after *events*, None when none does."""
    first = pick_up_clock(events, booklet=booklet, hours_named=hours_named)
    if first is not None and first.stopped_at is None:
        return first.due_at
    second = second_clock(events, booklet=booklet, hours_named=hours_named)
    return second.due_at if second is not None and second.stopped_at is None else None


def timeline(request: Request, *, is_staff: bool) -> QuerySet[RequestEvent]:
    """Return what a side reads, oldest first, with the files: one timeline, less the publisher's notes."""
    rows = RequestEvent.objects.filter(request=request)
    if not is_staff:
        rows = rows.filter(is_internal=False)
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    return rows.order_by("sequence").prefetch_related(files)


def requests_of(account: AccessAccount, *, whole_company: bool) -> QuerySet[Request]:
    """Return the requests a client's person may read: their own, those shared with them, or all of the company."""
    if account.client_id is None:
        return Request.objects.none()
    found = Request.objects.filter(client_id=account.client_id)
    return found if whole_company else found.filter(Q(filed_by=account) | Exists(_shares(account)))


def _shares(account: AccessAccount) -> QuerySet[RequestShare]:
    return RequestShare.objects.filter(request=OuterRef("pk"), account=account)


def listed_for_client(
    account: AccessAccount, *, whole_company: bool, words: str = "", state: str = ""
) -> QuerySet[Request]:
    """Return those requests for their list: the person's turn first, then by latest event."""
    found = holding(requests_of(account, whole_company=whole_company), words)
    if state:
        found = found.filter(state=state)
    return found.select_related("filed_by", "assigned_to").order_by(TURN_FIRST, "-last_event_at", "-pk")


def request_numbered(number: str) -> Request | None:
    """Return the request of that number, whoever asks, with what its pages name."""
    found = Request.objects.filter(number=number) if is_request_number(number) else Request.objects.none()
    return found.select_related("client", "contract", "filed_by", "assigned_to").first()


def filed_with(account: AccessAccount, nonce: UUID) -> Request | None:
    """Return the request that this very form already filed, if any."""
    return Request.objects.filter(filed_by=account, nonce=nonce).first()


def holding(found: QuerySet[Request], words: str) -> QuerySet[Request]:
    """Return those that hold every word, or whose number or call code it is; French words match their other forms.

    A word is looked for, from its beginning, in the subject, context and error message; anywhere in the names of the
    client and of the author.
    """
    typed = words.replace("\0", " ").split()[:MOST_WORDS]
    if not typed:
        return found
    wanted = Q()
    for word in typed:
        wanted &= said(word) | Q(client__in=_clients_named(word)) | Q(filed_by__in=_people_named(word)) | _number(word)
    code = call_code_in(words)
    return found.filter(wanted | Q(call_code=code) if code else wanted)


def said(word: str) -> Q:
    """Match the beginning of a word; a search of its parts only, so that no operator of the engine is typed in."""
    parts = re.findall(r"\w+", word)
    if not parts:
        return Q(pk__in=[])
    raw = " & ".join(f"'{part}':*" for part in parts)
    return Q(words=SearchQuery(raw, config="french", search_type="raw"))


def _clients_named(word: str) -> list[int]:
    return list(clients.clients_found(word).values_list("pk", flat=True)[:MOST_NAMES])


def _people_named(word: str) -> list[UUID]:
    return list(clients.people_found(word).values_list("pk", flat=True)[:MOST_NAMES])


def _number(word: str) -> Q:
    """Match a request's number, whole or by its digits in any year."""
    if is_request_number(word.upper()):
        return Q(number=word.upper())
    if not (word.isascii() and word.isdigit()):
        return Q(pk__in=[])
    years = RequestCounter.objects.values_list("year", flat=True)
    return Q(number__in=[request_number(year, int(word)) for year in years if int(word)])
