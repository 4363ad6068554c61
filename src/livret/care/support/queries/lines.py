"""A request as one line of a list: how its target stands, in words, and the business time left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from livret.booklet.clock import elapsed
from livret.booklet.support import AnomalyLevel
from livret.care.support import wording
from livret.care.support.models import Request
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.queries.publisher import HoursBook
from livret.care.support.queries.queue import ALL, QueueFilter, queue
from livret.care.support.queries.requests import booklet_of, listed_for_client
from livret.care.support.rules.clock import CLOSE, LATE, MET, MISSED, ON_TIME
from livret.care.support.wording import Mark, Words
from livret.clients import queries as clients
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client

MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    target: of the clock that runs, else the verdict of the pick-up, None where none was owed; left: business time, in
    words.
    """

    request: Request
    kind: Words
    state_mark: Mark
    target: Mark | None
    left: str

    @property
    def number(self) -> str:
        return self.request.number

    @property
    def subject(self) -> str:
        return self.request.subject

    @property
    def client(self) -> Client:
        return self.request.client

    @property
    def due_at(self) -> datetime | None:
        return self.request.next_due_at

    @property
    def state(self) -> Words:
        return self.state_mark.label

    @property
    def tone(self) -> str:
        return (self.target or self.state_mark).tone

    @property
    def icon(self) -> str:
        return (self.target or self.state_mark).icon


def lines(requests: Iterable[Request], *, now: datetime, is_staff: bool) -> list[Line]:
    """Return *requests* as lines; the instants are those cached when the last event was written."""
    book = HoursBook()
    return [_line(request, book, now, is_staff=is_staff) for request in requests]


def open_requests_for(account: AccessAccount, *, at: datetime) -> list[Line]:
    """Return the latest open requests that a client's person may read, their turn first."""
    wide = account.client is not None and clients.is_saas_administrator(
        account, client=account.client, day=at.astimezone(PARIS).date()
    )
    found = listed_for_client(account, whole_company=wide).filter(IS_OPEN).select_related("client")
    return lines(found[:MOST_LINES], now=at, is_staff=False)


def most_urgent(*, account: AccessAccount, now: datetime) -> list[Line]:
    """Return the requests that wait for somebody, in due order."""
    found = queue(QueueFilter(ALL), account=account, now=now).filter(next_due_at__isnull=False)
    return lines(found[:MOST_LINES], now=now, is_staff=True)


def _line(request: Request, book: HoursBook, now: datetime, *, is_staff: bool) -> Line:
    state, kind = wording.state_mark(request.state, is_staff=is_staff), wording.KINDS[request.kind][0]
    if request.is_paused:
        return Line(request, kind, state, wording.PAUSED, "")
    due, late_at, close_at = request.next_due_at, request.late_at, request.close_at
    if due is None or late_at is None or close_at is None:
        judged = None if request.is_on_time is None else wording.URGENCIES[MET if request.is_on_time else MISSED]
        return Line(request, kind, state, judged, "")
    calendar = book.named(request.hours, booklet_of(request)).calendar
    if now > late_at:
        return Line(request, kind, state, wording.URGENCIES[LATE], wording.left(-elapsed(calendar, due, now)))
    mark = wording.URGENCIES[CLOSE if now >= close_at else ON_TIME]
    if request.is_picked_up and request.level == AnomalyLevel.INOPERATIVE:
        return Line(request, kind, state, mark, _days_left(request, now, due))
    return Line(request, kind, state, mark, wording.left(elapsed(calendar, now, due)))


def _days_left(request: Request, now: datetime, due: datetime) -> str:
    """Return what is left of a target in business days, in days as the clause counts it."""
    calendar = booklet_of(request).support.business_days.value
    day, last = now.astimezone(PARIS).date(), due.astimezone(PARIS).date()
    after = (day + timedelta(days=count) for count in range(1, (last - day).days + 1))
    return wording.days_left(sum(calendar.opens_on(one) for one in after))
