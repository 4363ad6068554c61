"""The booklets as programs read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from livret.booklet import Booklet, clock, library, required
from livret.booklet.instants import seconds_of
from livret.booklet.listing import values
from livret.care.support.queries import HoursBook
from livret.core.clock import PARIS
from livret.kernel.errors import Refusal


class BookletHead(Schema):
    """A booklet and where people read it."""

    id: str
    version: str
    title: str
    page: str


class BookletValue(Schema):
    """One value with its clause; `value` is null where the booklet is silent."""

    key: str
    kind: str
    value: Any
    unit: str
    clause: str | None
    statement: str


class BookletBody(BookletHead):
    """A booklet with all its values."""

    values: list[BookletValue]


class Opening(Schema):
    """Whether support is open at an instant."""

    at: datetime
    open: bool
    next_open_at: datetime | None
    clause: str
    set_by_publisher: bool


class NoSuchBooklet(Refusal):
    """No booklet has this name and version."""


class BadInstant(Refusal):
    """The instant is outside the years in which business time is counted."""


def find(booklet_id: str, version: str) -> Booklet:
    """Return a booklet. Raises NoSuchBooklet."""
    try:
        return library()[booklet_id, version]
    except KeyError as error:
        raise NoSuchBooklet(f"no booklet {booklet_id}/{version}; they are listed at /api/booklets/") from error


def heads() -> list[dict[str, str]]:
    return [_head(booklet) for booklet in library().values()]


def _head(booklet: Booklet) -> dict[str, str]:
    page = f"/livret/{booklet.id}/{booklet.version}/"
    return {"id": booklet.id, "version": booklet.version, "title": booklet.title_en, "page": page}


def body(booklet: Booklet) -> dict[str, Any]:
    listed = [
        {
            "key": entry.key,
            "kind": entry.kind.value,
            "value": entry.plain(),
            "unit": entry.unit,
            "clause": entry.clause,
            "statement": entry.en,
        }
        for entry in values(booklet)
    ]
    return {**_head(booklet), "values": listed}


def opening(booklet: Booklet, at: datetime) -> dict[str, Any]:
    """Return whether support is open; *at* without offset is a time in Paris, where the hours are kept.

    The hours are those of the booklet, else those that the publisher announces. Raises NotInBooklet where neither
    says any, BadInstant outside the years in which business time is counted.
    """
    instant = at if at.tzinfo else at.replace(tzinfo=PARIS)
    try:
        seconds_of(instant)  # Refuses what the calendar does not reach, before a zone is asked of it.
        hours = HoursBook().on(instant.astimezone(PARIS).date(), booklet)
        calendar = hours.calendar if hours else required(booklet.support.hours)
        found = clock.opening(calendar, instant)
    except (ValueError, OverflowError) as error:
        raise BadInstant(str(error)) from error
    return {
        "at": instant,
        "open": found.is_open,
        "next_open_at": found.next_open_at,
        "clause": hours.clause if hours else "",
        "set_by_publisher": bool(hours and hours.set_by_publisher),
    }
