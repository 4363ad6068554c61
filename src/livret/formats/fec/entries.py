"""Entries: consecutive lines of one journal and number, their balance, dates and order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate, chain
from operator import ne, sub
from typing import NamedTuple

from livret.kernel.money import euros_of

from .catalogue import Findings
from .reader import Batch

OPEN_ENTRIES = 300_000  # Entries not yet balanced that are remembered at once.
JOURNALS = 10_000


class Entry(NamedTuple):
    """Consecutive lines of one journal and number. Cents; is_readable: every amount could be read."""

    journal: str
    number: str
    line: int
    first_on: date | None
    last_on: date | None
    validated_on: date | None
    debit: int
    credit: int
    is_readable: bool


class Entries:
    """Groups batches of lines into entries, across the bounds of batches."""

    def __init__(self) -> None:
        self._key: tuple[str, str] | None = None
        self._pending: Entry | None = None

    def feed(self, batch: Batch) -> list[Entry]:
        """Return the entries that ended within *batch*."""
        keys = list(zip(batch.texts["JournalCode"], batch.texts["EcritureNum"], strict=True))
        starts = [row for row, begins in enumerate(map(ne, chain((self._key,), keys), keys)) if begins]
        self._key = keys[-1]
        first = starts[0] if starts else len(keys)
        if first and self._pending:
            self._pending = _joined(self._pending, _entry(batch, 0, first))
        if not starts:
            return []
        found = list(_entries(batch, starts))
        ended = [self._pending, *found[:-1]] if self._pending else found[:-1]
        self._pending = found[-1]
        return ended

    def finish(self) -> list[Entry]:
        """Return the last entry of the file."""
        return [self._pending] if self._pending else []


def _entries(batch: Batch, starts: Sequence[int]) -> Iterator[Entry]:
    """Yield the entries of *batch* that begin on the rows *starts*, up to its end."""
    ends = [*starts[1:], len(batch.numbers)]
    days = batch.days["EcritureDate"]
    turns = {row for row, turned in enumerate(map(ne, days, days[1:]), start=1) if turned}
    if batch.unreadable or None in days or not turns.issubset(starts):
        return map(_entry, [batch] * len(starts), starts, ends)
    columns = (
        batch.texts["JournalCode"], batch.texts["EcritureNum"], batch.numbers, days, days, batch.days["ValidDate"]
    )  # fmt: skip
    heads = [[column[row] for row in starts] for column in columns]
    return map(
        Entry, *heads, *(_sums(side, starts, ends) for side in (batch.debits, batch.credits)), [True] * len(ends)
    )


def _sums(cents: Sequence[int], starts: Iterable[int], ends: Iterable[int]) -> Iterator[int]:
    total = list(accumulate(cents, initial=0))
    return map(sub, map(total.__getitem__, ends), map(total.__getitem__, starts))


def _entry(batch: Batch, start: int, stop: int) -> Entry:
    days = set(batch.days["EcritureDate"][start:stop])
    days.discard(None)
    known = [day for day in days if day]
    return Entry(
        batch.texts["JournalCode"][start],
        batch.texts["EcritureNum"][start],
        batch.numbers[start],
        min(known, default=None),
        max(known, default=None),
        batch.days["ValidDate"][start],
        sum(batch.debits[start:stop]),
        sum(batch.credits[start:stop]),
        not batch.unreadable or batch.unreadable.isdisjoint(range(start, stop)),
    )


def _joined(head: Entry, tail: Entry) -> Entry:
    days = [day for day in (head.first_on, head.last_on, tail.first_on, tail.last_on) if day]
    return head._replace(
        first_on=min(days, default=None),
        last_on=max(days, default=None),
        validated_on=head.validated_on or tail.validated_on,
        debit=head.debit + tail.debit,
        credit=head.credit + tail.credit,
        is_readable=head.is_readable and tail.is_readable,
    )


class BalanceCheck:
    """Debit equals credit in each entry, wherever its lines stand. Only entries out of balance are remembered."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: dict[tuple[str, str], tuple[int, int]] = {}
        self._unreadable: set[tuple[str, str]] = set()
        self._is_abandoned = False

    def feed(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if not entry.is_readable and len(self._unreadable) < OPEN_ENTRIES:
                self._unreadable.add((entry.journal, entry.number))
            elif entry.debit != entry.credit and entry.number and not self._is_abandoned:
                self._remember(entry)

    def _remember(self, entry: Entry) -> None:
        key = (entry.journal, entry.number)
        line, difference = self._open.pop(key, (entry.line, 0))
        difference += entry.debit - entry.credit
        if difference:
            self._open[key] = (line, difference)
        if len(self._open) > OPEN_ENTRIES:
            self._is_abandoned = True
            self._open.clear()
            self._findings.add("check-abandoned", line=entry.line, check="entry-unbalanced", at=entry.line)

    def finish(self) -> None:
        for (journal, number), (line, difference) in sorted(self._open.items(), key=lambda item: item[1]):
            if (journal, number) not in self._unreadable:
                self._findings.add(
                    "entry-unbalanced",
                    line=line,
                    column="Debit" if difference > 0 else "Credit",
                    journal=journal,
                    number=number,
                    difference=euros_of(difference),
                )


class OrderCheck:
    """One date per entry, and entries in the order of their validation within a journal."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._validated: dict[str, date] = {}

    def feed(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if entry.first_on != entry.last_on:
                self._findings.add("entry-dates", line=entry.line, column="EcritureDate", **_several_dates(entry))
            if entry.validated_on:
                self._check_validation(entry, entry.validated_on)

    def _check_validation(self, entry: Entry, validated_on: date) -> None:
        before = self._validated.get(entry.journal)
        if before and validated_on < before:
            self._findings.add(
                "validation-order",
                line=entry.line,
                column="ValidDate",
                journal=entry.journal,
                number=entry.number,
                value=validated_on,
                before=before,
            )
        if before or len(self._validated) < JOURNALS:
            self._validated[entry.journal] = validated_on


def _several_dates(entry: Entry) -> dict[str, object]:
    return {"journal": entry.journal, "number": entry.number, "first": entry.first_on, "last": entry.last_on}
