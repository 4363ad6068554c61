"""The lines of a FEC, read once and copied into a temporary table, their codes replaced by small numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import repeat

from django.db.backends.utils import CursorWrapper

from livret.formats.fec import Findings, Readable
from livret.formats.fec.reader import Batch, Reader
from livret.suite.finance.rules.journals import UNNAMED

TABLE = """
CREATE TEMPORARY TABLE staged_line (
    ordinal integer, position integer, line_no integer, journal integer, account integer, auxiliary integer,
    date date, debit_cents bigint, credit_cents bigint,
    number text, valid_date date, line_count integer, amount_cents bigint,
    label text, piece_ref text, piece_date date,
    letter text, letter_date date, currency_amount numeric, currency text
) ON COMMIT DROP
"""
COPY = "COPY staged_line FROM STDIN"
NOTHING = r"\N"
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Keys(dict[str, int]):
    """Gives each new text the next number, from 1."""

    def __missing__(self, text: str) -> int:
        self[text] = key = len(self) + 1
        return key


class Days(dict[date | None, str]):
    """The text of a day for COPY."""

    def __missing__(self, day: date | None) -> str:
        self[day] = text = day.isoformat() if day else NOTHING
        return text


@dataclass(slots=True)
class Staged:
    """What the file named, each with its number in the temporary table and the first label it was given."""

    journals: Keys = field(default_factory=Keys)
    accounts: Keys = field(default_factory=Keys)
    auxiliaries: Keys = field(default_factory=Keys)
    journal_labels: dict[str, str] = field(default_factory=dict)
    account_labels: dict[str, str] = field(default_factory=dict)
    auxiliary_labels: dict[str, str] = field(default_factory=dict)
    lines: int = 0
    entries: int = 0


def stage(sql: CursorWrapper, stream: Readable, *, on_lines: Callable[[int], None]) -> Staged:
    """Copy the lines of the FEC in *stream* to the temporary table `staged_line` and return what it named.

    Consecutive lines of one journal and number share an ordinal; the first of them carries the number, validation day,
    count of lines and total of debits of the entry; the others have texts only where theirs differ. Memory holds
    one batch of lines, and the names of journals and accounts. on_lines: told the count of lines after each batch.
    """
    sql.execute(TABLE)
    copier = _Copier()
    with sql.copy(COPY) as copy:
        for batch in Reader(stream, Findings()).batches():
            copy.write(copier.rows(batch))
            on_lines(copier.staged.lines)
        copy.write(copier.finish())
    return copier.staged


Said = tuple[str, str, date | None]


class _Copier:
    """Turns batches into rows of COPY; those of the entry at hand wait until it is complete."""

    def __init__(self) -> None:
        self.staged = Staged()
        self._days = Days()
        self._head: tuple[str, str] | None = None
        self._said: Said = ("", "", None)
        self._first, self._first_end, self._rest = "", "", list[str]()
        self._valid, self._debit = NOTHING, 0

    def rows(self, batch: Batch) -> str:
        """Return the rows of the entries that this batch completes."""
        found: list[str] = []
        self.staged.lines += len(batch.numbers)
        for head, said, place, debit, credit, valid, end in self._columns(batch):
            if head != self._head:
                self._complete(found)
                self._begin(head, said, place, debit, credit, end)
            else:
                texts = _SAME if said == self._said else self._texts(said)
                start = f"{self.staged.entries}\t{len(self._rest) + 2}\t{place}\t{debit}\t{credit}"
                self._rest.append(f"{start}{_NOT_FIRST}{texts}{end}")
                self._debit += debit
            if self._valid == NOTHING:
                self._valid = valid
        return "".join(found)

    def finish(self) -> str:
        """Return the rows of the last entry."""
        found: list[str] = []
        self._complete(found)
        return "".join(found)

    def _begin(self, head: tuple[str, str], said: Said, place: str, debit: int, credit: int, end: str) -> None:
        self.staged.entries += 1
        self._head, self._said, self._rest = head, said, []
        self._valid, self._debit = NOTHING, debit
        self._first = f"{self.staged.entries}\t1\t{place}\t{debit}\t{credit}\t{_escaped(head[1])}"
        self._first_end = f"{self._texts(said)}{end}"

    def _complete(self, found: list[str]) -> None:
        if self._first:
            known = f"{self._valid}\t{len(self._rest) + 1}\t{self._debit}"
            found.append(f"{self._first}\t{known}\t{self._first_end}")
            found.extend(self._rest)

    def _columns(self, batch: Batch) -> Iterable[tuple[tuple[str, str], Said, str, int, int, str, str]]:
        texts, days, day = batch.texts, batch.days, self._days.__getitem__
        codes = [code or UNNAMED for code in texts["JournalCode"]]
        return zip(
            zip(codes, texts["EcritureNum"], strict=True),
            zip(texts["EcritureLib"], texts["PieceRef"], days["PieceDate"], strict=True),
            self._places(batch, codes),
            batch.debits,
            batch.credits,
            map(day, days["ValidDate"]),
            self._ends(batch),
            strict=True,
        )

    def _places(self, batch: Batch, codes: list[str]) -> Iterator[str]:
        texts, staged, day = batch.texts, self.staged, self._days.__getitem__
        _note(staged.journal_labels, codes, texts["JournalLib"])
        _note(staged.account_labels, texts["CompteNum"], texts["CompteLib"])
        _note(staged.auxiliary_labels, texts["CompAuxNum"], texts["CompAuxLib"])
        return map(
            "{}\t{}\t{}\t{}\t{}".format,
            batch.numbers,
            map(staged.journals.__getitem__, codes),
            map(staged.accounts.__getitem__, texts["CompteNum"]),
            (staged.auxiliaries[number] if number else NOTHING for number in texts["CompAuxNum"]),
            map(day, batch.days["EcritureDate"]),
        )

    def _ends(self, batch: Batch) -> Iterable[str]:
        letters, currencies, amounts = batch.texts["EcritureLet"], batch.texts["Idevise"], batch.currency_amounts
        if not any(letters) and not any(currencies) and not any(amount is not None for amount in amounts):
            return repeat(_NO_END, len(letters))
        return map(self._end, letters, batch.days["DateLet"], amounts, currencies)

    def _end(self, letter: str, day: date | None, amount: Decimal | None, currency: str) -> str:
        lettered = f"{_escaped(letter)}\t{self._days[day]}" if letter else f"{NOTHING}\t{NOTHING}"
        money = NOTHING if amount is None else f"{amount:f}"
        return f"{lettered}\t{money}\t{_escaped(currency) or NOTHING}\n"

    def _texts(self, said: Said) -> str:
        return f"{_escaped(said[0])}\t{_escaped(said[1])}\t{self._days[said[2]]}\t"


_SAME = f"{NOTHING}\t" * 3
_NOT_FIRST = f"\t{NOTHING}" * 4 + "\t"
_NO_END = "\t".join([NOTHING] * 4) + "\n"


def _escaped(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPED)


def _note(labels: dict[str, str], numbers: Iterable[str], found: Iterable[str]) -> None:
    for number, label in dict.fromkeys(zip(numbers, found, strict=True)):
        if not labels.get(number):
            labels[number] = label
