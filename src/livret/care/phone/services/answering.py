"""What happens to a call after it arrived: answered, handed on, ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from livret.care.phone.models import Call
from livret.care.phone.rules import steps
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.services.events import add_event, locked
from livret.care.phone.services.refusals import AlreadyAnswered, CallOver, NotAnswered, NotATechnician
from livret.care.support import services as support
from livret.clients import queries as clients
from livret.clients.actors import actor_of
from livret.core.people import Actor, system_actor

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

TECHNICIANS = ("technician", "administrator")


@transaction.atomic
def answer_call(call: Call, *, technician: AccessAccount, by: Actor, now: datetime) -> Call:
    """Answer *call*; the same technician twice changes nothing. The request it is about is picked up by it.

    Raises AlreadyAnswered when somebody was faster, CallOver, NotATechnician.
    """
    _require_technician(technician)
    mine = locked(call)
    if mine.state == steps.ANSWERED and mine.answered_by_id == technician.pk:
        return mine
    if mine.answered_by_id is not None and mine.state == steps.ANSWERED:
        raise AlreadyAnswered(mine)
    if mine.is_over:
        raise CallOver(mine)
    mine.answered_by, mine.answered_at, mine.state = technician, max(now, mine.arrived_at), steps.ANSWERED
    add_event(mine, steps.ANSWERED, by=by, at=now, data={"name": technician.full_name})
    take_up(mine, by=by, now=now)
    return mine


def take_up(call: Call, *, by: Actor, now: datetime) -> None:
    """Pick up, for whoever speaks, the request that *call* is about; an answer is a pick-up where so read."""
    if call.request is not None and call.answered_by is not None:
        us = actor_of(call.answered_by, address=by.address)
        support.pick_up_by_phone(call.request, technician=call.answered_by, by=us, now=now)


def _require_technician(account: AccessAccount) -> None:
    if not clients.staff_with(*TECHNICIANS).filter(pk=account.pk).exists():
        raise NotATechnician("this is not the address of an open account of a technician")


@transaction.atomic
def transfer_call(call: Call, *, to: AccessAccount, by: Actor, now: datetime) -> Call:
    """Hand a call that is being spoken on to another technician. Raises NotAnswered, NotATechnician."""
    _require_technician(to)
    mine = locked(call)
    if mine.state != steps.ANSWERED:
        raise NotAnswered(mine)
    if mine.answered_by_id == to.pk:
        return mine
    mine.answered_by = to
    add_event(mine, steps.TRANSFERRED, by=by, at=now, data={"to": str(to.pk), "name": to.full_name})
    return mine


@transaction.atomic
def end_call(call: Call, *, by: Actor, now: datetime, is_lost: bool = False) -> Call:
    """End *call*: given up when nobody had answered. One that is over stays as it is.

    is_lost: the end was never reported, and the call is taken for over.
    """
    mine = locked(call)
    if mine.is_over:
        return mine
    kind = steps.ENDED if mine.state == steps.ANSWERED else steps.GIVEN_UP
    mine.ended_at, mine.state = max(now, mine.answered_at or mine.arrived_at), kind
    add_event(mine, kind, by=by, at=now, data={"is_lost": True} if is_lost else {})
    return mine


@transaction.atomic
def write_call_down(*, technician: AccessAccount, by: Actor, now: datetime) -> Call:
    """Write down a call that no system reported, answered by *technician*. Raises NotATechnician."""
    _require_technician(technician)
    call = Call.objects.create(external_id=str(uuid4()), arrived_at=now, reported_at=now)
    add_event(call, steps.ARRIVED, by=by, at=now, data={"by_hand": True})
    return answer_call(call, technician=technician, by=by, now=now)


def end_lost_calls(*, now: datetime) -> int:
    """End the calls whose end was never reported; return how many."""
    limits = defaults().calls
    waited, spoken = now - timedelta(seconds=limits.longest_wait_s), now - timedelta(seconds=limits.longest_call_s)
    lost = Q(state=steps.WAITING, reported_at__lt=waited) | Q(state=steps.ANSWERED, answered_at__lt=spoken)
    found = list(Call.objects.filter(lost))
    for call in found:
        end_call(call, by=system_actor("phone.tidy"), now=now, is_lost=True)
    return len(found)


def erase_numbers(*, now: datetime) -> int:
    """Erase the callers' numbers that were kept long enough; return how many."""
    before = now - timedelta(days=defaults().calls.number_kept_days)
    return Call.objects.filter(reported_at__lt=before).exclude(number="").update(number="")
