"""The events of a request as values: what the clock, the state and the two timelines are computed from."""

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

WAITING, IN_PROGRESS, ANSWERED = "waiting", "in_progress", "answered"


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
    """Return the state that *events* lead to: waiting until picked up, then whose turn it is to write."""
    state = WAITING
    for event in events:
        if event.kind == PICKED_UP:
            state = IN_PROGRESS
        elif state != WAITING and event.kind in (MESSAGE, FILES_ADDED) and not event.is_internal:
            state = ANSWERED if event.actor_kind == "staff" else IN_PROGRESS
    return state


def visible_to(events: Sequence[Event], *, is_staff: bool) -> list[Event]:
    """Return what a side sees: the same timeline for both, without the publisher's notes for the client."""
    return [event for event in events if is_staff or not event.is_internal]


def is_first_answer(events: Iterable[Event], *, actor_kind: str, is_internal: bool) -> bool:
    """Tell whether a message now would be the first answer of a technician to a request nobody picked up."""
    return actor_kind == "staff" and not is_internal and all(event.kind != PICKED_UP for event in events)
