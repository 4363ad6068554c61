"""The lines of a FEC as rows ready to be copied into the tables of the ledger, some thousands of entries at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from threading import Event

from livret.formats.fec import Findings, Readable
from livret.formats.fec.reader import Batch, Reader
from livret.suite.finance.services.limits import fits
from livret.suite.finance.services.rows import Chunk, Fixed, Missing, Names, Rows

CHUNK_LINES, NAMED_TOGETHER = 40_000, 20_000


class Unfit(Exception):
    """A line cannot enter the books; `merging.obstacles` tells which and why."""


def chunks(
    stream: Readable, names: Names, fixed: Fixed, *, first: date, last: date, lines: int = CHUNK_LINES
) -> Iterator[Chunk | Missing | Event]:
    """Yield the entries of the FEC in *stream*, at least *lines* lines at a time, and well before them what they miss.

    An event is to be waited for before the next item is asked: what was missed must have been given. What the lines
    after next miss is told before that, so that the database has time.

    Consecutive lines of one journal and number are an entry; its label and document are those of its first line.
    Memory holds two chunks, and the names of journals, accounts and auxiliaries. Raises Unfit on a line dated outside
    *first* to *last* or with a value too long.
    """
    rows = Rows(names, fixed)
    told: tuple[list[Batch], Missing] | None = None
    for group in _fitting(_grouped(Reader(stream, Findings()).batches(), min(lines, NAMED_TOGETHER)), first, last):
        missing = rows.missing(group)
        yield missing
        if told is not None:
            yield from _added(rows, *told, lines)
        told = (group, missing)
    if told is not None:
        yield from _added(rows, *told, lines)
    rows.finish()
    if chunk := rows.taken():
        yield chunk


def _added(rows: Rows, batches: Sequence[Batch], missing: Missing, lines: int) -> Iterator[Chunk | Event]:
    """Add *batches* once what they missed is given, and yield the chunk that is then complete."""
    yield missing.given
    for batch in batches:
        rows.add(batch)
    if rows.lines >= lines and (chunk := rows.taken()):
        yield chunk


def _fitting(groups: Iterable[list[Batch]], first: date, last: date) -> Iterator[list[Batch]]:
    for batches in groups:
        if not all(fits(batch, first=first, last=last) for batch in batches):
            raise Unfit
        yield batches


def _grouped(batches: Iterable[Batch], lines: int) -> Iterator[list[Batch]]:
    """Yield lists of consecutive batches of *lines* lines or more, the last one of what is left."""
    found: list[Batch] = []
    for batch in batches:
        found.append(batch)
        if sum(len(each.numbers) for each in found) >= lines:
            yield found
            found = []
    if found:
        yield found
