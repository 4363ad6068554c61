"""Writing to a request's timeline: events, files, and the cached instants that lists sort by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from livret.care.support import queries
from livret.care.support.models import Attachment, Request, RequestEvent
from livret.care.support.rules import events as rules
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.files import Accepted, Incoming, check_files
from livret.care.support.services.refusals import FilesRefused
from livret.core.blobs import store
from livret.core.blobs.store import Blob
from livret.core.people import Actor

_CHUNK = 1 << 20
Kept = tuple[Accepted, Blob]


def locked(request: Request) -> Request:
    """Return *request* read again under its lock, for the rest of the transaction."""
    return Request.objects.select_for_update(of=("self",)).get(pk=request.pk)


def checked(files: Sequence[Incoming]) -> list[Accepted]:
    """Return the files as accepted. Raises FilesRefused when one is not, so that none is kept."""
    if not files:
        return []
    accepted, refused = check_files(files, limits=queries.attachment_limits(), kinds=defaults().kinds)
    if refused:
        raise FilesRefused(refused)
    return accepted


def kept(files: Sequence[Accepted], *, owner: str) -> list[Kept]:
    """Store the content of *files* for *owner*, on disk when this returns; same bytes are kept once."""
    return [(file, store.put(_chunks(file.incoming.content), owner=owner)) for file in files]


def add_event(
    request: Request,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    is_internal: bool = False,
    data: Mapping[str, Any] | None = None,
    files: Sequence[Kept] = (),
    nonce: UUID | None = None,
) -> RequestEvent:
    """Add an event at the end of the timeline of a locked (or new) *request*, with its files."""
    request.last_sequence += 1
    request.last_event_at = at
    event = RequestEvent.objects.create(
        request=request,
        sequence=request.last_sequence,
        kind=kind,
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        actor_kind=by.kind,
        is_internal=is_internal,
        text=text,
        data=dict(data or {}),
        nonce=nonce,
    )
    Attachment.objects.bulk_create(_attachment(event, file, blob) for file, blob in _distinct(files))
    return event


def refresh(request: Request) -> None:
    """Write again, from the events, what *request* caches of them."""
    events = queries.as_events(request.events.all())
    clock = queries.clock_of(request, events)
    request.state = rules.state_of(events)
    request.hours = clock.hours.name if clock else ""
    request.due_at = clock.due_at if clock else None
    request.late_at = clock.late_at if clock else None
    request.close_at = clock.close_at(defaults().close_share) if clock else None
    request.save(
        update_fields=[
            "state",
            "hours",
            "due_at",
            "late_at",
            "close_at",
            "last_sequence",
            "last_event_at",
            "assigned_to",
            "picked_up_at",
            "criticality",
        ]
    )


def _distinct(files: Sequence[Kept]) -> list[Kept]:
    return list({(file.name, blob.digest): (file, blob) for file, blob in files}.values())


def _attachment(event: RequestEvent, file: Accepted, blob: Blob) -> Attachment:
    return Attachment(
        request_id=event.request_id,
        event=event,
        name=file.name,
        content_type=file.type,
        digest=blob.digest,
        size=blob.size,
        added_at=event.at,
    )


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    return iter(lambda: content.read(_CHUNK), b"")
