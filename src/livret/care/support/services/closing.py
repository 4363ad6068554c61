"""The end of a request: closing with its cause, the client's confirmation, reopening, rating."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent, RequestShare
from livret.care.support.notices import tell_client, tell_publisher
from livret.care.support.rules import events as rules
from livret.care.support.rules.commitment import SUPPORT_KINDS
from livret.care.support.services.desk import open_one
from livret.care.support.services.refusals import NotACause, NotAReader, NotThisKind, Suspended, WordsMissing
from livret.care.support.services.timeline import add_event, locked, refresh
from livret.core.audit import services as audit
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Kind = RequestEvent.Kind
NO_REPLY = "no_reply"
CAUSES_OF_PUBLISHER = tuple(cause for cause in rules.CAUSES if cause != rules.WITHDRAWN)


@transaction.atomic
def close(request: Request, cause: str, *, by: Actor, now: datetime, text: str = "", site: str = "") -> RequestEvent:
    """Close *request* for *cause*; the client is told, and may reopen or rate it.

    Raises NotACause, NotThisKind before the pick-up or for want of a reply when the last word is the client's,
    ClosedRequest.
    """
    mine = open_one(request)
    if cause not in CAUSES_OF_PUBLISHER:
        raise NotACause(cause, CAUSES_OF_PUBLISHER)
    if not mine.is_picked_up or (cause == NO_REPLY and mine.state != Request.State.ANSWERED):
        raise NotThisKind(mine, "closing")
    event = _close(mine, cause, text=text, by=by, now=now)
    tell_client(mine, event, now=now, site=site)
    return event


@transaction.atomic
def confirm(request: Request, *, by: Actor, now: datetime, text: str = "", site: str = "") -> RequestEvent:
    """The client says that what was proposed or answered helps: the request ends. Raises NotThisKind, ClosedRequest."""
    mine = open_one(request)
    if not mine.is_picked_up:
        raise NotThisKind(mine, "confirming")
    said = rules.latest(queries.as_events(mine.events.all()), rules.PROPOSED, rules.REOPENED)
    step = said.data.get("step", "") if said else ""  # A proposal that did not help is not what solved it.
    cause = {rules.WORKAROUND: "workaround", rules.FIX: "solved"}.get(step, "answered")
    event = _close(mine, cause, text=text, by=by, now=now)
    tell_publisher(mine, event, now=now, site=site)
    return event


@transaction.atomic
def withdraw(request: Request, *, by: Actor, now: datetime, text: str = "", site: str = "") -> RequestEvent:
    """The client takes its request back; not picked up yet and not late, it counts nowhere. Raises ClosedRequest."""
    mine = open_one(request)
    event = _close(mine, rules.WITHDRAWN, text=text, by=by, now=now)
    tell_publisher(mine, event, now=now, site=site)
    return event


def _close(request: Request, cause: str, *, text: str, by: Actor, now: datetime) -> RequestEvent:
    event = add_event(request, Kind.CLOSED, by=by, at=now, text=text.strip(), data={"cause": cause})
    refresh(request)
    audit.record("support.request.closed", request, by=by, at=now, detail={"cause": cause})
    return event


@transaction.atomic
def reopen(request: Request, *, reason: str, by: Actor, now: datetime, site: str = "") -> RequestEvent:
    """Open *request* again, or say that what was proposed does not help; the second clock runs again from where it was.

    Raises WordsMissing, NotThisKind when it is open without a proposal, or was withdrawn before anybody took it, and
    Suspended for a client whose support is suspended: it would start a clock that a new request does not get.
    """
    mine = locked(request)
    proposed = rules.latest(queries.as_events(mine.events.all()), rules.PROPOSED, rules.REOPENED, rules.CLOSED)
    waits = mine.is_closed or (proposed is not None and proposed.kind == rules.PROPOSED)
    if not waits or not mine.is_picked_up:
        raise NotThisKind(mine, "reopening")
    if not reason.strip():
        raise WordsMissing("reason")
    if by.kind == "client" and mine.is_closed and mine.kind in SUPPORT_KINDS:
        _refuse_suspended(mine, now)
    event = add_event(mine, Kind.REOPENED, by=by, at=now, text=reason.strip())
    refresh(mine)
    (tell_publisher if by.kind == "client" else tell_client)(mine, event, now=now, site=site)
    audit.record("support.request.reopened", mine, by=by, at=now)
    return event


def _refuse_suspended(request: Request, now: datetime) -> None:
    suspension = queries.suspension_in_force(request.client_id, at=now)
    if suspension is not None:
        raise Suspended(suspension)


@transaction.atomic
def rate(request: Request, score: int, *, by: Actor, now: datetime, comment: str = "") -> RequestEvent:
    """Keep how satisfied the client is, 1 to 5, once the request is closed; the last word counts.

    Raises NotThisKind while it is open, NotACause outside 1 to 5.
    """
    mine = locked(request)
    if not mine.is_closed:
        raise NotThisKind(mine, "a rating")
    if not 1 <= score <= 5:
        raise NotACause(str(score), ("1", "2", "3", "4", "5"))
    event = add_event(mine, Kind.RATED, by=by, at=now, text=comment.strip(), data={"score": score})
    refresh(mine)
    audit.record("support.request.rated", mine, by=by, at=now, detail={"score": score})
    return event


@transaction.atomic
def share(request: Request, account: AccessAccount, *, by: Actor, now: datetime, site: str = "") -> RequestEvent | None:
    """Let a colleague of the same company read *request* and write to it; None when they already do.

    Raises NotAReader for somebody of another company or whose account is closed.
    """
    mine = locked(request)
    if account.client_id != mine.client_id or not account.is_active:
        raise NotAReader(f"{account} cannot read the requests of {mine.client}")
    if account.pk == mine.filed_by_id:
        return None
    _row, is_new = RequestShare.objects.get_or_create(request=mine, account=account)
    if not is_new:
        return None
    told = {"name": account.full_name, "to": str(account.pk)}
    event = add_event(mine, Kind.SHARED, by=by, at=now, data=told)
    refresh(mine)
    audit.record("support.request.shared", mine, by=by, at=now, detail=told)
    return event


@transaction.atomic
def unshare(request: Request, account: AccessAccount, *, by: Actor, now: datetime) -> RequestEvent | None:
    """Take a colleague's reading of *request* back; None when they had none."""
    mine = locked(request)
    deleted, _ = RequestShare.objects.filter(request=mine, account=account).delete()
    if not deleted:
        return None
    told = {"name": account.full_name, "to": str(account.pk)}
    event = add_event(mine, Kind.UNSHARED, by=by, at=now, data=told)
    refresh(mine)
    audit.record("support.request.unshared", mine, by=by, at=now, detail=told)
    return event
