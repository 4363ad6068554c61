"""A call arrives: who it is, whether it is taken, whether it goes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from livret.care.phone import queries
from livret.care.phone.models import Call, CtiKey
from livret.care.phone.rules import steps
from livret.care.phone.rules.admission import Admission, Caller, Reason, admit, are_codes_locked
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.rules.numbers import dialled
from livret.care.phone.services.events import add_event
from livret.care.phone.services.refusals import BadArrival
from livret.care.support.queries.calling import request_by_code
from livret.clients import queries as clients
from livret.core.clock import PARIS
from livret.core.people import Actor

if TYPE_CHECKING:
    from livret.care.support.models import Request
    from livret.clients.models import AccessAccount, Client, Contract

WITHHELD = ""


@dataclass(frozen=True, slots=True)
class Arriving:
    """A call as a system reports it. code: the call code that was dialled. called: the number of the line.

    number: the caller's, empty when it is hidden. arrived_at: the instant of the report when the system says none.
    """

    external_id: str
    code: str = ""
    number: str = ""
    called: str = ""
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What is found of the caller."""

    client: Client | None = None
    account: AccessAccount | None = None
    request: Request | None = None
    contract: Contract | None = None


@transaction.atomic
def register_arrival(arriving: Arriving, *, key: CtiKey, by: Actor, now: datetime) -> Call:
    """Write a call down with what becomes of it; the same report again gives the call that it made.

    A call that is not taken is written down too, with its reason. Raises BadArrival on a number or an instant that
    cannot be right.
    """
    # The reports of one system follow one another: no code is looked at beyond the limit, no call is made twice.
    CtiKey.objects.select_for_update().get(pk=key.pk)
    made = Call.objects.filter(key=key, external_id=arriving.external_id).first()
    if made is not None:
        return made
    arrived_at = _arrival(arriving, now)
    line, number = _number("called", arriving.called), _number("number", arriving.number)
    known, outcome = _judged(arriving, line, number, key=key, now=now)
    call = Call(
        key=key, external_id=arriving.external_id, line=line, number=number, arrived_at=arrived_at, reported_at=now
    )
    return _written(call, known, outcome, by=by, now=now, has_code=bool(arriving.code))


def _arrival(arriving: Arriving, now: datetime) -> datetime:
    """Return when the call arrived, never after *now*: a clock that runs ahead would change the order."""
    at, limits = arriving.arrived_at or now, defaults().calls
    if at > now + timedelta(seconds=limits.clock_ahead_s):
        raise BadArrival("arrived_at", at.isoformat(), f"it is after now, {now.isoformat()}")
    if at < now - timedelta(seconds=limits.late_report_s):
        raise BadArrival("arrived_at", at.isoformat(), f"calls are reported within {limits.late_report_s} s")
    return min(at, now)


def _number(field: str, given: str) -> str:
    if given and not (number := dialled(given)):
        raise BadArrival(field, given, "a number has 3 to 15 digits, with + before a country code")
    return number if given else ""


def _judged(arriving: Arriving, line: str, number: str, *, key: CtiKey, now: datetime) -> tuple[_Known, Admission]:
    if arriving.code:
        if _is_locked(key, number, now):
            return _Known(), Admission(Reason.TOO_MANY_CODES)
        request = request_by_code(arriving.code)
        if request is None:
            return _Known(), Admission(Reason.UNKNOWN_CODE)
        return _of_client(_Known(request.client, request=request), now)
    before = queries.recognised(number, now=now)
    if before is not None and before.client is not None:
        return _of_client(_Known(before.client, before.account), now)
    return _Known(), _by_line(line, now)


def _is_locked(key: CtiKey, number: str, now: datetime) -> bool:
    limits = defaults().codes
    most = limits.withheld if number == WITHHELD else limits.by_number
    mine = queries.bad_codes(key, number=number, since=now - timedelta(seconds=limits.window_s))
    all_of_them = queries.bad_codes(key, number=None, since=now - timedelta(seconds=limits.system_window_s))
    return are_codes_locked(mine, all_of_them, most_by_number=most, most_by_system=limits.by_system)


def _of_client(known: _Known, now: datetime) -> tuple[_Known, Admission]:
    assert known.client is not None
    contract = clients.contract_in_force(known.client, day=now.astimezone(PARIS).date())
    if contract is None:
        return known, Admission(Reason.NO_CONTRACT)
    about = ("closed" if known.request.is_closed else "open") if known.request else ""
    caller = queries.caller_under(contract, request=about, now=now)
    return _Known(known.client, known.account, known.request, contract), _admitted(caller, now)


def _admitted(caller: Caller, now: datetime) -> Admission:
    hours = queries.opening_for(caller.booklet, now=now)
    return admit(caller, opening=hours.opening, hours_clause=hours.clause)


def _by_line(line: str, now: datetime) -> Admission:
    """Return what becomes of a call by nobody known, from the line alone: taken as soon as one of its booklets does."""
    booklets = queries.booklets_called(line)
    if line and not booklets:
        raise BadArrival("called", line, "support does not answer at this number")
    outcomes = [_admitted(Caller(booklet), now) for booklet in booklets]
    taken = [outcome for outcome in outcomes if outcome.is_accepted]
    return (taken or outcomes or [Admission(Reason.CODE_WANTED)])[0]


def _written(call: Call, known: _Known, outcome: Admission, *, by: Actor, now: datetime, has_code: bool) -> Call:
    call.client, call.account, call.request = known.client, known.account, known.request
    place_under(call, known.contract, outcome)
    call.refusal = outcome.reason or ""
    call.next_open_at = outcome.next_open_at.astimezone(UTC) if outcome.next_open_at else None
    if outcome.reason:
        call.state = steps.REFUSED
    call.save(force_insert=True)
    kind = steps.REFUSED if outcome.reason else steps.ARRIVED
    facts = {"reason": call.refusal} if outcome.reason else {"by_code": has_code, "is_priority": call.is_priority}
    add_event(call, kind, by=by, at=now, data=facts)
    return call


def place_under(call: Call, contract: Contract | None, outcome: Admission) -> None:
    """Give *call* the class that *contract* opens to its caller."""
    if contract is not None:
        call.booklet, call.booklet_version, call.plan = contract.booklet, contract.booklet_version, contract.plan
    call.is_priority, call.clause = outcome.is_priority, outcome.clause
