"""Telephone systems: they report calls and learn who is taken, in which order, and what to say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import AwareDatetime

from livret.care.phone import queries, services, wording
from livret.care.phone.models import Call, CtiKey
from livret.clients import queries as clients
from livret.clients.access import client_address
from livret.clients.actors import actor_of
from livret.clients.models import AccessAccount
from livret.core import clock
from livret.core.people import Actor


class Bearer(HttpBearer):
    """The key of a telephone system, made on the console: Authorization: Bearer <key>."""

    def authenticate(self, request: HttpRequest, token: str) -> CtiKey | None:
        return services.key_of(token)


class CallIn(Schema):
    """A call that arrives."""

    external_id: Annotated[str, Field(pattern=r"^[ -~]{1,100}$", description="The call's name in your system.")]
    code: Annotated[str, Field(max_length=20, description="The call code dialled, 8 digits; empty without one.")] = ""
    number: Annotated[str, Field(max_length=40, description="The caller's number; empty when it is hidden.")] = ""
    called: Annotated[str, Field(max_length=40, description="The number of the line that was called.")] = ""
    arrived_at: Annotated[
        AwareDatetime | None, Field(description="When it arrived, with its offset from UTC; now without it.")
    ] = None


class TechnicianIn(Schema):
    """Which technician."""

    technician: Annotated[str, Field(max_length=254, description="The mail address of their account.")]


class CallOut(Schema):
    """What becomes of a call."""

    id: UUID
    external_id: str
    state: str
    accepted: bool
    priority: bool
    position: int | None
    expected_wait_s: int | None
    reason: Annotated[str, Field(description="Why it is not taken; empty when it is.")]
    clause: Annotated[str, Field(description="That refuses, or that gives priority; empty where none speaks.")]
    next_open_at: datetime | None
    say: Annotated[str, Field(description="What to say to the caller, in the language of Accept-Language.")]
    client: str
    request: str
    answered_by: str
    page: Annotated[str, Field(description="The call on the console.")]


class QueuedCall(Schema):
    """A call that waits."""

    id: UUID
    position: int
    priority: bool
    clause: str
    arrived_at: datetime
    expected_wait_s: int | None
    number: Annotated[str, Field(description="The last digits of the caller's number.")]


class Problem(Schema):
    """Why a report was refused."""

    detail: str


telephony = Router(tags=["telephony"], auth=Bearer())
ANSWERS: dict[int, Any] = {200: CallOut, 401: Problem, 404: Problem, 409: Problem, 422: Any}


@telephony.post("/appels", response={200: CallOut, 401: Problem, 422: Any}, summary="A call arrives · Un appel arrive")
def call_arrives(request: HttpRequest, call: CallIn) -> Any:
    """Learn whether to take the call, its place, and what to say. The same `external_id` again gives the same call.

    A refusal is an answer like another: `accepted` is false, `reason` and `clause` say why, `say` what to tell.
    Le même `external_id` rend le même appel ; un refus dit sa raison et sa clause.
    """
    key, now = _key(request), clock.now()
    arriving = services.Arriving(**call.dict())
    return _shown(services.register_arrival(arriving, key=key, by=_program(request), now=now), now)


@telephony.get("/file", response={200: list[QueuedCall], 401: Problem}, summary="Who waits · La file d’attente")
def calls_waiting(request: HttpRequest) -> Any:
    """The calls that wait, who is answered next first: priority callers by arrival, then the others."""
    now = clock.now()
    return [
        {
            "id": call.uuid,
            "position": place,
            "priority": call.is_priority,
            "clause": call.clause,
            "arrived_at": call.arrived_at,
            "expected_wait_s": queries.wait_at(place, is_priority=call.is_priority, now=now),
            "number": call.number[-2:],
        }
        for place, call in enumerate(queries.waiting_calls(), start=1)
    ]


@telephony.get("/appels/{call_id}", response=ANSWERS, summary="A call now · Un appel en ce moment")
def call_now(request: HttpRequest, call_id: UUID) -> Any:
    """The state and the place of one of your calls, and what to say to whoever waits."""
    return _shown(_found(request, call_id), clock.now())


@telephony.post("/appels/{call_id}/answered", response=ANSWERS, summary="Somebody answers · Un technicien décroche")
def call_answered(request: HttpRequest, call_id: UUID, by: TechnicianIn) -> Any:
    """One technician wins: 409 names who answered when another did."""
    call, technician, now = _found(request, call_id), _technician(by), clock.now()
    actor = actor_of(technician, address=client_address(request))
    try:
        return _shown(services.answer_call(call, technician=technician, by=actor, now=now), now)
    except (services.AlreadyAnswered, services.CallOver) as refusal:
        raise HttpError(409, str(refusal)) from refusal


@telephony.post("/appels/{call_id}/transferred", response=ANSWERS, summary="Handed on · L’appel est transféré")
def call_transferred(request: HttpRequest, call_id: UUID, to: TechnicianIn) -> Any:
    """Another technician speaks from now on."""
    call, technician, now = _found(request, call_id), _technician(to), clock.now()
    try:
        return _shown(services.transfer_call(call, to=technician, by=_program(request), now=now), now)
    except services.NotAnswered as refusal:
        raise HttpError(409, str(refusal)) from refusal


@telephony.post("/appels/{call_id}/ended", response=ANSWERS, summary="The call ends · L’appel se termine")
def call_ended(request: HttpRequest, call_id: UUID) -> Any:
    """The caller or the technician hung up; before an answer, the caller gave up. Said twice, nothing changes."""
    now = clock.now()
    return _shown(services.end_call(_found(request, call_id), by=_program(request), now=now), now)


def _key(request: HttpRequest) -> CtiKey:
    key = request.auth  # type: ignore[attr-defined]
    assert isinstance(key, CtiKey)  # Bearer lets nothing else in.
    return key


def _program(request: HttpRequest) -> Actor:
    key = _key(request)
    return Actor(key.uuid, key.name, "program", client_address(request))


def _found(request: HttpRequest, call_id: UUID) -> Call:
    found = queries.call_reported(_key(request), call_id)
    if found is None:
        raise HttpError(404, f"no call {call_id} was reported with this key")
    return found


def _technician(named: TechnicianIn) -> AccessAccount:
    account = clients.account_with_email(named.technician.replace("\0", ""))
    if account is None:
        raise services.NotATechnician(f"technician: no account has the address {named.technician!r}")
    return account


def _shown(call: Call, now: datetime) -> dict[str, Any]:
    place = queries.place_of(call, now=now)
    return {
        "id": call.uuid,
        "external_id": call.external_id,
        "state": call.state,
        "accepted": not call.refusal,
        "priority": call.is_priority,
        "position": place.position if place else None,
        "expected_wait_s": place.expected_wait_s if place else None,
        "reason": call.refusal,
        "clause": call.clause,
        "next_open_at": call.next_open_at,
        "say": wording.spoken(call, place),
        "client": call.client.name if call.client else "",
        "request": call.request.number if call.request else "",
        "answered_by": call.answered_by.full_name if call.answered_by else "",
        "page": call.get_console_url(),
    }
