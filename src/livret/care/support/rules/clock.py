"""The pick-up clock, derived from the events of a request through `livret.booklet`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from livret.booklet import Booklet
from livret.booklet.clock import Due, Pause, Verdict, criticality_due, due, elapsed, verdict
from livret.booklet.readings import CriticalityChange, PauseScope, TargetEnd
from livret.booklet.support import pick_up_due
from livret.booklet.working import Segment
from livret.care.support.rules.commitment import Commitment, OpeningHours, commitment_of
from livret.care.support.rules.events import (
    CLOSED,
    CRITICALITY_CHANGED,
    HOURS_SET,
    PAUSED,
    PICKED_UP,
    REGISTERED,
    RESUMED,
    Event,
    hours_of,
    without_undone,
)

ON_TIME, CLOSE, LATE, MET, MISSED = "on_time", "close", "late", "met", "missed"
HoursNamed = Callable[[str], OpeningHours]


@dataclass(frozen=True, slots=True)
class PickUpClock:
    """The clock from registration to pick-up, paused only where the booklet's reading lets a pause stop every clock.

    counted_from: registration, or the last change of criticality where the booklet's reading restarts there.
    breached_at: the due instant already missed under an earlier criticality or under earlier hours; that breach stays.
    is_withdrawn: the client took the request back before anybody picked it up; the clock stopped then.
    """

    commitment: Commitment
    hours: OpeningHours
    registered_at: datetime
    counted_from: datetime
    due: Due
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    is_withdrawn: bool = False
    pauses: tuple[Pause, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        return self.due.at

    @property
    def late_at(self) -> datetime | None:
        """The instant after which a pick-up misses the target: the next opening when it ends at closing."""
        return self.breached_at or self._reached(self.commitment.target_s, TargetEnd.NEXT_OPENING)

    def close_at(self, share: Fraction) -> datetime | None:
        """Return the instant at which *share* of the target is consumed."""
        return self._reached(int(self.commitment.target_s * share), TargetEnd.NEXT_OPENING)

    @property
    def verdict(self) -> Verdict | None:
        """The target judged at pick-up, None while the clock runs."""
        return None if self.stopped_at is None else self.judged(self.stopped_at)

    def judged(self, at: datetime) -> Verdict:
        """Return the verdict of a pick-up at *at*; a breach under an earlier criticality is never mended."""
        target_s = self.commitment.target_s
        found = verdict(self.hours.calendar, self.counted_from, at, target_s=target_s, pauses=self.pauses)
        return Verdict(found.elapsed_s, found.is_met and self.breached_at is None, found.overrun_s)

    def is_on_time(self, now: datetime) -> bool | None:
        """Tell whether the target was kept, as it counts in the share of requests picked up in time.

        None while nothing can be said: the target still runs, or the request was withdrawn before it passed.
        """
        is_kept = self.judged(self.stopped_at or now).is_met
        return is_kept if self.stopped_at is not None and not self.is_withdrawn else None if is_kept else False

    def left_s(self, now: datetime) -> int:
        """Return the business seconds left before the target, negative once it is overrun."""
        until = self.stopped_at or now
        return self.commitment.target_s - elapsed(self.hours.calendar, self.counted_from, until, pauses=self.pauses)

    def working(self) -> tuple[Segment, ...]:
        """Return the stretches between the start and the due instant, counted or not."""
        return self.due.working()

    def _reached(self, seconds: int, at_end: TargetEnd) -> datetime | None:
        return due(self.hours.calendar, self.counted_from, seconds=seconds, pauses=self.pauses, at_end=at_end).at


def promised(
    commitment: Commitment, hours: OpeningHours, *, at: datetime, booklet: Booklet, pauses: Sequence[Pause] = ()
) -> PickUpClock:
    """Return the clock of a request that would be registered *at* that instant."""
    found = pick_up_due(booklet, hours.calendar, level=commitment.level, registered=at, pauses=pauses)
    return PickUpClock(commitment, hours, at, at, found, pauses=tuple(pauses))


def pick_up_clock(events: Sequence[Event], *, booklet: Booklet, hours_named: HoursNamed) -> PickUpClock | None:
    """Return the clock that *events* tell, None when nothing is promised or no hours are published yet.

    The registration says the level and the names of the hours; each later change has its own event. A change of
    criticality after the pick-up moves nothing; one that was contested and taken back never counted.
    """
    events = without_undone(events)
    start = next(event for event in events if event.kind == REGISTERED)
    ended = next((n for n, event in enumerate(events) if event.kind in (PICKED_UP, CLOSED)), None)
    # By their place, not their instant: what was written after the pick-up within the same second is after it.
    counted = events if ended is None else events[:ended]
    hours_name = hours_of(counted)
    if not start.data["level"] or not hours_name:
        return None
    hours = hours_named(hours_name)
    changes = [event for event in counted if event.kind == CRITICALITY_CHANGED]
    pauses = _pauses(counted) if booklet.readings.pause_scope.value is PauseScope.EVERY_CLOCK else ()
    if not changes:
        level = commitment_of(booklet, start.data["level"])
        clock = promised(level, hours, at=start.at, booklet=booklet, pauses=pauses)
    else:
        clock = _changed(start, changes, booklet, hours, pauses)
    clock = replace(clock, breached_at=_breach_under_earlier_hours(counted, booklet, hours_named) or clock.breached_at)
    if ended is None:
        return clock
    return replace(clock, stopped_at=events[ended].at, is_withdrawn=events[ended].kind == CLOSED)


def _breach_under_earlier_hours(events: Sequence[Event], booklet: Booklet, hours_named: HoursNamed) -> datetime | None:
    """Return the due instant missed when other hours were set: they move what is to come, not what is past."""
    places = [n for n, event in enumerate(events) if event.kind == HOURS_SET]
    if not places:
        return None
    before = pick_up_clock(events[: places[-1]], booklet=booklet, hours_named=hours_named)
    if before is None or before.judged(events[places[-1]].at).is_met:
        return None
    return before.breached_at or before.due_at


def _pauses(events: Sequence[Event]) -> tuple[Pause, ...]:
    """Return the pauses of *events*, for a reading that lets them stop this clock too."""
    pauses: list[Pause] = []
    for event in events:
        if event.kind == PAUSED:
            pauses.append((event.at, None))
        elif event.kind == RESUMED and pauses and pauses[-1][1] is None:
            pauses[-1] = (pauses[-1][0], event.at)
    return tuple(pauses)


def _changed(
    start: Event, changes: Sequence[Event], booklet: Booklet, hours: OpeningHours, pauses: Sequence[Pause]
) -> PickUpClock:
    levels = booklet.support.pick_up
    found = criticality_due(
        hours.calendar,
        start.at,
        initial=start.data["level"],
        changes=[(event.at, event.data["to"]) for event in changes],
        targets_s={level: commitment_of(booklet, level).target_s for level in levels},
        pauses=pauses,
    )
    restarts = booklet.readings.criticality_change.value is CriticalityChange.RESTART_AT_CHANGE
    reading = found.due_restart_at_change if restarts else found.due_from_registration
    level = commitment_of(booklet, found.final_level)
    end = booklet.readings.target_end.value
    reached = due(hours.calendar, reading.start, seconds=level.target_s, pauses=pauses, at_end=end)
    return PickUpClock(
        level,
        hours,
        start.at,
        reading.start,
        reached,
        breached_at=found.breached_before_a_change_at,
        pauses=tuple(pauses),
    )


def urgency(clock: PickUpClock, *, now: datetime, close_share: Fraction) -> str:
    """Return on_time, close or late while the clock runs, met or missed once it stopped."""
    if clock.stopped_at is not None:
        return MET if clock.judged(clock.stopped_at).is_met else MISSED
    if not clock.judged(now).is_met:
        return LATE
    consumed = clock.commitment.target_s - clock.left_s(now)
    return CLOSE if consumed >= clock.commitment.target_s * close_share else ON_TIME
