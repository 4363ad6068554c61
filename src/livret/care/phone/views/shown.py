"""What the pages show of a call, made once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from livret.booklet import Booklet
from livret.care.phone import queries, wording
from livret.care.phone.models import Call, CallEvent
from livret.care.phone.queries import Line, OpenLine, Place
from livret.care.phone.rules.numbers import masked, spaced
from livret.care.phone.rules.order import Waiting


@dataclass(frozen=True, slots=True)
class CallShown:
    """A call as the console lists it. place: None when it does not wait."""

    call: Call
    mark: wording.Mark
    place: Place | None
    wait: str
    number: str
    booklet: Booklet | None
    reason: wording.Words
    spoken: str


@dataclass(frozen=True, slots=True)
class EventShown:
    """An event of a call."""

    title: str
    by: str
    at: datetime
    tone: str
    icon: str
    facts: str


def call_shown(call: Call, *, now: datetime, waiting: list[Waiting] | None = None) -> CallShown:
    """Return *call* ready to be shown; waiting: the queue, when it was already read."""
    place = queries.place_of(call, now=now, waiting=waiting)
    return CallShown(
        call=call,
        mark=wording.STATES[call.state],
        place=place,
        wait=wording.wait_words(place) if place else "",
        number=masked(call.number),
        booklet=wording.booklet_of(call),
        reason=wording.REASONS.get(call.refusal, ""),
        spoken=wording.spoken_time(call),
    )


def calls_listed(calls: Iterable[Call], *, now: datetime) -> list[CallShown]:
    waiting = queries.in_order()
    return [call_shown(call, now=now, waiting=waiting) for call in calls]


def events_shown(rows: Iterable[CallEvent]) -> list[EventShown]:
    return [
        EventShown(
            title=str(row.get_kind_display()),
            by=row.actor_name,
            at=row.at,
            tone=wording.EVENTS[row.kind][0],
            icon=wording.EVENTS[row.kind][1],
            facts=wording.event_facts(row),
        )
        for row in rows
    ]


def number_shown(line: Line | None) -> str:
    """Return the number of a line in the groups it is read in, empty while nobody gave one."""
    return spaced(line.number) if line else ""


def opening_words(hours: OpenLine) -> str:
    """Return when the line opens next, empty while it is open or no hours are published."""
    if hours.opening is None or hours.opening.is_open or hours.opening.next_open_at is None:
        return ""
    return wording.moment(hours.opening.next_open_at)


def version_of(calls: Iterable[Call]) -> str:
    """Return a mark that changes as soon as something happens to one of *calls*."""
    return "-".join(f"{call.pk}.{call.last_sequence}" for call in calls)
