"""Who is told by mail of what happens to a request: the client's readers, the technician in charge, a team's lead."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from livret.care.support import mails
from livret.care.support.models import Request, RequestEvent

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount


def tell_client(request: Request, event: RequestEvent, *, now: datetime, site: str = "") -> None:
    """Tell the person who filed *request*, and those it is shared with, of an act of the publisher."""
    for reader in readers_of(request):
        mails.send_event(request, event, to=reader, now=now, site=site)


def tell_publisher(request: Request, event: RequestEvent, *, now: datetime, site: str = "") -> None:
    """Tell the technician in charge, else the team's lead, of an act of the client; nobody while nobody has it."""
    lead = request.team.lead if request.team else None
    in_charge = [person for person in (request.assigned_to, lead) if person and person.is_active]
    for person in in_charge[:1]:
        mails.send_event(request, event, to=person, now=now, site=site)


def readers_of(request: Request) -> list[AccessAccount]:
    """Return the client's people who follow *request*: who filed it, and those it is shared with; open accounts."""
    shares = request.shares.select_related("account").order_by("pk")
    found: list[AccessAccount] = [request.filed_by, *(share.account for share in shares)]
    return [account for account in found if account.is_active]
