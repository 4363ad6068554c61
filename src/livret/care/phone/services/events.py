"""Writing what happened to a call, and telling the request that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livret.care.phone.models import Call, CallEvent
from livret.care.phone.rules import steps
from livret.care.support import services as support
from livret.core.people import Actor

_TOLD = frozenset({steps.ARRIVED, steps.ANSWERED, steps.ENDED, steps.GIVEN_UP})
_FACT = "call"


def locked(call: Call) -> Call:
    """Return *call* read again under its lock, for the rest of the transaction."""
    return Call.objects.select_for_update(of=("self",)).get(pk=call.pk)


def add_event(call: Call, kind: str, *, by: Actor, at: datetime, data: Mapping[str, Any] | None = None) -> CallEvent:
    """Add an event at the end of a locked (or new) *call*, and write again what the row caches of the events."""
    call.last_sequence += 1
    event = CallEvent.objects.create(
        call=call,
        sequence=call.last_sequence,
        kind=kind,
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        actor_kind=by.kind,
        data=dict(data or {}),
    )
    call.state = steps.state_of(call.events.order_by("sequence").values_list("kind", flat=True))
    call.save()
    if kind in _TOLD:
        tell_request(call, kind, by=by, now=at)
    return event


def tell_request(call: Call, step: str, *, by: Actor, now: datetime) -> None:
    """Write a step of *call* to the timeline of its request, if it has one."""
    if call.request is None:
        return
    spoken = {"spoken_s": call.spoken_s} if step == steps.ENDED and call.spoken_s is not None else {}
    data = {"step": step, "call": str(call.uuid), **spoken}
    support.record_fact(call.request, _FACT, by=by, now=now, data=data)
