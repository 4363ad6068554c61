"""What a change of opening hours or of public holidays does to the open requests, told before and written when done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from livret.booklet.calendar import Calendar
from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent, SupportHours
from livret.care.support.models.requests import IS_OPEN, NEXT_DUE_FIRST
from livret.care.support.rules.commitment import OpeningHours, calendar_from
from livret.care.support.rules.events import HOURS_SET, Event
from livret.care.support.services.refusals import HoursRefused
from livret.care.support.services.timeline import add_event, iso, locked, refresh
from livret.core.people import Actor

CANDIDATE, MOVING = "publisher/candidate", "support.move_requests"


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
    book = queries.HoursBook()
    found = _following().filter(next_due_at__isnull=False).prefetch_related("events")
    return [move for one in found.iterator(500) if (move := _move(one, calendar, book, now)) is not None]


def moves_with(hours: Mapping[str, Any], *, now: datetime) -> list[Move]:
    """Return what moves_under says of *hours*, written as they are published. Raises HoursRefused."""
    try:
        return moves_under(calendar_from(hours), now=now)
    except (KeyError, TypeError, ValueError) as error:
        raise HoursRefused(str(error)) from error


def _following() -> QuerySet[Request]:
    found = Request.objects.filter(IS_OPEN, hours__startswith="publisher/")
    return found.select_related("client").order_by(NEXT_DUE_FIRST, "pk")


def _move(request: Request, calendar: Calendar, book: queries.HoursBook, now: datetime) -> Move | None:
    booklet = queries.booklet_of(request)
    events = [*queries.as_events(request.events.all()), Event(HOURS_SET, now, "system", data={"hours": CANDIDATE})]

    def named(name: str) -> OpeningHours:
        if name != CANDIDATE:
            return book.named(name, booklet)
        return OpeningHours(CANDIDATE, calendar, "", set_by_publisher=True)

    after = queries.running_due(events, booklet=booklet, hours_named=named)
    before = request.next_due_at
    return Move(request, before, after) if before and after and before != after else None


def move_requests(version: SupportHours, *, by: Actor, now: datetime) -> int:
    """Give *version* to every open request that follows the publisher's hours, each by an event that both sides read.

    One transaction for each request; those that have the version already are left, so that it is safe to run twice.
    Returns how many due instants moved.
    """
    book = queries.HoursBook()
    return sum(_write(found, str(version), book, by=by, now=now) for found in _following())


@transaction.atomic
def _write(found: Request, hours: str, book: queries.HoursBook, *, by: Actor, now: datetime) -> bool:
    request = locked(found)
    if request.is_closed or request.hours == hours:
        return False
    before, after = request.next_due_at, _due_under(request, hours, book, now)
    facts = {"hours": hours, "due_before": iso(before), "due_after": iso(after)}
    add_event(request, RequestEvent.Kind.HOURS_SET, by=by, at=now, data=facts)
    refresh(request, hours=book)
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
    book, moved = queries.HoursBook(), []
    for found in (
        Request.objects.filter(IS_OPEN).exclude(hours="").select_related("client").order_by("pk").iterator(500)
    ):
        if book.named(found.hours, queries.booklet_of(found)).version != found.calendar_version:
            moved += _recheck(found, now=now)
    return moved


@transaction.atomic
def _recheck(found: Request, *, now: datetime) -> list[Move]:
    request = locked(found)
    if request.is_closed:
        return []
    before: datetime | None = request.next_due_at
    was_counted = bool(request.calendar_version)
    refresh(request, at=now)
    after = request.next_due_at
    return [Move(request, before, after)] if was_counted and before and after and before != after else []
