"""Saying during a call who calls and about which request, and registering one where the booklet lets a call do so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from livret.booklet.clock import Opening
from livret.care.phone import queries
from livret.care.phone.models import Call
from livret.care.phone.rules import steps
from livret.care.phone.rules.admission import Admission, admit
from livret.care.phone.services.answering import take_up
from livret.care.phone.services.arriving import place_under
from livret.care.phone.services.events import add_event, locked, tell_request
from livret.care.phone.services.refusals import NeedsRequest, NoClient, NoPhone, NotAnswered, UnknownCode
from livret.care.support import services as support
from livret.care.support.queries.calling import request_by_code
from livret.clients import queries as clients
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.care.support.models import Request
    from livret.clients.models import AccessAccount, Contract


@transaction.atomic
def name_caller(call: Call, account: AccessAccount, *, by: Actor, now: datetime) -> Call:
    """Say that *account* calls; a call that waits takes the class of their contract. Raises NoClient, NotAnswered."""
    if account.client is None:
        raise NoClient(f"{account} is of the publisher")
    mine = _live(call)
    mine.account, mine.client = account, account.client
    if mine.request is not None and mine.request.client_id != account.client_id:
        mine.request = None
    _place(mine, _contract_of(account, now), now)
    add_event(mine, steps.IDENTIFIED, by=by, at=now, data={"client": account.client.slug})
    return mine


@transaction.atomic
def open_by_code(call: Call, code: str, *, by: Actor, now: datetime) -> Call:
    """Open the request of a call code that the caller gives. Raises UnknownCode, NotAnswered."""
    request = request_by_code(code)
    if request is None:
        raise UnknownCode("no request has this call code")
    mine = link_request(call, request, by=by, now=now)
    take_up(mine, by=by, now=now)
    return mine


@transaction.atomic
def link_request(call: Call, request: Request, *, by: Actor, now: datetime) -> Call:
    """Say that *call* is about *request*, whose timeline tells of it from then on. Raises NotAnswered."""
    mine = _live(call)
    if mine.request_id == request.pk:
        return mine
    mine.request, mine.client = request, request.client
    if mine.account is not None and mine.account.client_id != request.client_id:
        mine.account = None
    _place(mine, clients.contract_in_force(request.client, day=now.astimezone(PARIS).date()), now)
    add_event(mine, steps.LINKED, by=by, at=now, data={"number": request.number})
    for step in _told_late(mine):
        tell_request(mine, step, by=by, now=now)
    return mine


def _told_late(call: Call) -> list[str]:
    """Return the latest step of a call that its request could not be told when it happened."""
    return {steps.WAITING: [steps.ARRIVED], steps.ANSWERED: [steps.ANSWERED], steps.ENDED: [steps.ENDED]}[call.state]


@transaction.atomic
def file_request_from(
    call: Call, account: AccessAccount, wanted: support.Wanted, *, nonce: UUID, by: Actor, now: datetime, site: str = ""
) -> Request:
    """Register the request of a caller where the booklet lets a call open one; its clock starts now.

    The same form sent again gives the request that it made. Raises NoClient, NoPhone, NeedsRequest, NotAnswered, and
    what `support.file_request` raises. Source: Sprint S-13; Care C-14 wants the request first.
    """
    contract = _contract_of(account, now)
    if contract is None:
        raise NoClient(f"{account.client} has no contract in force")
    phone = queries.phone_for(contract, now=now)
    if not phone.is_open_to_plan:
        raise NoPhone(phone.plan, phone.clause)
    if phone.needs_request:
        raise NeedsRequest(phone.needs_request_clause)
    mine = _live(call)
    if mine.state == steps.WAITING:
        raise NotAnswered(mine)
    if mine.account_id != account.pk:
        mine = name_caller(mine, account, by=by, now=now)
    try:
        with transaction.atomic():
            request = support.file_request(account, wanted, nonce=nonce, by=by, now=now, site=site)
    except support.AlreadyFiled as refusal:
        request = refusal.request
    link_request(mine, request, by=by, now=now)
    return request


def _live(call: Call) -> Call:
    """Return *call* under its lock; one that ended may still be written up. Raises NotAnswered otherwise."""
    mine = locked(call)
    if mine.state in (steps.REFUSED, steps.GIVEN_UP):
        raise NotAnswered(mine)
    return mine


def _contract_of(account: AccessAccount, now: datetime) -> Contract | None:
    if account.client is None:
        raise NoClient(f"{account} is of the publisher")
    return clients.contract_in_force(account.client, day=now.astimezone(PARIS).date())


def _place(call: Call, contract: Contract | None, now: datetime) -> None:
    if contract is None or call.state != steps.WAITING:
        return
    always = Opening(is_open=True, next_open_at=None)
    outcome = admit(queries.caller_under(contract, request="open", now=now), opening=always)
    place_under(call, contract, outcome if outcome.is_accepted else Admission())
