"""Opening hours: a week, what holidays change, dated exceptions; and the seconds they hold, found by bisection."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from livret.booklet.holidays import public_holidays
from livret.booklet.instants import PARIS, zone_of
from livret.booklet.spans import Span
from livret.booklet.timeline import Timeline

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_S = 86_400

Hours = tuple[Span, ...]
ALL_DAY: Hours = ((0, DAY_S),)

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9]))?")


class HolidayRule(StrEnum):
    """What a public holiday does to the hours of its day."""

    CLOSED = "closed"
    OPEN = "open"
    AS_WEEK = "as_week"


class DayKind(StrEnum):
    """Why a day has the hours it has."""

    EXCEPTION = "exception"
    HOLIDAY = "holiday"
    WEEK = "week"


@dataclass(frozen=True)
class Calendar:
    """Opening hours in one time zone.

    week: seven days from Monday, each a sorted tuple of half-open [opens, closes) in seconds of the wall clock.
    exceptions: dated hours that replace everything else on their day, an empty tuple for a closed day.
    On a night when the clock goes back, an hour shown twice and inside the hours is open twice.
    """

    zone: str
    week: tuple[Hours, ...]
    holidays: HolidayRule = HolidayRule.AS_WEEK
    exceptions: tuple[tuple[date, Hours], ...] = ()
    timeline: Timeline = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != len(DAY_NAMES):
            raise ValueError(f"a week has seven days, got {len(self.week)}")
        for hours in (*self.week, *(hours for _, hours in self.exceptions)):
            _require_ordered(hours)
        object.__setattr__(self, "_by_day", dict(self.exceptions))
        object.__setattr__(self, "timeline", Timeline(self.tz, self._day_hours, self._last_year()))

    @property
    def tz(self) -> ZoneInfo:
        return zone_of(self.zone)

    def hours_on(self, day: date) -> tuple[Hours, DayKind]:
        """Return the hours of *day* and why they are so."""
        exceptional: Hours | None = self._by_day.get(day)  # type: ignore[attr-defined]
        if exceptional is not None:
            return exceptional, DayKind.EXCEPTION
        if self.holidays is not HolidayRule.AS_WEEK and day in public_holidays(day.year):
            return (ALL_DAY if self.holidays is HolidayRule.OPEN else ()), DayKind.HOLIDAY
        return self.week[day.weekday()], DayKind.WEEK

    def opens_on(self, day: date) -> bool:
        return bool(self._day_hours(day))

    def closing_of(self, day: date) -> int | None:
        """Return the epoch second at which the last hours of *day* end, None on a closed day."""
        open_spans = self.timeline.spans_of_day(day)
        return open_spans[-1][1] if open_spans else None

    def complement(self) -> Calendar:
        """Return the calendar that is open exactly when this one is closed."""
        swapped = {HolidayRule.CLOSED: HolidayRule.OPEN, HolidayRule.OPEN: HolidayRule.CLOSED}
        return Calendar(
            self.zone,
            tuple(_gaps(hours) for hours in self.week),
            swapped.get(self.holidays, HolidayRule.AS_WEEK),
            tuple((day, _gaps(hours)) for day, hours in self.exceptions),
        )

    def with_exceptions(self, exceptions: Mapping[date, Hours]) -> Calendar:
        """Return the same hours with dated exceptions that replace those of the same days."""
        dated = {**dict(self.exceptions), **exceptions}
        return Calendar(self.zone, self.week, self.holidays, tuple(sorted(dated.items())))

    def as_plain(self) -> dict[str, object]:
        """Return the hours as they are written in a data file, for listings and JSON."""
        plain: dict[str, object] = {
            "zone": self.zone,
            "holidays": self.holidays.value,
            "week": {name: _written(hours) for name, hours in zip(DAY_NAMES, self.week, strict=True) if hours},
        }
        if self.exceptions:
            plain["exceptions"] = {day.isoformat(): _written(hours) for day, hours in self.exceptions}
        return plain

    def _day_hours(self, day: date) -> Hours:
        return self.hours_on(day)[0]

    def _last_year(self) -> int | None:
        """Return the last year that can hold an opening, None when openings never end."""
        if any(self.week) or self.holidays is HolidayRule.OPEN:
            return None
        return max((day.year for day, hours in self.exceptions if hours), default=0)


def calendar(
    week: Mapping[str, object],
    *,
    zone: str = PARIS,
    holidays: HolidayRule = HolidayRule.AS_WEEK,
    exceptions: Mapping[date, object] | None = None,
) -> Calendar:
    """Return the calendar of hours written as ``{"mon": [["09:00", "17:00"]]}``; a day left out is closed.

    "24:00" closes at midnight. Raises ValueError on an unknown day, a bad time, or hours that overlap or run backwards.
    """
    if unknown := set(week) - set(DAY_NAMES):
        raise ValueError(f"unknown day {', '.join(sorted(map(str, unknown)))}; days are {', '.join(DAY_NAMES)}")
    days = tuple(hours_of(week.get(name, ())) for name in DAY_NAMES)
    dated = sorted((day, hours_of(written)) for day, written in (exceptions or {}).items())
    return Calendar(zone, days, holidays, tuple(dated))


def hours_of(written: object) -> Hours:
    """Return hours from pairs of times, ``[["08:30", "12:30"], ["14:00", "18:00"]]``. Raises ValueError."""
    match written:
        case [*pairs]:
            hours = tuple(sorted(_hours_pair(pair) for pair in pairs))
        case _:
            raise ValueError(f"hours are a list of [opens, closes] pairs, got {written!r}")
    _require_ordered(hours)
    return hours


def _hours_pair(written: object) -> Span:
    match written:
        case [opens, closes]:
            return time_of(opens), time_of(closes)
        case _:
            raise ValueError(f"hours are [opens, closes] pairs, got {written!r}")


def time_of(written: object) -> int:
    """Return the seconds since midnight of "HH:MM" or "HH:MM:SS", up to "24:00". Raises ValueError."""
    match = _TIME.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise ValueError(f"a time is written HH:MM, got {written!r}")
    hour, minute, second = (int(part or 0) for part in match.groups())
    seconds = hour * 3600 + minute * 60 + second
    if seconds > DAY_S:
        raise ValueError(f"a day ends at 24:00, got {written!r}")
    return seconds


def _require_ordered(hours: Hours) -> None:
    previous = 0
    for opens, closes in hours:
        if not previous <= opens < closes <= DAY_S:
            raise ValueError(
                f"hours must follow one another within a day, got {_written(hours)}; "
                "split hours that cross midnight at 24:00"
            )
        previous = closes


def _gaps(hours: Hours) -> Hours:
    edges = [0, *(second for pair in hours for second in pair), DAY_S]
    return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def _written(hours: Hours) -> list[list[str]]:
    return [[_clock(opens), _clock(closes)] for opens, closes in hours]


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{second:02}" if second else "")
