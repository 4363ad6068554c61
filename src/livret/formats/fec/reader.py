"""A FEC read batch by batch: columns of typed values, whatever the order, padding or separators of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import TypeVar

from .catalogue import Findings
from .fields import AMOUNTS, BLOCKING, DATES, KNOWN
from .header import Layout, read_header
from .line import FecLine
from .source import Readable, Source
from .values import Memo, read_cents, read_date, read_decimal, read_plain_cents

Value = TypeVar("Value")
Extras = tuple[tuple[str, str], ...]
Cents = Sequence[int | None]
SIDES = {"D": "D", "+1": "D", "C": "C", "-1": "C"}
HEADER_LINES = 20  # Blank lines may stand before the header, not a whole preface.


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive lines, as columns of equal length.

    numbers: line numbers; texts: every known column as written, padding removed, blank when absent; days: the date
    columns read; debits and credits: cents, 0 where
    blank or unreadable; unreadable: rows whose amounts could not be read or may stand in the wrong field.
    """

    numbers: Sequence[int]
    texts: Mapping[str, Sequence[str]]
    days: Mapping[str, Sequence[date | None]]
    debits: Sequence[int]
    credits: Sequence[int]
    currency_amounts: Sequence[Decimal | None]
    extras: Sequence[Extras]
    unreadable: frozenset[int]

    def lines(self) -> Iterator[FecLine]:
        """Return the lines of the batch."""
        texts, days = self.texts, self.days
        return map(
            FecLine,
            self.numbers,
            *(texts[name] for name in ("JournalCode", "JournalLib", "EcritureNum")),
            days["EcritureDate"],
            *(texts[name] for name in ("CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib", "PieceRef")),
            days["PieceDate"],
            texts["EcritureLib"],
            self.debits,
            self.credits,
            texts["EcritureLet"],
            days["DateLet"],
            days["ValidDate"],
            self.currency_amounts,
            texts["Idevise"],
            self.extras,
        )


class Reader:
    """The batches of one file; `layout` and `charset` are known once the first batch is out."""

    layout: Layout | None = None

    def __init__(self, stream: Readable, findings: Findings, *, lang: str = "fr") -> None:
        self._findings = findings
        self._lang = lang
        self._line_width = 0
        self._misfits: list[int] = []
        self._source = Source(stream, findings, lang=lang)
        self._dates = Memo(read_date)
        self._cents = Memo(read_cents)
        self._decimals = Memo(read_decimal)

    @property
    def charset(self) -> str:
        return self._source.charset

    def batches(self) -> Iterator[Batch]:
        """Yield the lines in batches. Raises Unreadable when the file is no FEC."""
        for first, texts in self._source.batches():
            numbered = self._after_header(first, texts) if self.layout is None else (first, texts)
            if self.layout is not None:
                columns, numbers = self._columns(*numbered, layout=self.layout)
                if numbers:
                    yield self._batch(columns, numbers, self.layout)
        if self.layout is None:
            read_header("", self._findings, line=1, lang=self._lang)

    def _after_header(self, first: int, texts: list[str]) -> tuple[int, list[str]]:
        for row, text in enumerate(texts):
            if text.strip() or first + row >= HEADER_LINES:
                self.layout = read_header(text, self._findings, line=first + row, lang=self._lang)
                return first + row + 1, texts[row + 1 :]
            self._findings.add("blank-line", line=first + row)
        return first + len(texts), []

    def _columns(
        self, first: int, texts: list[str], *, layout: Layout
    ) -> tuple[Sequence[Sequence[str]], Sequence[int]]:
        """Return the fields of the lines, column by column, as many as the layout has, and the lines' numbers."""
        numbers: Sequence[int] = range(first, first + len(texts))
        separator, width = layout.separator, layout.width
        self._misfits = []
        if set(map(str.count, texts, repeat(separator))) == {width - 1}:
            self._line_width = self._line_width or width
            fields = separator.join(texts).split(separator)
            return [tuple(fields[place::width]) for place in range(width)], numbers
        rows = [text.split(separator) for text in texts]
        kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if self._is_filled(row, number)]
        fitted = [self._fitted(row, number, place, layout) for place, (number, row) in enumerate(kept)]
        return list(zip(*fitted, strict=True)), [number for number, _ in kept]

    def _is_filled(self, row: list[str], number: int) -> bool:
        if len(row) > 1 or row[0].strip():
            return True
        if number not in self._source.dropped:
            self._findings.add("blank-line", line=number)
        return False

    def _fitted(self, row: list[str], number: int, place: int, layout: Layout) -> list[str]:
        """Return *row* at the width of the layout.

        A separator too many at the end is believed when the first line has it too: elsewhere it may well be a
        separator inside a text, which shifts every field behind it.
        """
        width = layout.width
        is_trailing = len(row) == width + 1 and not row[-1].strip()
        self._line_width = self._line_width or (width + 1 if is_trailing else width)
        if len(row) != self._line_width:
            self._findings.add("field-count", line=number, value=len(row), expected=self._line_width)
            self._misfits.append(place)
        elif is_trailing and not layout.trailing:
            self._findings.add("trailing-separator", line=number)
        return [*row[:width], *[""] * (width - len(row))]

    def _batch(self, columns: Sequence[Sequence[str]], numbers: Sequence[int], layout: Layout) -> Batch:
        blank = ("",) * len(numbers)
        found = {name: self._stripped(columns[place], name, numbers) for name, place in layout.places.items()}
        raw = {name: found.get(name, blank) for name in KNOWN}
        amounts: dict[str, Cents] = {
            name: read_plain_cents(raw[name]) or self._read(self._cents, raw[name], name, numbers) for name in AMOUNTS
        }
        debits, credits_ = self._sides(amounts, raw["Sens"], numbers, layout)
        unreadable = {row for side in (debits, credits_) for row, cents in enumerate(side) if cents is None}
        return Batch(
            numbers=numbers,
            texts=raw,
            days={name: self._read(self._dates, raw[name], name, numbers) for name in DATES},
            debits=[cents or 0 for cents in debits],
            credits=[cents or 0 for cents in credits_],
            currency_amounts=self._read(self._decimals, raw["Montantdevise"], "Montantdevise", numbers),
            extras=self._extras(columns, numbers, layout) if layout.extras else ((),) * len(numbers),
            unreadable=frozenset(unreadable.union(self._misfits)),
        )

    def _stripped(self, texts: Sequence[str], name: str, numbers: Sequence[int]) -> Sequence[str]:
        stripped = tuple(map(str.strip, texts))
        if stripped != texts:
            padded = [row for row, (before, after) in enumerate(zip(texts, stripped, strict=True)) if before != after]
            self._findings.add_each(
                "padding-text", padded, numbers=numbers, column=name, values=lambda row: {"value": texts[row]}
            )
        return stripped

    def _read(self, memo: Memo[Value], texts: Sequence[str], name: str, numbers: Sequence[int]) -> list[Value]:
        values = memo.values(texts)
        for flag, rows in memo.flags(texts).items():
            code = "value-missing" if flag == "date-placeholder" and name in BLOCKING else flag
            self._findings.add_each(code, rows, numbers=numbers, column=name, values=lambda row: {"value": texts[row]})
        return values

    def _sides(
        self, amounts: Mapping[str, Cents], sides: Sequence[str], numbers: Sequence[int], layout: Layout
    ) -> tuple[Cents, Cents]:
        """Return debits and credits, from Montant and Sens when the file has those instead.

        Source: LPF, art. A47 A-1, VII, 12 and 13 (Sens: D or C, +1 or -1).
        """
        if not layout.is_signed:
            return amounts["Debit"], amounts["Credit"]
        for number, side in zip(numbers, sides, strict=True):
            if side.upper() not in SIDES:
                self._findings.add("sens-unknown", line=number, column="Sens", value=side)
        marks = [SIDES.get(side.upper()) for side in sides]
        pairs = list(zip(amounts["Montant"], marks, strict=True))
        debits = [0 if mark == "C" else cents if mark else None for cents, mark in pairs]
        return debits, [0 if mark == "D" else cents if mark else None for cents, mark in pairs]

    def _extras(self, columns: Sequence[Sequence[str]], numbers: Sequence[int], layout: Layout) -> Sequence[Extras]:
        names = [name for name, _ in layout.extras]
        texts = [self._stripped(columns[index], name, numbers) for name, index in layout.extras]
        if "DateRglt" in names:
            self._read(self._dates, texts[names.index("DateRglt")], "DateRglt", numbers)
        return [
            tuple((name, text) for name, text in zip(names, row, strict=True) if text)
            for row in zip(*texts, strict=True)
        ]
