"""The steps of a remote session: its lock, its events, what it caches of them, and the timeline of its request.

Locks: the request first, then the session, everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from livret.care.assistance.models import RemoteSession, RemoteSessionEvent
from livret.care.assistance.rules import remote as rules
from livret.care.assistance.services.refusals import NotTheStep
from livret.care.support import services as support
from livret.core.audit import services as audit
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.care.support.models import Request

REMOTE = "remote"  # The kind of fact in the timeline of a request.
CACHED = ("state", "expires_at", "started_at", "over_at", "has_report")


def lock_request(request: Request) -> Request:
    """Return *request* read again under its lock, for the rest of the transaction."""
    return type(request).objects.select_for_update(of=("self",)).select_related("client").get(pk=request.pk)


def lock(session: RemoteSession) -> RemoteSession:
    """Return *session* read again, with its request, both under their locks."""
    request = lock_request(session.request)
    found = RemoteSession.objects.select_for_update(of=("self",)).select_related("technician", "tool")
    mine = found.get(pk=session.pk)
    mine.request = request
    return mine


def holds_no_longer(session: RemoteSession, *, now: datetime) -> bool:
    """Tell whether a live session's time is over, or its request was closed."""
    is_late = session.expires_at is not None and session.expires_at <= now
    return session.is_live and (is_late or session.request.is_closed)


def take_step(
    session: RemoteSession,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
    until: datetime | None = None,
) -> None:
    """Bring a locked *session* to the state *kind*, which holds *until* where it is live. Raises NotTheStep."""
    is_in_time = kind == rules.EXPIRED or not holds_no_longer(session, now=now)
    if kind not in rules.NEXT.get(session.state, ()) or not is_in_time:
        raise NotTheStep(session, kind)
    session.state, session.expires_at = kind, until
    session.over_at = None if session.is_live else now
    session.save(update_fields=CACHED)
    write(session, kind, by=by, now=now, text=text, data=data)


def lapse(session: RemoteSession, *, by: Actor, now: datetime) -> None:
    """End a locked session whose time is over; what it lasted is counted to the end of that time."""
    was_running, end = session.state == rules.STARTED, min(session.expires_at or now, now)
    take_step(session, rules.EXPIRED, by=by, now=now)
    tell(session, rules.EXPIRED, by=by, now=now)
    if was_running:
        tell_end(session, by=by, now=now, ended_at=end)


def write(
    session: RemoteSession,
    kind: str,
    *,
    by: Actor,
    now: datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> RemoteSessionEvent:
    """Add an event to a locked session."""
    event = RemoteSessionEvent.objects.create(
        session=session,
        sequence=session.events.count() + 1,
        kind=kind,
        at=now,
        by_id=by.id,
        by_name=by.name,
        by_kind=by.kind,
        text=text.strip(),
        data=dict(data or {}),
    )
    audit.record(f"assistance.remote.{kind}", session, by=by, at=now, detail={"request": session.request.number})
    return event


def tell(
    session: RemoteSession, kind: str, *, by: Actor, now: datetime, data: Mapping[str, Any] | None = None, **told: Any
) -> None:
    """Write the step in the timeline of the request. told: text, tells_client, tells_publisher, site."""
    facts = {"step": kind, **(data or {})}
    support.record_fact(session.request, REMOTE, by=by, now=now, data=facts, **told)


def tell_end(session: RemoteSession, *, by: Actor, now: datetime, ended_at: datetime, **told: Any) -> None:
    """Write in the timeline that a session that ran is over, and how long it lasted."""
    began = session.started_at or ended_at
    lasted_s = max(int((ended_at - began).total_seconds()), 0)
    tell(session, rules.ENDED, by=by, now=now, data={"lasted_s": lasted_s}, **told)
