"""The booklets as programs read them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ninja import Schema

from livret.booklet import Booklet, clock, library, required
from livret.booklet.listing import values


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


def find(booklet_id: str, version: str) -> Booklet | None:
    return library().get((booklet_id, version))


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
    """Return whether support is open. Raises NotInBooklet where the booklet leaves the hours to the publisher."""
    instant = at if at.tzinfo else at.replace(tzinfo=UTC)
    hours = booklet.support.hours
    found = clock.opening(required(hours), instant)
    return {"at": instant, "open": found.is_open, "next_open_at": found.next_open_at, "clause": hours.clause or ""}
