"""A remote session: whether it may take place now, what its events make of it, and until when each step holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from livret.booklet import Booklet
from livret.booklet.calendar import Calendar
from livret.booklet.clock import opening
from livret.care.assistance.rules.defaults import RemoteDefaults

ROOM = "remote_assistance"
RULE = "remote_assistance_in_hours"
KINDS = frozenset({"malfunction", "question"})

PROPOSED, CONSENTED, STARTED, ENDED = "proposed", "consented", "started", "ended"
REFUSED, CANCELLED, WITHDRAWN, EXPIRED, REPORTED = "refused", "cancelled", "withdrawn", "expired", "reported"
RUNNING = STARTED
LIVE = (PROPOSED, CONSENTED, RUNNING)
OVER = (ENDED, REFUSED, CANCELLED, WITHDRAWN, EXPIRED)
STATES = (*LIVE, *OVER)
# What may follow each state; a report alone follows a session that is over.
NEXT: dict[str, tuple[str, ...]] = {
    PROPOSED: (CONSENTED, REFUSED, CANCELLED, EXPIRED),
    CONSENTED: (STARTED, WITHDRAWN, CANCELLED, EXPIRED),
    RUNNING: (ENDED, WITHDRAWN, EXPIRED),
}


class Why(StrEnum):
    """Why no remote session may take place."""

    CLOSED_REQUEST = "closed_request"
    NOT_SUPPORT = "not_support"
    NOT_IN_PLAN = "not_in_plan"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_PICKED_UP = "not_picked_up"
    SUSPENDED = "suspended"
    NO_TOOL = "no_tool"
    NO_HOURS = "no_hours"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands against a remote session, the clause that says so, and the next opening where hours do."""

    why: Why
    clause: str = ""
    next_open_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a remote session may take place for a request.

    standing: what the request was told to be when filed; suspended_by: the clause of a suspension in force, empty
    for none; calendar: the opening hours counted, None where none are published; hours_clause: where they come from.
    """

    booklet: Booklet
    plan: str
    kind: str
    is_closed: bool
    is_picked_up: bool
    is_out_of_scope: bool
    scope_clause: str
    suspended_by: str
    has_tool: bool
    calendar: Calendar | None
    hours_clause: str


def obstacle(facts: Facts, *, now: datetime) -> Obstacle | None:
    """Return what stands against a remote session now, the most lasting reason first; None when nothing does.

    Source: Sprint S-13 puts it within opening hours and the scope of support; Care C-14 makes it a condition of
    support, and is read here with the hours and the scope of support too.
    """
    room = facts.booklet.support.plans.get(facts.plan)
    if facts.is_closed:
        return Obstacle(Why.CLOSED_REQUEST)
    if facts.kind not in KINDS:
        return Obstacle(Why.NOT_SUPPORT)
    if room is None or ROOM not in room.value:
        return Obstacle(Why.NOT_IN_PLAN, room.clause if room else "")
    if facts.is_out_of_scope:
        return Obstacle(Why.OUT_OF_SCOPE, facts.scope_clause)
    if facts.suspended_by:
        return Obstacle(Why.SUSPENDED, facts.suspended_by)
    if not facts.is_picked_up:
        return Obstacle(Why.NOT_PICKED_UP)
    return _of_the_moment(facts, now)


def _of_the_moment(facts: Facts, now: datetime) -> Obstacle | None:
    if not facts.has_tool:
        return Obstacle(Why.NO_TOOL)
    if facts.calendar is None:
        return Obstacle(Why.NO_HOURS, facts.hours_clause)
    found = opening(facts.calendar, now)
    return None if found.is_open else Obstacle(Why.OUTSIDE_HOURS, facts.hours_clause, found.next_open_at)


def hours_clause(booklet: Booklet, otherwise: str) -> str:
    """Return the clause that keeps remote assistance within opening hours, else *otherwise*, that of the hours."""
    return next((rule.clause for rule in booklet.rules if rule.key == RULE), otherwise)


def closing_after(calendar: Calendar, now: datetime) -> datetime | None:
    """Return when the opening that holds *now* ends, None when it never does."""
    return opening(calendar.complement(), now).next_open_at


def lapses_at(step: str, *, now: datetime, minutes: int, calendar: Calendar, defaults: RemoteDefaults) -> datetime:
    """Return until when a step taken *now* holds: never past the closing of support.

    step: proposed (to be answered), consented (to be started), started (to be ended, after *minutes* at most).
    """
    lasts = {PROPOSED: defaults.answer_minutes, CONSENTED: defaults.start_minutes, STARTED: minutes}[step]
    end, closing = now + timedelta(minutes=lasts), closing_after(calendar, now)
    return end if closing is None else min(end, closing)


def state_of(kinds: Iterable[str]) -> str:
    """Return the state that events of these kinds, in their order, lead to. Raises ValueError on another order."""
    state = ""
    for kind in kinds:
        if kind == REPORTED and state in OVER:
            continue
        if kind not in NEXT.get(state, (PROPOSED,) if not state else ()):
            raise ValueError(f"{kind} cannot follow {state or 'nothing'}")
        state = kind
    return state


def is_report_owed(kinds: Iterable[str]) -> bool:
    """Tell whether a session that began is over without anybody having said what was done."""
    said = list(kinds)
    return STARTED in said and said[-1] in OVER and not {ENDED, REPORTED} & set(said)
