"""The booklets as programs read them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from livret.booklet import Booklet, clock, library, required
from livret.booklet.listing import values
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

    Raises NotInBooklet where the booklet leaves the hours to the publisher, BadInstant outside the years it counts in.
    """
    instant, hours = at if at.tzinfo else at.replace(tzinfo=PARIS), booklet.support.hours
    calendar = required(hours)
    try:
        found = clock.opening(calendar, instant)
    except (ValueError, OverflowError) as error:
        raise BadInstant(str(error)) from error
    return {"at": instant, "open": found.is_open, "next_open_at": found.next_open_at, "clause": hours.clause or ""}
