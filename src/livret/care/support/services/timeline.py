"""Writing to a request's timeline: events, files, and the cached instants that lists sort by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, BinaryIO
from uuid import UUID

from livret.care.support import queries
from livret.care.support.models import Attachment, Request, RequestEvent
from livret.care.support.rules import events as rules
from livret.care.support.rules.clock import PickUpClock
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.files import Accepted, Incoming, check_files
from livret.care.support.rules.second import SecondClock
from livret.care.support.services.refusals import FilesRefused
from livret.core.blobs import store
from livret.core.blobs.store import Blob
from livret.core.people import Actor, system_actor

_CHUNK = 1 << 20
PICK_UP, SECOND = "pick_up", "second"
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
    """Add an event at the end of the timeline of a locked (or new) *request*, with its files.

    Who waited for the lock read the clock before who had it: an event never comes before the one it follows.
    """
    at = max(at, request.last_event_at)
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
        text=storable(text),
        data=dict(data or {}),
        nonce=nonce,
    )
    Attachment.objects.bulk_create(_attachment(event, file, blob) for file, blob in _distinct(files))
    return event


def storable(text: str) -> str:
    """Return *text* without the NUL characters that mails and programs bring, and that the database refuses."""
    return text.replace("\0", "")


CACHED = (
    "state",
    "hours",
    "calendar_version",
    "due_at",
    "late_at",
    "close_at",
    "elapsed_s",
    "is_on_time",
    "qualification",
    "level",
    "second_due_at",
    "second_stopped_at",
    "second_is_kept",
    "is_paused",
    "next_due_at",
    "next_alert_at",
    "closed_at",
    "close_cause",
    "is_excluded",
    "is_contested",
    "rating",
)
KEPT_ON_ROW = ("last_sequence", "last_event_at", "assigned_to", "picked_up_at", "criticality", "team", "duplicate_of")


def refresh(request: Request, *, at: datetime | None = None, hours: queries.HoursBook | None = None) -> None:
    """Write again, from the events, what *request* caches of them.

    Opening hours or public holidays that a release gave another content are an event: nothing moves without one.
    at: when that was noticed, that of the act being written where not said.
    """
    fresh = cached_of(request, hours=hours)
    if is_recounted(request, fresh):
        _note_recount(request, fresh, at=at or request.last_event_at)
    for name, value in fresh.items():
        setattr(request, name, value)
    request.save(update_fields=[*CACHED, *KEPT_ON_ROW])


def is_recounted(request: Request, fresh: Mapping[str, Any]) -> bool:
    """Tell whether the same hours hold something else than when *request* was counted with them."""
    is_same_name = bool(request.calendar_version) and fresh["hours"] == request.hours
    return is_same_name and fresh["calendar_version"] != request.calendar_version


def _note_recount(request: Request, fresh: Mapping[str, Any], *, at: datetime) -> None:
    facts = {
        "hours": rules.hours_of(queries.as_events(request.events.all())),
        "calendar": {"from": request.calendar_version, "to": fresh["calendar_version"]},
        "due_before": iso(request.next_due_at),
        "due_after": iso(fresh["next_due_at"]),
    }
    by = system_actor("support.calendars")
    add_event(request, RequestEvent.Kind.HOURS_SET, by=by, at=at, data=facts)


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def cached_of(request: Request, *, hours: queries.HoursBook | None = None) -> dict[str, Any]:
    """Return what the events of *request* say today of every field in CACHED."""
    events, book = queries.as_events(request.events.all()), hours or queries.HoursBook()
    first = queries.clock_of(request, events, hours=book)
    second = queries.second_clock_of(request, events, hours=book)
    return {**_said(events), **_first(first), **_second(second), **_running(first, second, events)}


def _said(events: Sequence[rules.Event]) -> dict[str, Any]:
    state, qualified = rules.state_of(events), rules.qualification(events)
    closing = rules.latest(events, rules.CLOSED) if state == rules.CLOSED_STATE else None
    rated = rules.latest(events, rules.RATED)
    is_anomaly = qualified is not None and qualified.data["outcome"] == rules.ANOMALY
    return {
        "state": state,
        "qualification": qualified.data["outcome"] if qualified else "",
        "level": qualified.data["level"] if qualified and is_anomaly else None,
        "closed_at": closing.at if closing else None,
        "close_cause": closing.data["cause"] if closing else "",
        "is_excluded": rules.exclusion(events) is not None,
        "is_contested": bool(rules.open_contests(events)),
        "rating": rated.data["score"] if rated else None,
    }


def _first(clock: PickUpClock | None) -> dict[str, Any]:
    """Return what is cached of the pick-up clock; what time alone decides, being late, is never cached."""
    stopped_at = clock.stopped_at if clock else None
    return {
        "hours": clock.hours.name if clock else "",
        "calendar_version": clock.hours.version if clock else "",
        "due_at": clock.due_at if clock else None,
        "elapsed_s": clock.judged(stopped_at).elapsed_s if clock and stopped_at else None,
        "is_on_time": clock.is_on_time(stopped_at) if clock and stopped_at else None,
    }


def _second(clock: SecondClock | None) -> dict[str, Any]:
    return {
        "second_due_at": clock.due_at if clock else None,
        "second_stopped_at": clock.stopped_at if clock else None,
        "second_is_kept": clock.is_kept if clock else None,
        "is_paused": clock is not None and clock.is_paused,
    }


def _running(first: PickUpClock | None, second: SecondClock | None, events: Sequence[rules.Event]) -> dict[str, Any]:
    """Return the instants of the clock that runs now: its due instant, when it comes close, when it is late."""
    runs_first = first is not None and first.stopped_at is None
    runs_second = second is not None and second.stopped_at is None and second.due_at is not None
    close, soonest = defaults().close_share, None
    found: dict[str, Any] = dict.fromkeys(("next_due_at", "late_at", "close_at"))
    if first is not None and runs_first:
        found = {"next_due_at": first.due_at, "late_at": first.late_at, "close_at": first.close_at(close)}
        soonest = _next_alert(events, PICK_UP, first.close_at)
    elif second is not None and runs_second:
        found = {"next_due_at": second.due_at, "late_at": second.late_at, "close_at": second.share_at(close)}
        soonest = _next_alert(events, SECOND, second.share_at)
    return {**found, "next_alert_at": soonest}


def _next_alert(
    events: Sequence[rules.Event], clock: str, share_at: Callable[[Fraction], datetime | None]
) -> datetime | None:
    """Return when the next share of a target is consumed that nobody was told of.

    A share that lies ahead again, the target having moved, is told again.
    """
    alerts = [(e, Fraction(e.data["share"])) for e in events if e.kind == rules.ALERTED and e.data["clock"] == clock]
    told = [share for event, share in alerts if (at := share_at(share)) is not None and at <= event.at]
    left = [share for share in defaults().alert_shares if share > max(told, default=Fraction(0))]
    return share_at(left[0]) if left else None


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
