"""What happens to a request after it is filed: pick-up, messages, files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from livret.booklet.readings import InstantAnswer
from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent
from livret.care.support.notices import tell_client, tell_publisher
from livret.care.support.rules import events as rules
from livret.care.support.rules.files import Incoming
from livret.care.support.services.refusals import AlreadyPickedUp, Changed, ClosedRequest, NothingSaid
from livret.care.support.services.timeline import add_event, checked, kept, locked, refresh, storable
from livret.core.audit import services as audit
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

ANSWER, EXPLICIT, PHONE = "answer", "explicit", "phone"


@transaction.atomic
def pick_up(request: Request, *, technician: AccessAccount, by: Actor, now: datetime) -> Request:
    """Take *request*, stop its clock and record the verdict. Raises AlreadyPickedUp when somebody was faster."""
    mine = locked(request)
    if mine.is_picked_up:
        raise AlreadyPickedUp(mine)
    if mine.is_closed:
        raise ClosedRequest(mine)
    _take(mine, technician=technician, by=by, now=now, means=EXPLICIT)
    refresh(mine)
    return mine


@transaction.atomic
def add_message(
    request: Request,
    text: str,
    *,
    account: AccessAccount,
    by: Actor,
    now: datetime,
    files: Sequence[Incoming] = (),
    is_internal: bool = False,
    nonce: UUID | None = None,
    via: str = "",
    seen: int | None = None,
    site: str = "",
) -> RequestEvent:
    """Add words, files or both to the timeline; the first answer of the publisher is a pick-up where so read.

    The other side is told by mail. A form sent again, by its nonce, gives the event it made and adds nothing.
    via: how it came when not by a page, "mail" for one. seen: the last event that the author had read; Changed is
    raised when somebody wrote to the client, or the client wrote, after it. A closed request stays closed.
    Raises NothingSaid, FilesRefused, Changed.
    """
    words = storable(text).strip()
    if not words and not files:
        raise NothingSaid("a message needs words or files")
    stored = kept(checked(files), owner=str(request.client.uuid))
    mine = locked(request)
    said = mine.events.filter(nonce=nonce).first() if nonce else None
    if said is not None:
        return said
    if seen is not None and not is_internal and queries.said_since(mine, seen).exists():
        raise Changed(mine, seen=seen)
    if by.kind == "staff" and not is_internal:
        _take_by_answer(mine, technician=account, by=by, now=now)
    kind = RequestEvent.Kind.MESSAGE if words else RequestEvent.Kind.FILES_ADDED
    data = {"via": via} if via else {}
    event = add_event(
        mine, kind, by=by, at=now, text=words, is_internal=is_internal, data=data, files=stored, nonce=nonce
    )
    if not is_internal:
        tell = tell_publisher if by.kind == "client" else tell_client
        tell(mine, event, now=now, site=site)
    refresh(mine)
    audit.record(f"support.request.{event.kind}", mine, by=by, at=now, detail={"internal": is_internal})
    return event


@transaction.atomic
def pick_up_by_phone(request: Request, *, technician: AccessAccount, by: Actor, now: datetime) -> bool:
    """Take *request* up by answering its call, where the booklet reads an answer as a pick-up; whether it was taken."""
    mine = locked(request)
    taken_before = mine.is_picked_up
    _take_by_answer(mine, technician=technician, by=by, now=now, means=PHONE)
    if mine.is_picked_up == taken_before:
        return False
    refresh(mine)
    return True


def _take_by_answer(
    request: Request, *, technician: AccessAccount, by: Actor, now: datetime, means: str = ANSWER
) -> None:
    """Pick up a request nobody took yet, by answering it.

    Source: Sprint S-13 and Care C-14 count the delay in default of an immediate answer; the reading is the booklet's.
    """
    reading = queries.booklet_of(request).readings.instant_answer.value
    if not request.is_picked_up and not request.is_closed and reading is InstantAnswer.IS_PICK_UP:
        _take(request, technician=technician, by=by, now=now, means=means)


def _take(request: Request, *, technician: AccessAccount, by: Actor, now: datetime, means: str) -> None:
    at = max(now, request.last_event_at)
    verdict = _verdict(request, queries.as_events(request.events.all()), at)
    request.assigned_to, request.picked_up_at = technician, at
    add_event(request, RequestEvent.Kind.PICKED_UP, by=by, at=at, data={"means": means, **verdict})
    audit.record("support.request.picked_up", request, by=by, at=now, detail={"means": means, **verdict})


def _verdict(request: Request, events: Sequence[rules.Event], now: datetime) -> dict[str, Any]:
    """Return the verdict as it is kept in the event; empty when nothing was promised."""
    clock = queries.clock_of(request, events)
    if clock is None:
        return {}
    found = clock.judged(now)
    return {
        "elapsed_s": found.elapsed_s,
        "target_s": clock.commitment.target_s,
        "is_met": found.is_met,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
        "hours": clock.hours.name,
    }
