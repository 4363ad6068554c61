"""The lines of a FEC, read once and copied into a temporary table, their codes replaced by small numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

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
VALID, LINE_COUNT, AMOUNT = 10, 11, 12  # Columns of the table that only the first line of an entry fills.
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
            copy.write("".join(copier.rows(batch)))
            on_lines(copier.staged.lines)
        copy.write("".join(copier.finish()))
    return copier.staged


class _Copier:
    """Turns batches into rows of COPY; the rows of the entry at hand wait until it is complete."""

    def __init__(self) -> None:
        self.staged = Staged()
        self._days = Days()
        self._waiting: list[list[str]] = []
        self._head: tuple[str, str] | None = None
        self._texts: tuple[str, str, date | None] = ("", "", None)
        self._debit = 0

    def rows(self, batch: Batch) -> Iterator[str]:
        self.staged.lines += len(batch.numbers)
        for facts in self._columns(batch):
            yield from self._row(*facts)

    def finish(self) -> Iterator[str]:
        if self._waiting:
            first = self._waiting[0]
            first[LINE_COUNT], first[AMOUNT] = str(len(self._waiting)), str(self._debit)
            yield from map(_text_row, self._waiting)
            self._waiting = []

    def _columns(self, batch: Batch) -> Iterable[tuple[Any, ...]]:
        texts, days, staged = batch.texts, batch.days, self.staged
        codes = [code or UNNAMED for code in texts["JournalCode"]]
        _note(staged.journal_labels, codes, texts["JournalLib"])
        _note(staged.account_labels, texts["CompteNum"], texts["CompteLib"])
        _note(staged.auxiliary_labels, texts["CompAuxNum"], texts["CompAuxLib"])
        day = self._days.__getitem__
        return zip(
            zip(codes, texts["EcritureNum"], strict=True),
            zip(texts["EcritureLib"], texts["PieceRef"], days["PieceDate"], strict=True),
            map(str, batch.numbers),
            map(str, map(staged.journals.__getitem__, codes)),
            map(str, map(staged.accounts.__getitem__, texts["CompteNum"])),
            (str(staged.auxiliaries[number]) if number else NOTHING for number in texts["CompAuxNum"]),
            map(day, days["EcritureDate"]),
            batch.debits,
            map(str, batch.credits),
            map(day, days["ValidDate"]),
            texts["EcritureLet"],
            map(day, days["DateLet"]),
            batch.currency_amounts,
            texts["Idevise"],
            strict=True,
        )

    def _row(
        self,
        head: tuple[str, str],
        said: tuple[str, str, date | None],
        line_no: str,
        journal: str,
        account: str,
        auxiliary: str,
        day: str,
        debit: int,
        credit: str,
        valid: str,
        letter: str,
        letter_day: str,
        currency_amount: Any,
        currency: str,
    ) -> Iterator[str]:
        number = NOTHING
        is_first = head != self._head
        if is_first:
            yield from self.finish()
            self._head, self._texts, self._debit, number = head, said, 0, _escaped(head[1])
            self.staged.entries += 1
        texts = (
            (_escaped(said[0]), _escaped(said[1]), self._days[said[2]]) if is_first or said != self._texts else _SAME
        )
        self._debit += debit
        place = (str(self.staged.entries), str(len(self._waiting) + 1), line_no, journal, account, auxiliary, day)
        amount = NOTHING if currency_amount is None else f"{currency_amount:f}"
        lettered = (_escaped(letter), letter_day) if letter else _NO_LETTER
        money = _escaped(currency) or NOTHING
        if not is_first and valid != NOTHING and self._waiting[0][VALID] == NOTHING:
            self._waiting[0][VALID] = valid
        own_valid = valid if is_first else NOTHING
        row = [*place, str(debit), credit, number, own_valid, NOTHING, NOTHING, *texts, *lettered, amount, money]
        self._waiting.append(row)


_SAME = (NOTHING, NOTHING, NOTHING)
_NO_LETTER = (NOTHING, NOTHING)


def _text_row(row: list[str]) -> str:
    return "\t".join(row) + "\n"


def _escaped(text: str) -> str:
    return text if text.isalnum() else text.translate(_ESCAPED)


def _note(labels: dict[str, str], numbers: Iterable[str], found: Iterable[str]) -> None:
    for number, label in dict.fromkeys(zip(numbers, found, strict=True)):
        if not labels.get(number):
            labels[number] = label
