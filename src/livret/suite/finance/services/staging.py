"""The lines of a FEC as rows ready to be copied into the tables of the ledger, some thousands of entries at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain, repeat
from operator import ne
from threading import Event
from typing import Any

from livret.formats.fec import Findings, Readable
from livret.formats.fec.reader import Batch, Reader
from livret.suite.finance.rules.journals import UNNAMED
from livret.suite.finance.services.limits import fits

CHUNK_LINES, NAMED_TOGETHER = 40_000, 20_000
NOTHING = r"\N"
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

COLUMNS: Mapping[str, str] = {
    "finance_entry": "id, amount_cents, number, date, validated_on, line_count, journal_id, company_id,"
    " fiscal_year_id, import_run_id, validated_at",
    "finance_entrytext": "entry_id, label, piece_ref, piece_date, source_number, author_id, author_name",
    "finance_line": "entry_id, position, debit_cents, credit_cents, account_id, auxiliary_id, date, journal_id,"
    " company_id, fiscal_year_id",
    "finance_linetext": "entry_id, position, label, piece_ref, piece_date",
    "finance_linecurrency": "entry_id, position, amount, currency",
    "staged_letter": "entry_id, position, account_id, auxiliary_id, letter, lettered_on, cents",
}


@dataclass(frozen=True, slots=True)
class Fixed:
    """What all rows of an import share, as COPY writes it; on: validation day of the entries that state none."""

    company: str
    year: str
    run: str
    at: str
    author: str
    name: str
    on: str


@dataclass(slots=True)
class Names:
    """The ids of what the file names, filled in as it is read, ids for entries to come, and last numbers."""

    journals: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    auxiliaries: dict[str, int] = field(default_factory=dict)
    last_numbers: dict[str, int] = field(default_factory=dict)
    entry_ids: deque[int] = field(default_factory=deque)
    # First labels that are not blank.
    journal_labels: dict[str, str] = field(default_factory=dict)
    account_labels: dict[str, str] = field(default_factory=dict)
    auxiliary_labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """What the lines ahead need and the reader has not: it goes on once `given` is set."""

    journals: Sequence[str]
    accounts: Sequence[str]
    auxiliaries: Sequence[str]
    entries: int
    given: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole entries in the order of the file, as rows of COPY by table."""

    rows: Mapping[str, str]
    first_id: int
    last_id: int
    entries: int
    lines: int


class Unfit(Exception):
    """A line cannot enter the books; `merging.obstacles` tells which and why."""


def chunks(
    stream: Readable, names: Names, fixed: Fixed, *, first: date, last: date, lines: int = CHUNK_LINES
) -> Iterator[Chunk | Missing]:
    """Yield the entries of the FEC in *stream*, at least *lines* lines at a time, and before them what they miss.

    Consecutive lines of one journal and number are an entry; its label and document are those of its first line.
    Memory holds one chunk, and the names of journals, accounts and auxiliaries. Raises Unfit on a line dated outside
    *first* to *last* or with a value too long.
    """
    rows = _Rows(names, fixed)
    for batches in _grouped(Reader(stream, Findings()).batches(), min(lines, NAMED_TOGETHER)):
        if not all(fits(batch, first=first, last=last) for batch in batches):
            raise Unfit
        missing = rows.missing(batches)
        if missing is not None:
            yield missing
        for batch in batches:
            rows.add(batch)
        if rows.lines >= lines and (chunk := rows.taken()):
            yield chunk
    rows.finish()
    if chunk := rows.taken():
        yield chunk


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


def _codes(batch: Batch) -> list[str]:
    return [code or UNNAMED for code in batch.texts["JournalCode"]]


Said = tuple[str, str, date | None]
Head = tuple[str, str]


class _Days(dict[date | None, str]):
    def __missing__(self, day: date | None) -> str:
        self[day] = text = day.isoformat() if day else NOTHING
        return text


class _Ends(dict[tuple[date | None, str], str]):
    """The end of a row of `finance_line` by day and journal."""

    def __init__(self, names: Names, fixed: Fixed) -> None:
        super().__init__()
        self._journals, self._owner = names.journals, f"{fixed.company}\t{fixed.year}\n"

    def __missing__(self, key: tuple[date | None, str]) -> str:
        self[key] = end = f"{key[0]}\t{self._journals[key[1]]}\t{self._owner}"
        return end


class _Rows:
    """Turns batches into rows; the entry at hand waits until it is complete."""

    def __init__(self, names: Names, fixed: Fixed) -> None:
        self.lines = 0
        self._names, self._fixed = names, fixed
        self._days, self._ends = _Days(), _Ends(names, fixed)
        self._owner = f"{fixed.company}\t{fixed.year}\t{fixed.run}\t{fixed.at}\n"
        self._author = f"{_escaped(fixed.author)}\t{_escaped(fixed.name)}\n"
        self._head: Head | None = None
        self._said: Said = ("", "", None)
        self._entry_id = self._position = self._debit = 0
        self._day: date | None = None
        self._valid: date | None = None
        self._found: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self._open: dict[str, list[str]] = {}
        self._first_id = self._last_id = self._entries = 0

    def missing(self, batches: Sequence[Batch]) -> Missing | None:
        """Return what *batches* need before they can be added."""
        names, head, entries = self._names, self._head, 0
        new: tuple[dict[str, None], ...] = ({}, {}, {})
        for batch in batches:
            codes, texts = _codes(batch), batch.texts
            _note(names.journal_labels, codes, texts["JournalLib"])
            _note(names.account_labels, texts["CompteNum"], texts["CompteLib"])
            _note(names.auxiliary_labels, texts["CompAuxNum"], texts["CompAuxLib"])
            heads = list(zip(codes, texts["EcritureNum"], strict=True))
            entries += sum(map(ne, heads, chain([head], heads)))
            head = heads[-1]
            for found, named in zip(new, (codes, texts["CompteNum"], texts["CompAuxNum"]), strict=True):
                found.update(dict.fromkeys(named))
        journals = [code for code in new[0] if code not in names.journals]
        accounts = [number for number in new[1] if number not in names.accounts]
        auxiliaries = [number for number in new[2] if number and number not in names.auxiliaries]
        wanted = max(entries - len(names.entry_ids), 0)
        is_needed = journals or accounts or auxiliaries or wanted
        return Missing(journals, accounts, auxiliaries, wanted) if is_needed else None

    def add(self, batch: Batch) -> None:
        """Add the lines of *batch*."""
        codes = _codes(batch)
        position, lines = self._position, self._found["finance_line"]
        for head, said, tail, debit, valid, day, extra in self._columns(batch, codes):
            if head != self._head:
                self._position = position
                self._complete()
                self._begin(head, said, day)
                position = 0
            position += 1
            lines.append(f"{self._entry_id}\t{position}\t{tail}")
            self._debit += debit
            if self._valid is None:
                self._valid = valid
            if said != self._said:
                self._add_text(position, said)
            if extra is not None:
                self._add_extra(position, extra)
        self._position = position
        self.lines += len(batch.numbers)

    def finish(self) -> None:
        """Complete the last entry."""
        self._complete()
        self._head = None

    def taken(self) -> Chunk | None:
        """Return the entries completed since the last time, None when there are none."""
        if not self._entries:
            return None
        waiting = self._position if self._head is not None else 0
        lines = self._found["finance_line"]
        kept = [lines.pop() for _ in range(waiting)]
        rows = {table: "".join(found) for table, found in self._found.items() if found}
        chunk = Chunk(rows, self._first_id, self._last_id, self._entries, self.lines - waiting)
        self._found = {table: [] for table in COLUMNS}
        self._found["finance_line"] = kept[::-1]
        self._first_id, self._entries, self.lines = 0, 0, waiting
        return chunk

    def _columns(self, batch: Batch, codes: Sequence[str]) -> Iterable[tuple[Any, ...]]:
        texts, days, names = batch.texts, batch.days, self._names
        entered, auxiliaries = days["EcritureDate"], names.auxiliaries
        tails = map(
            "{}\t{}\t{}\t{}\t{}".format,
            batch.debits,
            batch.credits,
            map(names.accounts.__getitem__, texts["CompteNum"]),
            [auxiliaries[number] if number else NOTHING for number in texts["CompAuxNum"]],
            map(self._ends.__getitem__, zip(entered, codes, strict=True)),
        )
        labels, pieces = _safe(texts["EcritureLib"]), _safe(texts["PieceRef"])
        return zip(
            zip(codes, texts["EcritureNum"], strict=True),
            zip(labels, pieces, days["PieceDate"], strict=True),
            tails,
            batch.debits,
            days["ValidDate"],
            entered,
            self._extras(batch),
            strict=False,
        )

    def _extras(self, batch: Batch) -> Iterable[tuple[str, str] | None]:
        """Return, for each line, what few lines have: letter with account and amount, amount in currency."""
        letters, currencies, amounts = batch.texts["EcritureLet"], batch.texts["Idevise"], batch.currency_amounts
        if not any(letters) and not any(currencies) and not any(amount is not None for amount in amounts):
            return repeat(None)
        return map(self._extra, repeat(batch), range(len(letters)), letters, amounts, currencies)

    def _extra(
        self, batch: Batch, row: int, letter: str, amount: Decimal | None, currency: str
    ) -> tuple[str, str] | None:
        lettered = money = ""
        if letter:
            account, auxiliary = batch.texts["CompteNum"][row], batch.texts["CompAuxNum"][row]
            party = self._names.auxiliaries[auxiliary] if auxiliary else NOTHING
            day, cents = self._days[batch.days["DateLet"][row]], batch.debits[row] - batch.credits[row]
            lettered = f"{self._names.accounts[account]}\t{party}\t{_escaped(letter)}\t{day}\t{cents}\n"
        if currency or amount is not None:
            money = f"{NOTHING if amount is None else format(amount, 'f')}\t{_escaped(currency)}\n"
        return (lettered, money) if lettered or money else None

    def _begin(self, head: Head, said: Said, day: date | None) -> None:
        self._head, self._said, self._day = head, said, day
        self._entry_id = self._names.entry_ids.popleft()
        self._valid, self._debit = None, 0

    def _add_text(self, position: int, said: Said) -> None:
        row = f"{self._entry_id}\t{position}\t{said[0]}\t{said[1]}\t{self._days[said[2]]}\n"
        self._open.setdefault("finance_linetext", []).append(row)

    def _add_extra(self, position: int, extra: tuple[str, str]) -> None:
        for table, row in zip(("staged_letter", "finance_linecurrency"), extra, strict=True):
            if row:
                self._open.setdefault(table, []).append(f"{self._entry_id}\t{position}\t{row}")

    def _complete(self) -> None:
        if self._head is None:
            return
        (code, source), said, names, found = self._head, self._said, self._names, self._found
        names.last_numbers[code] = number = names.last_numbers[code] + 1
        valid = self._days[self._valid] if self._valid else self._fixed.on
        found["finance_entry"].append(
            f"{self._entry_id}\t{self._debit}\t{number}\t{self._days[self._day]}\t{valid}\t{self._position}"
            f"\t{names.journals[code]}\t{self._owner}"
        )
        found["finance_entrytext"].append(
            f"{self._entry_id}\t{said[0]}\t{said[1]}\t{self._days[said[2]]}\t{_escaped(source)}\t{self._author}"
        )
        for table, rows in self._open.items():
            found[table].extend(rows)
        self._open.clear()
        self._first_id, self._last_id = self._first_id or self._entry_id, self._entry_id
        self._entries += 1


def _escaped(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPED)


def _safe(texts: Sequence[str]) -> Sequence[str]:
    """Return *texts* as COPY wants them."""
    joined = "".join(texts)
    if not any(mark in joined for mark in "\\\t\n\r"):
        return texts
    return [_escaped(text) for text in texts]


def _note(labels: dict[str, str], numbers: Iterable[str], found: Iterable[str]) -> None:
    for number, label in dict.fromkeys(zip(numbers, found, strict=True)):
        if not labels.get(number):
            labels[number] = label
