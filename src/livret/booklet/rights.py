"""The right to free questions of use: learning phase, certificate, and the wait after a failed exam."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from livret.booklet.instants import PARIS, at_wall_time, instant_of, midnight, seconds_of, zone_of
from livret.booklet.packs import last_usable_day
from livret.booklet.readings import LastDay, MajorUpdateGrace, RetryFrom

_DAY_S = 86_400
_MOST_DAYS = 10_000


@dataclass(frozen=True, slots=True)
class LearningPhase:
    """The days during which questions are free, and the instant from which they no longer are."""

    last_day: date
    blocked_from: datetime


def learning_phase(
    assigned_on: date, *, months: int, reading: LastDay = LastDay.INCLUDED, zone: str = PARIS
) -> LearningPhase:
    """Return the learning phase that an assignment opens. Source: clause C-15."""
    last_day = last_usable_day(assigned_on, months=months, reading=reading)
    tz = zone_of(zone)
    return LearningPhase(last_day, instant_of(midnight(last_day + timedelta(days=1), tz), tz))


class RightReason(StrEnum):
    """Why a person may, or may not, ask questions of use free of charge."""

    CERTIFIED = "certified"
    LEARNING_PHASE = "learning phase"
    OUTDATED = "certification outdated by a major update"
    NOT_CERTIFIED = "learning phase over, not certified"
    NOT_ASSIGNED = "no functional area assigned yet"


@dataclass(frozen=True, slots=True)
class QuestionRight:
    """The right on one day. may_ask_with_new_phase: the other reading, where a major update opens a new phase."""

    may_ask: bool
    reason: RightReason
    has_valid_certificate: bool
    is_in_learning_phase: bool
    learning_phase_last_day: date
    may_ask_with_new_phase: bool


def question_right(
    today: date,
    *,
    assigned_on: date,
    certified_on: Iterable[date],
    major_updates_on: Iterable[date],
    months: int,
    grace: MajorUpdateGrace = MajorUpdateGrace.NONE,
    reading: LastDay = LastDay.INCLUDED,
) -> QuestionRight:
    """Return whether a person may ask questions of use free of charge on *today*.

    A certificate of the very day of a major update is on the new version and stays valid; another ends at once.
    Source: clause C-15; what follows for the right after a major update is the reading *grace*.
    """
    last_day = last_usable_day(assigned_on, months=months, reading=reading)
    certificate = max((day for day in certified_on if day <= today), default=None)
    ending = [day for day in major_updates_on if certificate is not None and certificate < day <= today]
    is_certified = certificate is not None and not ending
    is_learning = assigned_on <= today <= last_day
    is_in_new_phase = any(today <= last_usable_day(day, months=months, reading=reading) for day in ending)
    by_the_text = is_certified or is_learning
    may_ask = by_the_text or (is_in_new_phase and grace is MajorUpdateGrace.NEW_LEARNING_PHASE)
    reason = _reason(is_certified, may_ask, is_outdated=bool(ending), is_assigned=assigned_on <= today)
    return QuestionRight(may_ask, reason, is_certified, is_learning, last_day, by_the_text or is_in_new_phase)


def _reason(is_certified: bool, may_ask: bool, *, is_outdated: bool, is_assigned: bool) -> RightReason:
    if is_certified:
        return RightReason.CERTIFIED
    if may_ask:
        return RightReason.LEARNING_PHASE
    if is_outdated:
        return RightReason.OUTDATED
    return RightReason.NOT_CERTIFIED if is_assigned else RightReason.NOT_ASSIGNED


@dataclass(frozen=True, slots=True)
class Retry:
    """When an exam may be taken again, in each reading."""

    same_local_time: datetime
    hours: datetime
    full_days: datetime

    def allowed_from(self, reading: RetryFrom) -> datetime:
        readings = {
            RetryFrom.SAME_LOCAL_TIME: self.same_local_time,
            RetryFrom.HOURS: self.hours,
            RetryFrom.FULL_DAYS: self.full_days,
        }
        return readings[reading]


def retry(failed_at: datetime, *, days: int, zone: str = PARIS) -> Retry:
    """Return when an exam failed at *failed_at* may be taken again after *days* days.

    Raises ValueError on an instant without zone or a wait outside 0 to 10,000 days. Source: clause C-15.
    """
    if not 0 <= days <= _MOST_DAYS:
        raise ValueError(f"a wait goes from 0 to {_MOST_DAYS} days, got {days}")
    tz: ZoneInfo = zone_of(zone)
    second = seconds_of(failed_at)
    local = instant_of(second, tz)
    day = local.date() + timedelta(days=days)
    return Retry(
        local if days == 0 else at_wall_time(day, local, tz),
        instant_of(second + days * _DAY_S, tz),
        instant_of(midnight(day + timedelta(days=1), tz), tz),
    )
