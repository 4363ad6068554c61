"""What a change of opening hours or of public holidays does to the open requests, told before and written when done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from livret.booklet.calendar import Calendar
from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent, SupportHours
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.rules.commitment import OpeningHours, calendar_from
from livret.care.support.rules.events import HOURS_SET, Event
from livret.care.support.services.refusals import HoursRefused
from livret.care.support.services.timeline import add_event, cached_of, locked, refresh
from livret.core.people import Actor, system_actor

CANDIDATE = "publisher/candidate"


@dataclass(frozen=True, slots=True)
class Move:
    """A request whose running target would fall due at another instant."""

    request: Request
    before: datetime
    after: datetime


def moves_under(calendar: Calendar, *, now: datetime) -> list[Move]:
    """Return the open requests that follow the publisher's hours and whose due instant *calendar* would move.

    Nothing is written: a request keeps the hours it was promised unless somebody decides otherwise.
    """
    return [move for request in _following() if (move := _move(request, calendar, now)) is not None]


def moves_with(hours: Mapping[str, Any], *, now: datetime) -> list[Move]:
    """Return what moves_under says of *hours*, written as they are published. Raises HoursRefused."""
    try:
        return moves_under(calendar_from(hours), now=now)
    except (KeyError, TypeError, ValueError) as error:
        raise HoursRefused(str(error)) from error


def _following() -> Iterator[Request]:
    found = Request.objects.filter(IS_OPEN, hours__startswith="publisher/", next_due_at__isnull=False)
    return found.select_related("client").prefetch_related("events").order_by("next_due_at", "pk").iterator(500)


def _move(request: Request, calendar: Calendar, now: datetime) -> Move | None:
    booklet, book = queries.booklet_of(request), queries.HoursBook()
    events = [*queries.as_events(request.events.all()), Event(HOURS_SET, now, "system", data={"hours": CANDIDATE})]

    def named(name: str) -> OpeningHours:
        if name != CANDIDATE:
            return book.named(name, booklet)
        return OpeningHours(CANDIDATE, calendar, "", set_by_publisher=True)

    after = queries.running_due(events, booklet=booklet, hours_named=named)
    before = request.next_due_at
    return Move(request, before, after) if before and after and before != after else None


@transaction.atomic
def move_requests(version: SupportHours, *, by: Actor, now: datetime) -> int:
    """Give *version* to every open request that follows the publisher's hours, each by an event that both sides read.

    Returns how many due instants moved.
    """
    book, moved = queries.HoursBook(), 0
    for found in _following():
        request = locked(found)
        moved += _write(request, str(version), book, by=by, now=now)
    return moved


def _write(request: Request, hours: str, book: queries.HoursBook, *, by: Actor, now: datetime) -> bool:
    before, after = request.next_due_at, _due_under(request, hours, book, now)
    facts = {"hours": hours, "due_before": _iso(before), "due_after": _iso(after)}
    add_event(request, RequestEvent.Kind.HOURS_SET, by=by, at=now, data=facts)
    refresh(request)
    return before != after


def _due_under(request: Request, hours: str, book: queries.HoursBook, now: datetime) -> datetime | None:
    booklet = queries.booklet_of(request)
    events = [*queries.as_events(request.events.all()), Event(HOURS_SET, now, "system", data={"hours": hours})]
    return queries.running_due(events, booklet=booklet, hours_named=lambda name: book.named(name, booklet))


def recheck_calendars(*, now: datetime) -> list[Move]:
    """Compute again the open requests whose hours or public holidays have another content than when they were cached.

    That comes with a release: another list of holidays, a corrected booklet. Each request gets an event that says so,
    with both instants, so that no due instant moves without one. Returns those that moved.
    """
    by, book, moved = system_actor("support.calendars"), queries.HoursBook(), []
    for found in (
        Request.objects.filter(IS_OPEN).exclude(hours="").select_related("client").order_by("pk").iterator(500)
    ):
        if book.named(found.hours, queries.booklet_of(found)).version != found.calendar_version:
            moved += _recheck(found, book, by=by, now=now)
    return moved


@transaction.atomic
def _recheck(found: Request, book: queries.HoursBook, *, by: Actor, now: datetime) -> list[Move]:
    request = locked(found)
    before: datetime | None = request.next_due_at
    fresh: dict[str, Any] = cached_of(request, hours=book)
    if fresh["calendar_version"] == request.calendar_version:
        return []
    if not request.calendar_version:
        refresh(request)
        return []
    facts = {
        "hours": request.hours,
        "calendar": {"from": request.calendar_version, "to": fresh["calendar_version"]},
        "due_before": _iso(before),
        "due_after": _iso(fresh["next_due_at"]),
    }
    add_event(request, RequestEvent.Kind.HOURS_SET, by=by, at=now, data=facts)
    refresh(request)
    after = request.next_due_at
    return [Move(request, before, after)] if before and after and before != after else []


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
