"""The rows of COPY that the lines of a FEC become, column by column."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, chain, count, repeat
from operator import ne, sub

from livret.formats.fec.reader import Batch
from livret.suite.finance.rules.journals import UNNAMED

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


@dataclass(frozen=True, slots=True)
class Missing:
    """What some lines ahead need: names that no line before had, each with its label, and ids of *entries* more."""

    journals: Mapping[str, str]
    accounts: Mapping[str, str]
    auxiliaries: Mapping[str, str]
    entries: int


@dataclass(frozen=True, slots=True)
class Given:
    """The answer to what is missing: ids by name, the number that follows in each journal, and ids as ranges."""

    journals: Mapping[str, int]
    accounts: Mapping[str, int]
    auxiliaries: Mapping[str, int]
    numbers: Mapping[str, int]
    entries: Sequence[range]


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that came late, of names that had none when they were told of."""

    journals: Mapping[str, str]
    auxiliaries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole entries in the order of the file, as rows of COPY by table."""

    rows: Mapping[str, bytes]
    first_id: int
    last_id: int
    entries: int
    lines: int


Said = tuple[str, str, date | None]
Head = tuple[str, str]


@dataclass(slots=True)
class _Open:
    """An entry whose end was not seen yet: what its first line says, debits in cents and lines so far."""

    entry_id: int
    head: Head
    said: Said
    day: date | None
    debit: int
    lines: int
    valid: date | None


class _Days(dict[date | None, str]):
    def __missing__(self, day: date | None) -> str:
        self[day] = text = day.isoformat() if day else NOTHING
        return text


class _Ends(dict[tuple[date | None, str], str]):
    """The end of a row of `finance_line` by day and journal."""

    def __init__(self, journals: Mapping[str, int], fixed: Fixed) -> None:
        super().__init__()
        self._journals, self._owner = journals, f"{fixed.company}\t{fixed.year}\n"

    def __missing__(self, key: tuple[date | None, str]) -> str:
        self[key] = end = f"{key[0]}\t{self._journals[key[1]]}\t{self._owner}"
        return end


class Rows:
    """Turns batches into rows, column by column; the entry at hand waits until it is complete."""

    def __init__(self, fixed: Fixed) -> None:
        self.lines = 0
        self._journals: dict[str, int] = {}
        self._accounts: dict[str, int] = {}
        self._auxiliaries: dict[str, int] = {}
        self._numbers: dict[str, count[int]] = {}
        self._entry_ids: deque[int] = deque()
        self._labels: tuple[dict[str, str], ...] = ({}, {}, {"": ""})
        self._unlabelled: tuple[set[str], ...] = (set(), set(), set())
        self._days, self._ends = _Days(), _Ends(self._journals, fixed)
        self._on = fixed.on
        self._owner = f"{fixed.company}\t{fixed.year}\t{fixed.run}\t{fixed.at}\n"
        self._author = f"{_escaped(fixed.author)}\t{_escaped(fixed.name)}\n"
        self._told: Head | None = None
        self._open: _Open | None = None
        self._found: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self._first_id = self._last_id = self._entries = 0

    def missing(self, batches: Sequence[Batch]) -> Missing:
        """Return what *batches*, which follow those told of before, need before they can be added."""
        entries = 0
        new: tuple[dict[str, str], ...] = ({}, {}, {})
        for batch in batches:
            codes, texts = _codes(batch), batch.texts
            named = (codes, texts["CompteNum"], texts["CompAuxNum"])
            said = (texts["JournalLib"], texts["CompteLib"], texts["CompAuxLib"])
            for found, known, names, labels in zip(new, self._labels, named, said, strict=True):
                _note(found, known, names, labels)
            heads = list(zip(codes, texts["EcritureNum"], strict=True))
            entries += sum(map(ne, chain([self._told], heads), heads))
            self._told = heads[-1]
        for found, known, blank in zip(new, self._labels, self._unlabelled, strict=True):
            blank.update(name for name, label in found.items() if not label)
            known.update(found)
        journals, accounts, auxiliaries = new
        return Missing(journals, accounts, auxiliaries, entries)

    def give(self, given: Given) -> None:
        """Take the answer to the oldest `missing` that has none yet."""
        self._journals.update(given.journals)
        self._accounts.update(given.accounts)
        self._auxiliaries.update(given.auxiliaries)
        self._numbers.update((code, count(number)) for code, number in given.numbers.items())
        for ids in given.entries:
            self._entry_ids.extend(ids)

    def late_labels(self) -> Labels:
        """Return the labels found since, of the journals and auxiliaries that had none."""
        journals, _accounts, auxiliaries = (
            {name: known[name] for name in blank if known[name]}
            for known, blank in zip(self._labels, self._unlabelled, strict=True)
        )
        return Labels(journals, auxiliaries)

    def add(self, batch: Batch) -> None:
        """Add the lines of *batch*; what they miss must have been given."""
        codes, total = _codes(batch), len(batch.numbers)
        heads = list(zip(codes, batch.texts["EcritureNum"], strict=True))
        before = self._open.head if self._open else None
        starts = [row for row, begins in enumerate(map(ne, chain([before], heads), heads)) if begins]
        ends = [*starts[1:], total]
        goes_on = starts[0] if starts else total
        ids = [self._entry_ids.popleft() for _ in starts]
        says = list(
            zip(_safe(batch.texts["EcritureLib"]), _safe(batch.texts["PieceRef"]), batch.days["PieceDate"], strict=True)
        )
        places = self._places(ids, list(map(sub, ends, starts)), goes_on)
        self._add_lines(batch, codes, *places)
        self._add_texts(says, starts, ends, goes_on, *places)
        self._add_letters(batch, *places)
        self._add_currencies(batch, *places)
        self._add_entries(batch, heads, says, ids, starts, ends, goes_on)
        self.lines += total

    def finish(self) -> None:
        """Complete the last entry."""
        if self._open is not None:
            self._complete([self._open])
            self._open = None

    def taken(self) -> Chunk | None:
        """Return the entries completed since the last time, None when there are none."""
        if not self._entries:
            return None
        kept = {table: self._of_open(rows) for table, rows in self._found.items()}
        waiting = len(kept["finance_line"])
        rows = {table: "".join(found).encode() for table, found in self._found.items() if found}
        chunk = Chunk(rows, self._first_id, self._last_id, self._entries, self.lines - waiting)
        self._found, self._first_id, self._entries, self.lines = kept, 0, 0, waiting
        return chunk

    def _of_open(self, rows: list[str]) -> list[str]:
        """Take the rows of the entry at hand off the end of *rows*, and return them."""
        kept: list[str] = []
        while self._open and rows and rows[-1].startswith(f"{self._open.entry_id}\t"):
            kept.append(rows.pop())
        return kept[::-1]

    def _places(self, ids: Sequence[int], lengths: Sequence[int], goes_on: int) -> tuple[list[int], list[int]]:
        """Return the entry and the position of each row; the first *goes_on* rows are of the entry at hand."""
        entry_id, last = (self._open.entry_id, self._open.lines) if self._open else (0, 0)
        entries = chain(repeat(entry_id, goes_on), chain.from_iterable(map(repeat, ids, lengths)))
        positions = chain.from_iterable(map(range, repeat(1), [length + 1 for length in lengths]))
        return list(entries), [*range(last + 1, last + goes_on + 1), *positions]

    def _add_lines(self, batch: Batch, codes: Sequence[str], entries: list[int], positions: list[int]) -> None:
        texts, auxiliaries = batch.texts, self._auxiliaries
        self._found["finance_line"] += map(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}".format,
            entries,
            positions,
            batch.debits,
            batch.credits,
            map(self._accounts.__getitem__, texts["CompteNum"]),
            [auxiliaries[number] if number else NOTHING for number in texts["CompAuxNum"]],
            map(self._ends.__getitem__, zip(batch.days["EcritureDate"], codes, strict=True)),
        )

    def _add_texts(
        self,
        says: Sequence[Said],
        starts: Sequence[int],
        ends: Sequence[int],
        goes_on: int,
        entries: list[int],
        positions: list[int],
    ) -> None:
        """Add what lines say otherwise than the first of their entry."""
        first = repeat(self._open.said if self._open else ("", "", None), goes_on)
        heads = chain(first, chain.from_iterable(map(repeat, map(says.__getitem__, starts), map(sub, ends, starts))))
        for row, differs in enumerate(map(ne, says, heads)):
            if differs:
                label, piece, day = says[row]
                text = f"{entries[row]}\t{positions[row]}\t{label}\t{piece}\t{self._days[day]}\n"
                self._found["finance_linetext"].append(text)

    def _add_letters(self, batch: Batch, entries: list[int], positions: list[int]) -> None:
        letters = batch.texts["EcritureLet"]
        accounts, parties = batch.texts["CompteNum"], batch.texts["CompAuxNum"]
        for row, letter in enumerate(letters):
            if letter:
                party = self._auxiliaries[parties[row]] if parties[row] else NOTHING
                day, cents = self._days[batch.days["DateLet"][row]], batch.debits[row] - batch.credits[row]
                self._found["staged_letter"].append(
                    f"{entries[row]}\t{positions[row]}\t{self._accounts[accounts[row]]}\t{party}"
                    f"\t{_escaped(letter)}\t{day}\t{cents}\n"
                )

    def _add_currencies(self, batch: Batch, entries: list[int], positions: list[int]) -> None:
        amounts, currencies = batch.currency_amounts, batch.texts["Idevise"]
        if any(currencies) or any(amount is not None for amount in amounts):
            for row, (amount, currency) in enumerate(zip(amounts, currencies, strict=True)):
                if currency or amount is not None:
                    money = f"{NOTHING if amount is None else format(amount, 'f')}\t{_escaped(currency)}\n"
                    self._found["finance_linecurrency"].append(f"{entries[row]}\t{positions[row]}\t{money}")

    def _add_entries(
        self,
        batch: Batch,
        heads: Sequence[Head],
        says: Sequence[Said],
        ids: Sequence[int],
        starts: Sequence[int],
        ends: Sequence[int],
        goes_on: int,
    ) -> None:
        """Complete the entries that end before the last row; the one of the last row waits for the next batch."""
        days, valid = batch.days["EcritureDate"], batch.days["ValidDate"]
        debits = list(accumulate(batch.debits, initial=0))
        if self._open is not None:
            self._open.debit += debits[goes_on]
            self._open.lines += goes_on
            self._open.valid = self._open.valid or _first(valid[:goes_on])
        if not starts:
            return
        found = [
            _Open(entry, heads[start], says[start], days[start], debits[end] - debits[start], end - start,
                  valid[start] or _first(valid[start:end]))
            for entry, start, end in zip(ids, starts, ends, strict=True)
        ]  # fmt: skip
        self._complete([self._open, *found[:-1]] if self._open else found[:-1])
        self._open = found[-1]

    def _complete(self, entries: Sequence[_Open]) -> None:
        days, heads, texts = self._days, self._found["finance_entry"], self._found["finance_entrytext"]
        for entry in entries:
            (code, source), (label, piece, piece_day) = entry.head, entry.said
            valid = days[entry.valid] if entry.valid else self._on
            heads.append(
                f"{entry.entry_id}\t{entry.debit}\t{next(self._numbers[code])}\t{days[entry.day]}"
                f"\t{valid}\t{entry.lines}\t{self._journals[code]}\t{self._owner}"
            )
            texts.append(f"{entry.entry_id}\t{label}\t{piece}\t{days[piece_day]}\t{_escaped(source)}\t{self._author}")
        if entries:
            self._first_id, self._last_id = self._first_id or entries[0].entry_id, entries[-1].entry_id
            self._entries += len(entries)


def _first(days: Sequence[date | None]) -> date | None:
    return next(filter(None, days), None)


def _escaped(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPED)


def _safe(texts: Sequence[str]) -> Sequence[str]:
    """Return *texts* as COPY wants them."""
    joined = "".join(texts)
    if not any(mark in joined for mark in "\\\t\n\r"):
        return texts
    return [_escaped(text) for text in texts]


def _note(new: dict[str, str], known: dict[str, str], names: Iterable[str], labels: Iterable[str]) -> None:
    """Note in *new* the names not known, each with its first label that is not blank; late ones go to *known*."""
    for name, label in dict.fromkeys(zip(names, labels, strict=True)):
        held = known if name in known else new
        if not held.get(name):
            held[name] = label


def _codes(batch: Batch) -> list[str]:
    return [code or UNNAMED for code in batch.texts["JournalCode"]]
