"""Why this hour: the stretches of time that were counted and those that were not, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from livret.booklet.calendar import Calendar, DayKind
from livret.booklet.holidays import public_holidays
from livret.booklet.instants import instant_of, midnight
from livret.booklet.spans import Span, clipped, common, without


class Why(StrEnum):
    """The reason why a stretch was counted or not."""

    OPEN = "open"
    PAUSE = "pause"
    CLOSED = "closed"
    CLOSED_DAY = "closed_day"
    EXCEPTION = "exception"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [start, end); seconds is its length; only OPEN ones are counted. holiday: key of a public holiday."""

    start: datetime
    end: datetime
    seconds: int
    why: Why
    holiday: str | None = None

    @property
    def is_counted(self) -> bool:
        return self.why is Why.OPEN


def working(calendar: Calendar, start: int, end: int, pauses: Sequence[Span] = ()) -> tuple[Segment, ...]:
    """Return the stretches that tile [start, end) in epoch seconds, in order, neighbours of one reason joined.

    pauses: sorted and disjoint.
    """
    opened, paused = calendar.timeline.spans(start, end), clipped(pauses, start, end)
    reasons = [
        *((span, Why.OPEN, None) for span in without(opened, paused)),
        *((span, Why.PAUSE, None) for span in common(opened, paused)),
        *_closed(calendar, without([(start, end)], opened) if start < end else []),
    ]
    tz = calendar.tz
    return tuple(
        Segment(instant_of(a, tz), instant_of(b, tz), b - a, why, holiday)
        for (a, b), why, holiday in _joined(sorted(reasons, key=lambda reason: reason[0]))
    )


_Reason = tuple[Span, Why, str | None]


def _closed(calendar: Calendar, spans: Iterable[Span]) -> Iterator[_Reason]:
    for start, end in spans:
        cursor = start
        while cursor < end:
            day = instant_of(cursor, calendar.tz).date()
            following = min(end, midnight(day + timedelta(days=1), calendar.tz))
            hours, kind = calendar.hours_on(day)
            if kind is DayKind.HOLIDAY:
                yield (cursor, following), Why.HOLIDAY, public_holidays(day.year)[day].key
            elif kind is DayKind.EXCEPTION:
                yield (cursor, following), Why.EXCEPTION, None
            else:
                yield (cursor, following), Why.CLOSED if hours else Why.CLOSED_DAY, None
            cursor = following


def _joined(reasons: Iterable[_Reason]) -> list[_Reason]:
    joined: list[_Reason] = []
    for span, why, holiday in reasons:
        if joined and joined[-1][1:] == (why, holiday) and joined[-1][0][1] == span[0]:
            joined[-1] = ((joined[-1][0][0], span[1]), why, holiday)
        else:
            joined.append((span, why, holiday))
    return joined
