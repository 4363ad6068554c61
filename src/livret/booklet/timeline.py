"""The open seconds of a calendar as one sorted table of spans, grown by whole years when a question needs them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from threading import Lock
from zoneinfo import ZoneInfo

from livret.booklet.instants import FIRST_YEAR, LAST_YEAR, instant_of, midnight
from livret.booklet.spans import Span, merged

_DAY_S = 86_400
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Table:
    """Open spans of whole years. before[i]: open seconds of the table before span i; its last item is the total."""

    first_year: int
    last_year: int
    start: int
    end: int
    opens: list[int]
    closes: list[int]
    before: list[int]

    def count_until(self, second: int) -> int:
        """Return the open seconds of the table before *second*."""
        i = bisect_right(self.opens, second) - 1
        return self.before[i] + min(second, self.closes[i]) - self.opens[i] if i >= 0 else 0


class Timeline:
    """Answers about open time in O(log n). Instants are epoch seconds; tables are never changed, only replaced."""

    def __init__(self, tz: ZoneInfo, hours_of_day: Callable[[date], tuple[Span, ...]], last_year: int | None) -> None:
        self._tz = tz
        self._hours_of_day = hours_of_day
        self._last_year = min(LAST_YEAR, last_year or FIRST_YEAR) if last_year is not None else LAST_YEAR
        self._lock = Lock()
        self._table: _Table | None = None

    def open_seconds(self, start: int, end: int) -> int:
        """Return the open seconds in [start, end), zero when it ends before it starts."""
        if end <= start:
            return 0
        table = self._covering(start, end)
        return table.count_until(end) - table.count_until(start)

    def advance(self, start: int, seconds: int) -> int | None:
        """Return the earliest instant by which *seconds* open seconds have passed since *start*.

        That is the closing instant when they are the last of an opening. None when the calendar never holds so many.
        """
        if seconds <= 0:
            return start
        table = self._covering(start, start)
        target = table.count_until(start) + seconds
        while target > table.before[-1]:
            if table.last_year >= self._last_year:
                return None
            table = self._widened(table.first_year, table.last_year + (table.last_year - table.first_year + 1))
            target = table.count_until(start) + seconds
        i = bisect_left(table.before, target) - 1
        return table.opens[i] + target - table.before[i]

    def open_seconds_left(self, start: int) -> int:
        """Return the open seconds from *start* to the last day on which this calendar can open."""
        return self.open_seconds(start, midnight(date(self._last_year, 12, 31), self._tz) + _DAY_S)

    def retreat(self, end: int, seconds: int) -> int | None:
        """Return the latest instant from which *seconds* open seconds still pass before *end*, None if none does."""
        if seconds <= 0:
            return end
        table = self._covering(end, end)
        target = table.count_until(end) - seconds
        while target < 0:
            if table.first_year <= FIRST_YEAR:
                return None
            table = self._widened(table.first_year - (table.last_year - table.first_year + 1), table.last_year)
            target = table.count_until(end) - seconds
        i = bisect_right(table.before, target) - 1
        return table.opens[i] + target - table.before[i]

    def is_open(self, second: int) -> bool:
        table = self._covering(second, second + 1)
        i = bisect_right(table.opens, second) - 1
        return i >= 0 and second < table.closes[i]

    def next_open(self, second: int) -> int | None:
        """Return the first open instant at or after *second*, None when there is none."""
        if self.is_open(second):
            return second
        reached = self.advance(second, 1)
        return None if reached is None else reached - 1

    def spans(self, start: int, end: int) -> list[Span]:
        """Return the open spans inside [start, end), those that touch joined into one."""
        if end <= start:
            return []
        table = self._covering(start, end)
        first = max(bisect_right(table.opens, start) - 1, 0)
        last = bisect_left(table.opens, end)
        inside = zip(table.opens[first:last], table.closes[first:last], strict=True)
        return [(max(a, start), min(b, end)) for a, b in inside if b > start]

    def spans_of_day(self, day: date) -> list[Span]:
        """Return the open spans of one local day, in instants."""
        return _open_spans(
            self._hours_of_day(day), midnight(day, self._tz), midnight(day + _ONE_DAY, self._tz), self._tz
        )

    def _covering(self, start: int, end: int) -> _Table:
        table = self._table
        if table is not None and table.start <= start and end <= table.end:
            return table
        first_year, last_year = instant_of(start, self._tz).year, instant_of(max(end - 1, start), self._tz).year
        if first_year < FIRST_YEAR or last_year > LAST_YEAR:
            raise ValueError(
                f"opening hours are known from {FIRST_YEAR} to {LAST_YEAR}, got {first_year} to {last_year}"
            )
        return self._widened(first_year, last_year)

    def _widened(self, first_year: int, last_year: int) -> _Table:
        with self._lock:
            known = self._table
            if known is not None:
                first_year, last_year = min(first_year, known.first_year), max(last_year, known.last_year)
            self._table = self._build(max(first_year, FIRST_YEAR), min(last_year, LAST_YEAR), known)
            return self._table

    def _build(self, first_year: int, last_year: int, known: _Table | None) -> _Table:
        """Return the table of these years, the spans of a *known* narrower one taken over."""
        if known is None:
            spans = self._years(first_year, last_year)
        else:
            middle = list(zip(known.opens, known.closes, strict=True))
            before = self._years(first_year, known.first_year - 1)
            spans = merged(before + middle + self._years(known.last_year + 1, last_year))
        return _Table(
            first_year,
            last_year,
            midnight(date(first_year, 1, 1), self._tz),
            midnight(date(last_year + 1, 1, 1), self._tz),
            [opens for opens, _ in spans],
            [closes for _, closes in spans],
            [0, *accumulate(closes - opens for opens, closes in spans)],
        )

    def _years(self, first_year: int, last_year: int) -> list[Span]:
        day, end = date(first_year, 1, 1), date(last_year + 1, 1, 1)
        found: list[Span] = []
        day_start = midnight(day, self._tz)
        while day < end:
            day_end = midnight(day + _ONE_DAY, self._tz)
            if hours := self._hours_of_day(day):
                found += _open_spans(hours, day_start, day_end, self._tz)
            day, day_start = day + _ONE_DAY, day_end
        return merged(found)


def _open_spans(hours: tuple[Span, ...], day_start: int, day_end: int, tz: ZoneInfo) -> list[Span]:
    """Return the instants of a local day whose wall clock stands inside *hours*."""
    if day_end - day_start == _DAY_S:
        return [(day_start + opens, day_start + closes) for opens, closes in hours]
    return [
        (start + max(opens, wall) - wall, start + min(closes, wall + end - start) - wall)
        for start, end, wall in _steady_pieces(day_start, day_end, tz)
        for opens, closes in hours
        if max(opens, wall) < min(closes, wall + end - start)
    ]


def _steady_pieces(day_start: int, day_end: int, tz: ZoneInfo) -> list[tuple[int, int, int]]:
    """Return (start, end, wall seconds at start) for the parts of a day before and after its clock change."""
    change = bisect_left(
        range(day_start, day_end), True, key=lambda second: _offset(second, tz) != _offset(day_start, tz)
    )
    first = (day_start, day_start + change, _wall(day_start, tz))
    return [first, (first[1], day_end, _wall(first[1], tz))] if first[1] < day_end else [first]


def _offset(second: int, tz: ZoneInfo) -> timedelta | None:
    return instant_of(second, tz).utcoffset()


def _wall(second: int, tz: ZoneInfo) -> int:
    wall = instant_of(second, tz)
    return wall.hour * 3600 + wall.minute * 60 + wall.second
