"""Entry numbers: a continuous sequence, over the whole file or within each journal.

Source: LPF, art. A47 A-1, VII, 3; BOI-CF-IOR-60-40-20 (one sequence per journal is accepted, a gap is explained).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date

from .catalogue import Findings
from .entries import Entry

RANGES = 200_000  # Ranges of numbers remembered over all series of one kind.

_NUMBER = re.compile(r"(.*?)([0-9]{1,18})", re.ASCII | re.DOTALL)


class Ranges:
    """Numbers seen, kept as ranges, with the line of the lowest number of each."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._lines: list[int] = []

    def __len__(self) -> int:
        return len(self._starts)

    def follows(self, number: int) -> bool:
        """Add *number* when it comes right after the highest one, as most do; tell whether it did."""
        if not self._ends or self._ends[-1] != number - 1:
            return False
        self._ends[-1] = number
        return True

    def add(self, number: int, line: int) -> bool:
        """Add *number*; return False when it was there."""
        after = bisect_right(self._starts, number)
        if after and number <= self._ends[after - 1]:
            return False
        follows = after > 0 and self._ends[after - 1] == number - 1
        precedes = after < len(self._starts) and self._starts[after] == number + 1
        if follows and precedes:
            self._ends[after - 1] = self._ends.pop(after)
            del self._starts[after], self._lines[after]
        elif follows:
            self._ends[after - 1] = number
        elif precedes:
            self._starts[after], self._lines[after] = number, line
        else:
            self._insert(after, number, line)
        return True

    def _insert(self, place: int, number: int, line: int) -> None:
        self._starts.insert(place, number)
        self._ends.insert(place, number)
        self._lines.insert(place, line)

    def gaps(self) -> Iterator[tuple[int, int, int]]:
        """Yield (last number before, first number after, its line) of each gap."""
        yield from zip(self._ends, self._starts[1:], self._lines[1:], strict=False)

    def missing(self) -> int:
        return sum(after - before - 1 for before, after, _ in self.gaps())


class Series:
    """Ranges by key, bounded: beyond the limit nothing more is added and `is_full` says so."""

    def __init__(self) -> None:
        self.ranges: dict[tuple[str, str], Ranges] = {}
        self.is_full = False
        self._count = 0

    def add(self, key: tuple[str, str], number: int, line: int) -> bool:
        """Add *number* to the series *key*; return False when it was there. A full series answers True."""
        if self.is_full:
            return True
        ranges = self.ranges.get(key)
        if ranges is not None and ranges.follows(number):
            return True
        if ranges is None:
            ranges = self.ranges[key] = Ranges()
        before = len(ranges)
        is_new = ranges.add(number, line)
        self._count += len(ranges) - before
        self.is_full = self._count > RANGES
        return is_new

    def missing(self) -> int:
        return sum(ranges.missing() for ranges in self.ranges.values())


class NumberingCheck:
    """Continuity, uniqueness and chronology of the numbers.

    Numbers run over the file when no two journals share one and that leaves fewer missing; within each journal
    otherwise. What precedes the last digits of a number (AC00012, VE/2024/12) is part of its series.
    """

    def __init__(self, findings: Findings) -> None:
        self._is_gathered = True
        self._findings = findings
        self._global = Series()
        self._by_journal = Series()
        self._is_shared = False
        self._last: dict[tuple[str, str], tuple[int, date]] = {}

    @property
    def is_gathered(self) -> bool:
        """Whether no journal and number came a second time, apart from the first; False too when this is not known."""
        return self._is_gathered and not self._by_journal.is_full

    def feed(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if not (entry.number and entry.journal):
                self._is_gathered = False
            if entry.number:
                self._add(entry)

    def _add(self, entry: Entry) -> None:
        found = _NUMBER.fullmatch(entry.number)
        if found is None:
            self._is_gathered = False
            self._findings.add("number-unread", line=entry.line, column="EcritureNum", number=entry.number)
            return
        prefix, number = found[1], int(found[2])
        is_new = self._by_journal.add((entry.journal, prefix), number, entry.line)
        is_new_in_file = self._global.add(("", prefix), number, entry.line)
        self._is_shared |= is_new and not is_new_in_file
        if not is_new:
            self._is_gathered = False
            values = {"journal": entry.journal, "number": entry.number}
            self._findings.add("number-reused", line=entry.line, column="EcritureNum", **values)
        elif entry.first_on:
            self._check_chronology(entry, (entry.journal, prefix), number, entry.first_on)

    def _check_chronology(self, entry: Entry, series: tuple[str, str], number: int, day: date) -> None:
        last = self._last.get(series)
        if last and number > last[0] and day < last[1]:
            values = {"number": entry.number, "value": day, "before": last[1]}
            self._findings.add("number-chronology", line=entry.line, column="EcritureDate", **values)
        if last or len(self._last) < RANGES:
            self._last[series] = (number, day)

    def finish(self) -> None:
        if self._by_journal.is_full:
            self._findings.add("check-abandoned", check="number-gap", at="-")
            return
        for (journal, prefix), ranges in self._chosen().ranges.items():
            for before, after, line in ranges.gaps():
                self._findings.add(
                    "number-gap",
                    line=line,
                    column="EcritureNum",
                    before=f"{prefix}{before}",
                    after=f"{prefix}{after}",
                    where=f" ({journal})" if journal else "",
                    count=after - before - 1,
                )

    def _chosen(self) -> Series:
        if self._is_shared or self._global.is_full:
            return self._by_journal
        return min(self._global, self._by_journal, key=Series.missing)
