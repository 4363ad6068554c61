"""Reads for screens, the API and other domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Q, QuerySet

from livret.booklet import Absent, Booklet, Stated, clock, library
from livret.booklet.clock import Opening
from livret.care.phone.models import ANSWERED_NEXT_FIRST, Call, CallEvent, CtiKey, PhoneNumber
from livret.care.phone.rules import admission
from livret.care.phone.rules.admission import Caller
from livret.care.phone.rules.defaults import defaults
from livret.care.phone.rules.numbers import dialled
from livret.care.phone.rules.order import Waiting, expected_wait_s, position_of
from livret.care.support import queries as support
from livret.care.support.queries.calling import requests_to_call_about
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Contract

MOST_RECENT = 15


@dataclass(frozen=True, slots=True)
class Line:
    """The number of support under a booklet. clause: that gives it, or that leaves it open; empty where none does."""

    number: str
    clause: str
    set_by_publisher: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands. expected_wait_s: None when nothing honest can be said."""

    position: int
    expected_wait_s: int | None


@dataclass(frozen=True, slots=True)
class OpenLine:
    """Whether support is open now for a booklet. opening: None where no hours are published."""

    opening: Opening | None
    clause: str
    set_by_publisher: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """What the telephone is for a contract. clause: that gives it to the plan, or keeps it to others.

    priority_clause: empty where the plan does not let its callers go first.
    """

    booklet: Booklet
    plan: str
    is_open_to_plan: bool
    clause: str
    needs_request: bool
    needs_request_clause: str
    priority_clause: str
    line: Line | None
    hours: OpenLine


def waiting_calls() -> QuerySet[Call]:
    """Return the calls that wait, who is answered next first."""
    return Call.objects.filter(state=Call.State.WAITING).order_by(*ANSWERED_NEXT_FIRST)


def calls_shown(found: QuerySet[Call]) -> QuerySet[Call]:
    """Return *found* with what their lists name."""
    return found.select_related("client", "account", "request", "answered_by")


def spoken_calls() -> QuerySet[Call]:
    """Return the calls that a technician is speaking in, the first answered first."""
    return Call.objects.filter(state=Call.State.ANSWERED).order_by("answered_at", "pk")


def past_calls() -> QuerySet[Call]:
    """Return the latest calls that are over or were not taken, the latest first."""
    over = Call.objects.filter(state__in=[Call.State.ENDED, Call.State.GIVEN_UP, Call.State.REFUSED])
    return over.order_by("-reported_at", "-pk")[:MOST_RECENT]


def in_order() -> list[Waiting]:
    """Return the calls that wait as the rules of order take them."""
    rows = waiting_calls().values_list("uuid", "is_priority", "arrived_at", "pk")
    return [Waiting(*row) for row in rows]


def place_of(call: Call, *, now: datetime, waiting: Sequence[Waiting] | None = None) -> Place | None:
    """Return where *call* stands in the queue, None when it does not wait."""
    position = position_of(call.uuid, in_order() if waiting is None else waiting)
    return Place(position, wait_at(position, is_priority=call.is_priority, now=now)) if position else None


def wait_at(position: int, *, is_priority: bool, now: datetime) -> int | None:
    """Return the expected wait of a caller of that class at *position*, in seconds; None when none can be told."""
    limits = defaults().wait
    handling = handling_times(is_priority=is_priority, most=limits.sample)
    present = technicians_on_the_phone(now=now)
    return expected_wait_s(position, handling_s=handling, technicians=present, fewest=limits.fewest)


def handling_times(*, is_priority: bool, most: int) -> list[int]:
    """Return how long the latest calls of a class were spoken, in seconds, the latest first.

    Calls that nobody waited for, and those whose end was never reported, say nothing of a wait and are left out.
    """
    longest = timedelta(seconds=defaults().calls.longest_call_s)
    ended = Call.objects.filter(state=Call.State.ENDED, is_priority=is_priority, key__isnull=False)
    told = ended.filter(ended_at__lte=F("answered_at") + longest).order_by("-ended_at", "-pk")
    times = told.values_list("answered_at", "ended_at")[:most]
    return [int((end - start).total_seconds()) for start, end in times if start and end]


def technicians_on_the_phone(*, now: datetime) -> int:
    """Return how many technicians speak, or spoke within the time that they count as present."""
    since = now - timedelta(seconds=defaults().wait.present_s)
    present = Call.objects.filter(Q(state=Call.State.ANSWERED) | Q(state=Call.State.ENDED, ended_at__gte=since))
    return present.values("answered_by").distinct().count()


def events_of(call: Call) -> QuerySet[CallEvent]:
    return CallEvent.objects.filter(call=call).order_by("sequence")


def keys() -> QuerySet[CtiKey]:
    """Return the keys of telephone systems, those in use first."""
    return CtiKey.objects.order_by(F("revoked_at").asc(nulls_first=True), "name", "pk")


def numbers() -> QuerySet[PhoneNumber]:
    """Return the numbers that the publisher announced, the latest first."""
    return PhoneNumber.objects.order_by("-set_at", "-pk")


def line_of(booklet: Booklet) -> Line | None:
    """Return the number of support under *booklet*, else the publisher's; None while nobody gave one."""
    entry = booklet.support.phone
    if not isinstance(entry, Absent):
        return Line(entry.value, entry.clause, set_by_publisher=False)
    announced = numbers().first()
    return Line(announced.number, entry.clause or "", set_by_publisher=True) if announced else None


def booklets_called(number: str) -> list[Booklet]:
    """Return the booklets whose support answers at *number*, the latest version last; of every line when empty.

    A line that wants a request is left out when no number is told: it is known by its code.
    """
    shelf = sorted(library().values(), key=lambda booklet: booklet.version)
    if not number:
        return [booklet for booklet in shelf if not booklet.support.phone_needs_request.value]
    return [booklet for booklet in shelf if (line := line_of(booklet)) and dialled(line.number) == number]


def opening_for(booklet: Booklet, *, now: datetime) -> OpenLine:
    """Return whether support of *booklet* is open now."""
    hours = support.HoursBook().on(now.astimezone(PARIS).date(), booklet)
    if hours is None:
        entry = booklet.support.hours
        return OpenLine(None, entry.clause or "" if isinstance(entry, Absent) else entry.clause)
    return OpenLine(clock.opening(hours.calendar, now), hours.clause, hours.set_by_publisher)


def phone_for(contract: Contract, *, now: datetime) -> Phone:
    """Return what the telephone is for *contract*."""
    booklet, plan = library()[contract.booklet, contract.booklet_version], contract.plan
    needs: Stated[bool] = booklet.support.phone_needs_request
    return Phone(
        booklet=booklet,
        plan=plan,
        is_open_to_plan=admission.has_phone(booklet, plan),
        clause=admission.phone_clause(booklet, plan),
        needs_request=needs.value,
        needs_request_clause=needs.clause,
        priority_clause=admission.priority_clause(booklet, plan),
        line=line_of(booklet),
        hours=opening_for(booklet, now=now),
    )


def caller_under(contract: Contract, *, request: str, now: datetime) -> Caller:
    """Return what the rules of admission want of somebody under *contract*."""
    suspension = support.suspension_in_force(contract.client_id, at=now)
    booklet = library()[contract.booklet, contract.booklet_version]
    return Caller(booklet, contract.plan, request, suspension.clause if suspension else "")


def recognised(number: str, *, now: datetime) -> Call | None:
    """Return the latest call from *number* whose client was found, within the time that numbers are kept."""
    since = now - timedelta(days=defaults().calls.number_kept_days)
    named = Call.objects.filter(number=number, client__isnull=False, reported_at__gte=since) if number else None
    return None if named is None else named.select_related("client", "account").order_by("-reported_at", "-pk").first()


def bad_codes(key: CtiKey, *, number: str | None, since: datetime) -> int:
    """Return how many unknown codes *key* reported since an instant; of one caller's number unless it is None."""
    bad = Call.objects.filter(key=key, refusal=admission.Reason.UNKNOWN_CODE, reported_at__gt=since)
    return (bad if number is None else bad.filter(number=number)).count()


def calls_of(account: AccessAccount, *, day: date) -> QuerySet[Call]:
    """Return the calls that wait or are spoken, of *account* or about an open request that they may read."""
    mine = Q(account=account) | Q(request__in=requests_to_call_about(account, day=day).order_by().values("pk"))
    live = Call.objects.filter(mine, state__in=[Call.State.WAITING, Call.State.ANSWERED])
    return live.select_related("request", "answered_by").order_by("arrived_at", "pk")


def call_reported(key: CtiKey, uuid: UUID) -> Call | None:
    """Return a call that *key* reported, None for any other."""
    return Call.objects.filter(key=key, uuid=uuid).select_related("client", "request", "answered_by").first()
