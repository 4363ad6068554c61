"""The clocks of a support request as a booklet sets them: pick-up, then what an anomaly calls for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from livret.booklet.calendar import Calendar
from livret.booklet.clock import HOUR_S, Due, Pause, business_days_end, due
from livret.booklet.model import Booklet
from livret.booklet.readings import BusinessDay, PauseScope
from livret.booklet.statements import Absent, NotInBooklet, SetBy


class AnomalyLevel(IntEnum):
    """How grave a qualified anomaly is. Source: clauses S-2 and C-1."""

    BLOCKING = 1
    INOPERATIVE = 2
    MINOR = 3


class NextStep(StrEnum):
    """What is owed after qualification."""

    ACTION_PLAN = "action_plan"
    FIX_OR_WORKAROUND = "fix_or_workaround"


@dataclass(frozen=True, slots=True)
class Chain:
    """The two clocks of a request that turned out to be an anomaly; the second is None for a level without delay."""

    pick_up: Due
    next_step: NextStep | None
    next_due: datetime | None


def support_calendar(booklet: Booklet, published: Calendar | None = None) -> Calendar:
    """Return the opening hours of support: the booklet's, else those that the publisher *published*.

    Raises NotInBooklet when the booklet leaves them to a publisher who has published none.
    """
    hours = booklet.support.hours
    if not isinstance(hours, Absent):
        return hours.value
    if published is None or hours.set_by is not SetBy.PUBLISHER:
        raise NotInBooklet(hours)
    return published


def days_that_count(booklet: Booklet, hours: Calendar, reading: BusinessDay) -> Calendar:
    """Return the calendar whose open days are business days: the clause's, or *hours* themselves."""
    return hours if reading is BusinessDay.OPEN_DAY else booklet.support.business_days.value


def pick_up_target_s(booklet: Booklet, level: str) -> int:
    """Return the pick-up target in working seconds; *level* is a plan or a criticality, as the booklet counts.

    Raises ValueError on a level that has none. Source: clauses S-13 and C-14.
    """
    targets = booklet.support.pick_up
    if level not in targets:
        raise ValueError(f"{booklet} has no pick-up target for {level!r}; it has one for {', '.join(targets)}")
    return targets[level].value * HOUR_S


def pick_up_due(
    booklet: Booklet, hours: Calendar, *, level: str, registered: datetime, pauses: Iterable[Pause] = ()
) -> Due:
    """Return when a request must be picked up. Pauses count only where the reading stops every clock."""
    applies = booklet.readings.pause_scope.value is PauseScope.EVERY_CLOCK
    return due(
        hours,
        registered,
        seconds=pick_up_target_s(booklet, level),
        pauses=pauses if applies else (),
        at_end=booklet.readings.target_end.value,
    )


def chain(
    booklet: Booklet,
    hours: Calendar,
    *,
    level: str,
    anomaly: AnomalyLevel,
    registered: datetime,
    qualified_at: datetime,
    pauses: Iterable[Pause] = (),
    business_day: BusinessDay | None = None,
) -> Chain:
    """Return when a request must be picked up and when its qualified anomaly calls for the next step.

    Pauses move the second clock where the reading allows. An open pause leaves nothing due.
    """
    first = pick_up_due(booklet, hours, level=level, registered=registered, pauses=(paused := tuple(pauses)))
    step = next_step(anomaly)
    if step is None:
        return Chain(first, None, None)
    reached = next_due(
        booklet, hours, anomaly=anomaly, qualified_at=qualified_at, pauses=paused, business_day=business_day
    )
    return Chain(first, step, reached)


def next_step(anomaly: AnomalyLevel) -> NextStep | None:
    """Return what an anomaly of this level calls for, None for the level without delay."""
    return {AnomalyLevel.BLOCKING: NextStep.ACTION_PLAN, AnomalyLevel.INOPERATIVE: NextStep.FIX_OR_WORKAROUND}.get(
        anomaly
    )


def next_due(
    booklet: Booklet,
    hours: Calendar,
    *,
    anomaly: AnomalyLevel,
    qualified_at: datetime,
    pauses: Iterable[Pause] = (),
    business_day: BusinessDay | None = None,
) -> datetime | None:
    """Return when the second clock of an anomaly ends, None where no delay is owed or a pause is still open."""
    stops = booklet.readings.pause_scope.value is not PauseScope.NO_CLOCK
    paused = tuple(pauses) if stops else ()
    if next_step(anomaly) is None:
        return None
    if anomaly is AnomalyLevel.BLOCKING:
        seconds = booklet.support.action_plan.value * HOUR_S
        return due(hours, qualified_at, seconds=seconds, pauses=paused, at_end=booklet.readings.target_end.value).at
    if any(end is None for _, end in paused):
        return None
    end = business_days_end(
        hours,
        qualified_at,
        days=booklet.support.fix_or_workaround.value,
        business_days=days_that_count(booklet, hours, business_day or booklet.readings.business_day.value),
        pauses=paused,
    )
    return end.due(booklet.readings.business_days_due.value)
