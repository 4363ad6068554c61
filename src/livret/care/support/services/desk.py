"""What technicians do with a request besides answering: assign it, change its criticality, link duplicates."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from livret.care.support import queries
from livret.care.support.models import Request, RequestEvent, Team
from livret.care.support.notices import tell_client
from livret.care.support.rules.commitment import offer_of
from livret.care.support.services.refusals import ClosedRequest, NotAReader, NotThisKind, WordsMissing
from livret.care.support.services.timeline import add_event, locked, refresh
from livret.core.audit import services as audit
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Kind = RequestEvent.Kind


def open_one(request: Request) -> Request:
    """Return *request* under its lock. Raises ClosedRequest."""
    mine = locked(request)
    if mine.is_closed:
        raise ClosedRequest(mine)
    return mine


@transaction.atomic
def assign(
    request: Request,
    *,
    by: Actor,
    now: datetime,
    to: AccessAccount | None = None,
    team: Team | None = None,
    reason: str = "",
) -> Request:
    """Give *request* to a technician, a team, or both; the pick-up clock runs on until somebody takes it up.

    Raises ClosedRequest, WordsMissing when nobody is named, NotAReader for a closed account or a client's.
    """
    if to is None and team is None:
        raise WordsMissing("to")
    if to is not None and not (to.is_active and to.is_of_publisher):
        raise NotAReader(f"{to} has no open account of the publisher")
    mine = open_one(request)
    mine.assigned_to, mine.team = to or mine.assigned_to, team or mine.team
    told = {"to": str(to.pk) if to else "", "name": to.full_name if to else "", "team": team.name if team else ""}
    add_event(mine, Kind.ASSIGNED, by=by, at=now, text=reason.strip(), data=told)
    refresh(mine)
    audit.record("support.request.assigned", mine, by=by, at=now, detail=told)
    return mine


@transaction.atomic
def change_criticality(
    request: Request, to: str, *, reason: str, by: Actor, now: datetime, site: str = ""
) -> RequestEvent:
    """Change the criticality of *request*; the client is told, with the reason.

    Raises ClosedRequest, UnknownLevel, WordsMissing, NotThisKind where the plan decides or nothing changes.
    """
    mine = open_one(request)
    offer = offer_of(queries.booklet_of(mine), mine.plan)
    before = mine.criticality
    if not before or before == to:
        raise NotThisKind(mine, "a change of criticality")
    after = offer.check_level(mine.kind, to)
    if not reason.strip():
        raise WordsMissing("reason")
    mine.criticality = after
    facts = {"from": before, "to": after}
    event = add_event(mine, Kind.CRITICALITY_CHANGED, by=by, at=now, text=reason.strip(), data=facts)
    refresh(mine)
    tell_client(mine, event, now=now, site=site)
    audit.record("support.request.criticality_changed", mine, by=by, at=now, detail=facts)
    return event


@transaction.atomic
def link_duplicate(request: Request, of: Request, *, by: Actor, now: datetime) -> RequestEvent:
    """Say that *request* has the same subject as *of*; both keep their own clock and timeline.

    The client reads the other number only when it is one of its own. Raises ClosedRequest, NotThisKind for itself or a
    circle.
    """
    _lock_in_order(request, of)
    mine, target = open_one(request), locked(of)
    if _leads_to(mine, target):
        raise NotThisKind(mine, "a link to itself")
    mine.duplicate_of = target
    is_internal = of.client_id != mine.client_id
    event = add_event(mine, Kind.DUPLICATE_LINKED, by=by, at=now, is_internal=is_internal, data={"number": of.number})
    refresh(mine)
    audit.record("support.request.duplicate_linked", mine, by=by, at=now, detail={"of": of.number})
    return event


def _lock_in_order(*requests: Request) -> None:
    """Lock both, always in the same order, so that two links made at once the other way round wait for each other."""
    rows = Request.objects.filter(pk__in=[request.pk for request in requests])
    list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def _leads_to(request: Request, of: Request | None) -> bool:
    """Tell whether *of* is *request*, or is linked to it through others."""
    while of is not None and of.pk != request.pk:
        of = of.duplicate_of
    return of is not None
