"""The events of a request as values: what the clocks, the state and the two timelines are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

REGISTERED = "registered"
ACKNOWLEDGED = "acknowledged"
PICKED_UP = "picked_up"
MESSAGE = "message"
FILES_ADDED = "files_added"
CRITICALITY_CHANGED = "criticality_changed"
HOURS_SET = "hours_set"
ASSIGNED = "assigned"
QUALIFIED = "qualified"
PAUSED = "paused"
RESUMED = "resumed"
PROPOSED = "proposed"
CLOSED = "closed"
REOPENED = "reopened"
DUPLICATE_LINKED = "duplicate_linked"
EXCLUDED = "excluded"
CONTESTED = "contested"
CONTEST_ANSWERED = "contest_answered"
RATED = "rated"
SHARED = "shared"
UNSHARED = "unshared"
ALERTED = "alerted"
CALL = "call"
REMOTE = "remote"
OPERATION = "operation"

WAITING, IN_PROGRESS, ANSWERED, CLOSED_STATE = "waiting", "in_progress", "answered", "closed"

# What a qualification finds.
ANOMALY, OUT_OF_SCOPE, NOT_REPRODUCED, NO_ANOMALY = "anomaly", "out_of_scope", "not_reproduced", "no_anomaly"
# What a technician proposes.
ACTION_PLAN, WORKAROUND, FIX = "action_plan", "workaround", "fix"
# What a client may contest.
QUALIFICATION, EXCLUSION, CRITICALITY = "qualification", "exclusion", "criticality"
# Why a request ends. A withdrawal is the client's own.
CAUSES = ("solved", "answered", "workaround", "duplicate", "out_of_scope", "not_reproduced", "no_reply", "withdrawn")
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Event:
    """One event, in the order of the timeline. data: facts of its kind."""

    kind: str
    at: datetime
    actor_kind: str
    actor_id: UUID | None = None
    is_internal: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


def state_of(events: Iterable[Event]) -> str:
    """Return the state that *events* lead to: waiting until picked up, then whose turn it is to write, or closed."""
    state, is_picked_up = WAITING, False
    for event in events:
        is_picked_up = is_picked_up or event.kind == PICKED_UP
        if event.kind == CLOSED:
            state = CLOSED_STATE
        elif event.kind == REOPENED:
            state = IN_PROGRESS if is_picked_up else WAITING
        elif event.kind == PICKED_UP:
            state = IN_PROGRESS
        elif state in (IN_PROGRESS, ANSWERED) and not event.is_internal:
            state = _turn(state, event)
    return state


def _turn(state: str, event: Event) -> str:
    """Return whose turn it is after *event*: what the publisher says or proposes waits for the client, and back.

    An anomaly found is the publisher's to mend; what is none waits for the client's word, and so does a pause.
    """
    if event.kind in (MESSAGE, FILES_ADDED):
        return ANSWERED if event.actor_kind == "staff" else IN_PROGRESS
    if event.kind == QUALIFIED:
        return IN_PROGRESS if event.data["outcome"] == ANOMALY else ANSWERED
    if event.kind in (PROPOSED, PAUSED):
        return ANSWERED
    return IN_PROGRESS if event.kind in (CONTESTED, RESUMED) else state


def visible_to(events: Sequence[Event], *, is_staff: bool) -> list[Event]:
    """Return what a side sees: the same timeline for both, without the publisher's notes for the client."""
    return [event for event in events if is_staff or not event.is_internal]


def latest(events: Iterable[Event], *kinds: str) -> Event | None:
    """Return the last event of *kinds*, None when there is none."""
    found = [event for event in events if event.kind in kinds]
    return found[-1] if found else None


def open_contests(events: Iterable[Event]) -> list[str]:
    """Return what the client contested and nobody answered yet."""
    open_: dict[str, None] = {}
    for event in events:
        if event.kind == CONTESTED:
            open_[event.data["what"]] = None
        elif event.kind == CONTEST_ANSWERED:
            open_.pop(event.data["what"], None)
    return list(open_)


def exclusion(events: Iterable[Event]) -> Event | None:
    """Return the exclusion in force: the last one, unless the publisher accepted that it was contested."""
    return _last_standing(events, EXCLUDED, EXCLUSION)


def qualification(events: Iterable[Event]) -> Event | None:
    """Return the qualification in force: the last one, unless the publisher accepted that it was contested."""
    return _last_standing(events, QUALIFIED, QUALIFICATION)


def without_undone(events: Iterable[Event]) -> list[Event]:
    """Return *events* less the changes of criticality that the publisher took back, having accepted a contest."""
    found: list[Event] = []
    change: Event | None = None
    contested: Event | None = None
    for event in events:
        found.append(event)
        if event.kind == CRITICALITY_CHANGED:
            change = event
        elif _is_about(event, CONTESTED, CRITICALITY):
            contested = change
        elif is_accepted(event, CRITICALITY):
            found = [one for one in found if one is not contested]
            change = latest(found, CRITICALITY_CHANGED)
    return found


def level_of(events: Iterable[Event]) -> str:
    """Return the level in force: that of the last change of criticality that stands, else of the registration."""
    kept = without_undone(events)
    changed = latest(kept, CRITICALITY_CHANGED)
    return str(changed.data["to"]) if changed else str(next(e.data["level"] for e in kept if e.kind == REGISTERED))


def hours_of(events: Iterable[Event]) -> str:
    """Return the name of the opening hours set last, empty before any were."""
    return str([event.data["hours"] for event in events if event.kind in (REGISTERED, HOURS_SET)][-1])


def is_accepted(event: Event, what: str) -> bool:
    """Tell whether the publisher accepts with *event* that the client contested *what*."""
    return _is_about(event, CONTEST_ANSWERED, what) and bool(event.data["is_accepted"])


def _is_about(event: Event, kind: str, what: str) -> bool:
    return event.kind == kind and event.data["what"] == what


def _last_standing(events: Iterable[Event], kind: str, what: str) -> Event | None:
    """Return the last event of *kind*; an accepted contest undoes the one that was contested, never a later one."""
    found: Event | None = None
    contested: Event | None = None
    for event in events:
        if event.kind == kind:
            found = event
        elif _is_about(event, CONTESTED, what):
            contested = found
        elif is_accepted(event, what) and found is contested:
            found = None
    return found
