"""Business time: when a target falls due, how much of it is consumed, and the working that shows why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from livret.booklet.calendar import Calendar
from livret.booklet.instants import LATEST, at_wall_time, instant_of, local_date, midnight, seconds_of
from livret.booklet.readings import BusinessDaysDue, TargetEnd
from livret.booklet.spans import Span, clipped, merged, without
from livret.booklet.working import Segment, working

Pause = tuple[datetime, datetime | None]
HOUR_S = 3600

_LONGEST_DAYS = 10_000
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a target falls due.

    at: None when a pause is still open or the calendar never opens long enough; remaining_s is then what is left to
    consume, and None otherwise.
    """

    at: datetime | None
    remaining_s: int | None
    calendar: Calendar
    start: datetime
    pauses: tuple[Span, ...]

    def working(self, *, until: datetime | None = None) -> tuple[Segment, ...]:
        """Return every stretch between the start and the due instant, or *until* when nothing is due."""
        end = self.at or until
        return () if end is None else working(self.calendar, seconds_of(self.start), seconds_of(end), self.pauses)


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a calendar is open at an instant, and when it is open next (that instant itself when open)."""

    is_open: bool
    next_open_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target judged on the working seconds consumed, which no closing or opening hour can blur."""

    elapsed_s: int
    is_met: bool
    overrun_s: int


@dataclass(frozen=True, slots=True)
class CriticalityDue:
    """The due instants of a request whose level changed, in both readings.

    breached_before_a_change_at: the due instant of the first level whose target was already overrun when it changed.
    """

    final_level: str
    due_from_registration: Due
    due_restart_at_change: Due
    is_past_at_last_change: bool
    breached_before_a_change_at: datetime | None


@dataclass(frozen=True, slots=True)
class BusinessDaysEnd:
    """The last day of a target in business days, and the instant it ends in each reading."""

    day: date
    end_of_opening: datetime
    end_of_day: datetime
    same_time: datetime
    as_8h_days: datetime | None

    def due(self, reading: BusinessDaysDue) -> datetime | None:
        ends = {
            BusinessDaysDue.END_OF_OPENING: self.end_of_opening,
            BusinessDaysDue.END_OF_DAY: self.end_of_day,
            BusinessDaysDue.SAME_TIME: self.same_time,
            BusinessDaysDue.AS_8H_DAYS: self.as_8h_days,
        }
        return ends[reading]


def due(
    calendar: Calendar,
    start: datetime,
    *,
    seconds: int,
    pauses: Iterable[Pause] = (),
    at_end: TargetEnd = TargetEnd.CLOSING,
) -> Due:
    """Return when *seconds* open, unpaused seconds have passed since *start*.

    A target that ends with an opening is due at closing, or at the next opening when *at_end* says so; a target of
    zero is due at *start*. Overlapping pauses count once; a pause without end leaves nothing due unless the target
    was consumed before it.
    Raises ValueError on a negative target, an instant without zone, a pause that runs backwards.
    """
    if seconds < 0:
        raise ValueError(f"a target cannot be negative, got {seconds} s")
    begin, paused = seconds_of(start), _paused_spans(pauses)
    reached, left = _consume(calendar, begin, seconds, paused)
    if reached is not None and at_end is TargetEnd.NEXT_OPENING:
        reached = _next_running(calendar, reached, paused)
    at = None if reached is None else instant_of(reached, calendar.tz)
    return Due(at, None if at else left, calendar, start, tuple(paused))


def elapsed(calendar: Calendar, start: datetime, end: datetime, *, pauses: Iterable[Pause] = ()) -> int:
    """Return the open, unpaused seconds in [start, end); zero when it ends before it starts."""
    begin, finish = seconds_of(start), seconds_of(end)
    runs = _running(begin, _paused_spans(pauses))
    return sum(calendar.timeline.open_seconds(a, min(b, finish)) for a, b in runs if a < finish)


def opening(calendar: Calendar, at: datetime) -> Opening:
    """Return whether *calendar* is open and when it is open next, None when it never is again."""
    following = calendar.timeline.next_open(seconds_of(at))
    return Opening(
        calendar.timeline.is_open(seconds_of(at)), None if following is None else instant_of(following, calendar.tz)
    )


def verdict(
    calendar: Calendar, registered: datetime, taken_at: datetime, *, target_s: int, pauses: Iterable[Pause] = ()
) -> Verdict:
    """Return whether a target in seconds was kept between *registered* and *taken_at*. Raises ValueError below zero."""
    if target_s < 0:
        raise ValueError(f"a target cannot be negative, got {target_s} s")
    consumed = elapsed(calendar, registered, taken_at, pauses=pauses)
    return Verdict(consumed, consumed <= target_s, max(consumed - target_s, 0))


def criticality_due(
    calendar: Calendar,
    registered: datetime,
    *,
    initial: str,
    changes: Iterable[tuple[datetime, str]],
    targets_s: Mapping[str, int],
    pauses: Sequence[Pause] = (),
) -> CriticalityDue:
    """Return when a request falls due whose level changed, counted from registration and from the last change.

    Raises ValueError on a level without a target.
    """
    ordered = sorted(changes, key=lambda change: seconds_of(change[0]))
    levels = [initial, *(level for _, level in ordered)]
    if unknown := set(levels) - targets_s.keys():
        raise ValueError(f"no target for level {', '.join(sorted(unknown))}; known: {', '.join(sorted(targets_s))}")

    def overrun(level: str, at: datetime) -> bool:
        return not verdict(calendar, registered, at, target_s=targets_s[level], pauses=pauses).is_met

    def from_registration(level: str) -> Due:
        return due(calendar, registered, seconds=targets_s[level], pauses=pauses)

    final, last_change = levels[-1], ordered[-1][0] if ordered else registered
    breached = [level for (at, _), level in zip(ordered, levels, strict=False) if overrun(level, at)]
    return CriticalityDue(
        final,
        from_registration(final),
        due(calendar, last_change, seconds=targets_s[final], pauses=pauses),
        overrun(final, last_change),
        from_registration(breached[0]).at if breached else None,
    )


def business_days_end(
    calendar: Calendar, start: datetime, *, days: int, business_days: Calendar, pauses: Iterable[Pause] = ()
) -> BusinessDaysEnd:
    """Return the *days*-th business day after *start*, whose own day does not count, and its ends.

    pauses: a business day whose whole opening is paused does not count; a pause over a part of it changes nothing.

    calendar: the opening hours. business_days: a calendar open on the days that count; *calendar* itself under the
    reading that counts the days which really open.
    A business day on which the hours are exceptionally closed ends with the last closing before it.
    Raises ValueError when *days* is not 1 to 10,000, no such day exists, or a pause has no end.
    Source: code de procédure civile, art. 641, al. 1, for the first day; the ends are readings.
    """
    if not 1 <= days <= _LONGEST_DAYS:
        raise ValueError(f"a number of business days goes from 1 to {_LONGEST_DAYS}, got {days}")
    tz, first = calendar.tz, local_date(start, calendar.tz)
    paused = _paused_spans(pauses)
    if paused and paused[-1][1] >= LATEST:
        raise ValueError("no business day can be the last one while a pause has no end")
    day = _nth_business_day(business_days, first, days, lambda day: _is_paused(calendar, day, paused))
    return BusinessDaysEnd(
        day,
        instant_of(_last_closing(calendar, day, first), tz),
        instant_of(midnight(day + _ONE_DAY, tz), tz),
        at_wall_time(day, instant_of(seconds_of(start), tz), tz),
        due(calendar, start, seconds=days * 8 * HOUR_S, pauses=_instants(paused, tz)).at,
    )


def _instants(spans: Iterable[Span], tz: ZoneInfo) -> list[Pause]:
    return [(instant_of(start, tz), instant_of(end, tz)) for start, end in spans]


def _is_paused(calendar: Calendar, day: date, paused: Sequence[Span]) -> bool:
    """Tell whether pauses cover the whole opening of *day*; a day without opening is never paused."""
    begin, end = midnight(day, calendar.tz), midnight(day + _ONE_DAY, calendar.tz)
    opened = calendar.timeline.spans(begin, end)
    return bool(paused and opened) and not without(opened, clipped(paused, begin, end))


def _nth_business_day(
    business_days: Calendar, first: date, days: int, is_paused: Callable[[date], bool] = lambda _day: False
) -> date:
    last = date(min(first.year + days // 50 + 10, instant_of(LATEST, business_days.tz).year), 12, 31)
    day, left = first, days
    while left:
        day += _ONE_DAY
        if day > last:
            raise ValueError(f"the calendar holds fewer than {days} business days between {first} and {last}")
        left -= business_days.opens_on(day) and not is_paused(day)
    return day


def _last_closing(calendar: Calendar, day: date, first: date) -> int:
    """Return the closing of *day*, or of the nearest open day before it, else the end of *day* itself."""
    for back in range((day - first).days):
        closing = calendar.closing_of(day - timedelta(days=back))
        if closing is not None:
            return closing
    return midnight(day + _ONE_DAY, calendar.tz)


def _consume(calendar: Calendar, begin: int, seconds: int, paused: Sequence[Span]) -> tuple[int | None, int]:
    """Return the second by which a target is consumed, or None with what is left of it."""
    if seconds == 0:
        return begin, 0
    left = seconds
    for start, end in _running(begin, paused):
        if end >= LATEST:
            reached = calendar.timeline.advance(start, left)
            return reached, left if reached is not None else left - calendar.timeline.open_seconds_left(start)
        available = calendar.timeline.open_seconds(start, end)
        if left <= available:
            return calendar.timeline.advance(start, left), 0
        left -= available
    return None, left


def _running(begin: int, paused: Sequence[Span]) -> Iterator[Span]:
    """Yield the stretches after *begin* that no pause covers; the last one ends with time itself."""
    cursor = begin
    for start, end in paused:
        if cursor < start:
            yield cursor, start
        cursor = max(cursor, end)
    if cursor < LATEST:
        yield cursor, LATEST


def _next_running(calendar: Calendar, second: int, paused: Sequence[Span]) -> int | None:
    for start, end in _running(second, paused):
        following = calendar.timeline.next_open(start)
        if following is not None and following < end:
            return following
    return None


def _paused_spans(pauses: Iterable[Pause]) -> list[Span]:
    spans: list[Span] = []
    for start, end in pauses:
        span = seconds_of(start), LATEST if end is None else seconds_of(end)
        if span[1] < span[0]:
            raise ValueError(f"a pause cannot end at {end}, before it begins at {start}")
        spans.append(span)
    return merged(spans)
