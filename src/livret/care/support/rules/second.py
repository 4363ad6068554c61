"""The second clock: from qualification to what an anomaly calls for, with its reasoned pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from livret.booklet import Booklet
from livret.booklet.clock import Pause, due, elapsed, opening
from livret.booklet.instants import seconds_of
from livret.booklet.spans import merged
from livret.booklet.support import AnomalyLevel, NextStep, next_due, next_step
from livret.booklet.working import Segment, working
from livret.care.support.rules import events as kinds
from livret.care.support.rules.clock import HoursNamed
from livret.care.support.rules.commitment import OpeningHours
from livret.care.support.rules.events import Event

# What ends each clock: a fix is more than the plan that was owed; a workaround leaves the plan owed.
ENDED_BY = {
    NextStep.ACTION_PLAN: (kinds.ACTION_PLAN, kinds.FIX),
    NextStep.FIX_OR_WORKAROUND: (kinds.WORKAROUND, kinds.FIX),
}


@dataclass(frozen=True, slots=True)
class SecondClock:
    """The clock from a qualified anomaly to the step it calls for.

    due_at: with the pauses, None while one lasts; unpaused_due_at: as if nothing had been paused; both are shown.
    breached_at: the due instant already missed under an earlier level or under earlier hours; that breach stays.
    is_given: the clock stopped with what was owed, or with the client's word that it is over.
    """

    booklet: Booklet
    level: AnomalyLevel
    step: NextStep
    hours: OpeningHours
    started_at: datetime
    pauses: tuple[Pause, ...]
    due_at: datetime | None
    unpaused_due_at: datetime
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    is_given: bool = False

    @property
    def clause(self) -> str:
        support = self.booklet.support
        return (support.action_plan if self.step is NextStep.ACTION_PLAN else support.fix_or_workaround).clause

    @property
    def late_at(self) -> datetime | None:
        """The instant after which the step is missed: the next opening when the target ends at closing."""
        if self.due_at is None or self.breached_at is not None:
            return self.breached_at
        return opening(self.hours.calendar, self.due_at).next_open_at

    @property
    def is_paused(self) -> bool:
        return self.stopped_at is None and any(end is None for _, end in self.pauses)

    @property
    def is_kept(self) -> bool | None:
        """The target judged when the clock stopped, pauses taken out.

        None while nothing can be said: it runs, or the request was closed in time without the step that was owed.
        """
        is_in_time = self.is_kept_at(self.stopped_at) if self.stopped_at else None
        return is_in_time if self.is_given or not is_in_time else None

    def is_kept_at(self, at: datetime) -> bool:
        """Tell whether the step would be in time at *at*; a pause that lasts counts as ended then."""
        return self.breached_at is None and self._none_since(self.due_as_of(at), at)

    def is_kept_unpaused_at(self, at: datetime) -> bool:
        """Tell the same as if nothing had been paused."""
        return self.breached_at is None and self._none_since(self.unpaused_due_at, at)

    def due_as_of(self, at: datetime) -> datetime:
        """Return the due instant, a pause that lasts being ended at *at*."""
        return self.due_at or _due(self.booklet, self.hours, self.level, self.started_at, _ended(self.pauses, at))

    def left_s(self, now: datetime) -> int:
        """Return the business seconds left before the due instant, negative past it."""
        at, calendar = self.stopped_at or now, self.hours.calendar
        end = self.due_as_of(at)
        return elapsed(calendar, at, end) if at <= end else -elapsed(calendar, end, at, pauses=_ended(self.pauses, at))

    def elapsed_s(self, now: datetime, *, with_pauses: bool = True) -> int:
        """Return the business seconds consumed since the qualification, pauses taken out unless said otherwise."""
        at = self.stopped_at or now
        paused = _ended(self.pauses, at) if with_pauses else ()
        return elapsed(self.hours.calendar, self.started_at, at, pauses=paused)

    def share_at(self, share: Fraction) -> datetime | None:
        """Return the instant at which *share* of the business time to the due instant is consumed, None if paused."""
        if self.due_at is None:
            return None
        paused = _ended(self.pauses, self.due_at)
        total = elapsed(self.hours.calendar, self.started_at, self.due_at, pauses=paused)
        return due(self.hours.calendar, self.started_at, seconds=int(total * share), pauses=paused).at

    def working(self) -> tuple[Segment, ...]:
        """Return every stretch between the qualification and the due instant, counted or not."""
        end = self.due_at or self.unpaused_due_at
        spans = merged((seconds_of(a), seconds_of(b)) for a, b in _ended(self.pauses, end) if a < b)
        return working(self.hours.calendar, seconds_of(self.started_at), seconds_of(end), spans)

    def _none_since(self, end: datetime, at: datetime) -> bool:
        """Tell whether no business time passed since *end*: an evening after closing changes nothing."""
        return at <= end or elapsed(self.hours.calendar, end, at) == 0


def second_clock(events: Sequence[Event], *, booklet: Booklet, hours_named: HoursNamed) -> SecondClock | None:
    """Return the second clock that *events* tell, None where nothing is owed or no hours are published.

    It starts at the first qualification that opens a delay and counts from there whatever the level becomes; a breach
    under an earlier level stays, even when the level that follows is owed nothing. What was given counts for the level
    in force. Between a stop and a reopening the clock is paused.
    """
    run = _Run(booklet, hours_named)
    for event in events:
        run.take(event)
    return run.clock()


@dataclass
class _Run:
    booklet: Booklet
    hours_named: HoursNamed
    hours_name: str = ""
    qualified: Event | None = None
    contested: Event | None = None
    level: AnomalyLevel | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    is_given: bool = False
    breached_at: datetime | None = None
    breached_level: AnomalyLevel | None = None
    left_at: datetime | None = None
    given: list[Event] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)

    def take(self, event: Event) -> None:
        if event.kind in (kinds.REGISTERED, kinds.HOURS_SET):
            self._note_breach(event.at)
            self.hours_name = str(event.data["hours"])
        elif event.kind == kinds.QUALIFIED:
            self.qualified = event
            self._qualify(_level_of(event), event.at)
        elif event.kind == kinds.CONTESTED and event.data["what"] == kinds.QUALIFICATION:
            self.contested = self.qualified
        elif kinds.is_accepted(event, kinds.QUALIFICATION):
            self._undo(event.at)
        else:
            self._run(event)

    def _undo(self, at: datetime) -> None:
        """Take back the qualification that was contested; a later one stands."""
        if self.qualified is self.contested:
            self.qualified = None
            self._qualify(None, at)

    def _run(self, event: Event) -> None:
        if event.kind == kinds.PAUSED:
            self.pauses.append((event.at, None))
        elif event.kind == kinds.RESUMED:
            self._end_pause(event.at)
        elif event.kind == kinds.REOPENED:
            self._reopen(event.at)
        elif event.kind == kinds.PROPOSED and self.started_at is not None:
            self.given.append(event)
            self._stop_when_given()
        elif event.kind == kinds.CLOSED and self.started_at is not None and self.stopped_at is None:
            self._stop(event.at, is_given=_is_given_by_closing(event, self.level))

    def _reopen(self, at: datetime) -> None:
        self.given.clear()  # What was proposed did not help.
        if self.stopped_at is not None:
            self.pauses.append((self.stopped_at, at))
            self.stopped_at, self.is_given = None, False

    def _stop_when_given(self) -> None:
        """Stop the clock at the first step given since the last opening that its level calls for."""
        step = next_step(self.level) if self.level else None
        ends = ENDED_BY[step] if step else ()
        given = next((event for event in self.given if event.data["step"] in ends), None)
        if given is not None and self.stopped_at is None:
            self._stop(given.at, is_given=True)

    def _stop(self, at: datetime, *, is_given: bool) -> None:
        self._end_pause(at)
        self.stopped_at, self.is_given = at, is_given

    def _qualify(self, level: AnomalyLevel | None, at: datetime) -> None:
        self._note_breach(at)
        opens = level is not None and next_step(level) is not None
        self.level, self.left_at = (level, None) if opens else (None, self.stopped_at or self.left_at or at)
        if not opens:
            return
        self.started_at = self.started_at or at
        self.stopped_at, self.is_given = None, False  # What another level called for may leave this one owed.
        self._stop_when_given()

    def _note_breach(self, at: datetime) -> None:
        before = self.clock() if self.level else None
        if before is not None and before.breached_at is None and not before.is_kept_at(before.stopped_at or at):
            self.breached_at, self.breached_level = before.due_as_of(at), before.level

    def _end_pause(self, at: datetime) -> None:
        if self.pauses and self.pauses[-1][1] is None:
            start = self.pauses[-1][0]
            self.pauses[-1] = (start, max(start, at))

    def clock(self) -> SecondClock | None:
        level, stopped_at = (self.level, self.stopped_at) if self.level else (self.breached_level, self.left_at)
        step = next_step(level) if level else None
        if level is None or step is None or self.started_at is None or not self.hours_name:
            return None
        hours = self.hours_named(self.hours_name)
        return SecondClock(
            self.booklet,
            level,
            step,
            hours,
            self.started_at,
            tuple(self.pauses),
            self._due(hours, level, self.started_at),
            _due(self.booklet, hours, level, self.started_at, ()),
            stopped_at,
            self.breached_at,
            self.is_given,
        )

    def _due(self, hours: OpeningHours, level: AnomalyLevel, started_at: datetime) -> datetime | None:
        """Return the due instant, None while a pause that began before it lasts."""
        ended = [(start, end) for start, end in self.pauses if end is not None]
        due = _due(self.booklet, hours, level, started_at, ended)
        since = self.pauses[-1][0] if len(ended) < len(self.pauses) else None
        return due if since is None or due <= since else None


def _is_given_by_closing(event: Event, level: AnomalyLevel | None) -> bool:
    """Tell whether a closing says that what was owed is given; the client's own word is enough."""
    step, cause = next_step(level) if level else None, event.data["cause"]
    if event.actor_kind == "client":
        return bool(cause != kinds.WITHDRAWN)
    return cause == "solved" or (cause == "workaround" and step is NextStep.FIX_OR_WORKAROUND)


def _level_of(event: Event) -> AnomalyLevel | None:
    return AnomalyLevel(event.data["level"]) if event.data["outcome"] == kinds.ANOMALY else None


def _ended(pauses: Sequence[Pause], at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """Return the pauses begun before *at*, the open one ended then."""
    return tuple((start, end or at) for start, end in pauses if start <= at)


def _due(
    booklet: Booklet, hours: OpeningHours, level: AnomalyLevel, start: datetime, pauses: Sequence[Pause]
) -> datetime:
    found = next_due(booklet, hours.calendar, anomaly=level, qualified_at=start, pauses=pauses)
    if found is None:
        raise ValueError(f"the opening hours {hours.name} never open long enough for a delay from {start}")
    return found
