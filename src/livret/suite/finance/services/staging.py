"""The lines of a FEC as rows ready to be copied into the tables of the ledger, some thousands of entries at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from livret.formats.fec import Findings, Readable
from livret.formats.fec.reader import Batch, Reader
from livret.suite.finance.services.limits import fits
from livret.suite.finance.services.rows import Chunk, Fixed, Given, Labels, Missing, Rows

CHUNK_LINES = 40_000


class Unfit(Exception):
    """A line cannot enter the books; `merging.obstacles` tells which and why."""


def chunks(
    stream: Readable, answers: Iterator[Given], fixed: Fixed, *, first: date, last: date, lines: int = CHUNK_LINES
) -> Iterator[Chunk | Missing | Labels]:
    """Yield the entries of the FEC in *stream*, at least *lines* lines at a time, and before them what they miss.

    *answers* gives what was missed, in the same order; it is asked as late as can be: what the lines after next miss
    is told first, so that the database has time. Labels that came late end it.

    Consecutive lines of one journal and number are an entry; its label and document are those of its first line.
    Memory holds two chunks, and the names of journals, accounts and auxiliaries. Raises Unfit on a line dated outside
    *first* to *last* or with a value too long.
    """
    rows = Rows(fixed)
    told: Sequence[Batch] = ()
    for group in _fitting(_grouped(Reader(stream, Findings()).batches(), lines), first, last):
        yield rows.missing(group)
        yield from _added(rows, told, answers, lines)
        told = group
    yield from _added(rows, told, answers, lines)
    rows.finish()
    if chunk := rows.taken():
        yield chunk
    yield rows.late_labels()


def _added(rows: Rows, batches: Sequence[Batch], answers: Iterator[Given], lines: int) -> Iterator[Chunk]:
    """Add *batches* with the answer to what they missed, and yield the chunk that is then complete."""
    if batches:
        rows.give(next(answers))
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
