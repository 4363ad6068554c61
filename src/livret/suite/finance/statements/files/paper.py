"""A long sheet as PDF, page after page as its rows are read: memory stays flat at any length.

A layout library holds the whole document (2 GB for 17,000 lines of a general ledger), so these pages are written
directly: text and rules, in Helvetica, which every reader has. Source: ISO 32000-1, 7.3 to 7.8 and 9.6.2.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from livret.kernel.errors import Refusal
from livret.suite.finance.statements.files.words import cell_text
from livret.suite.finance.statements.rules.sheets import GROUP, HEADING, LINE, TOTAL, Row, Sheet

WIDTH, HEIGHT, MARGIN = 842, 595, 28  # A4 lying, in points.
SIZE, LEADING, HEAD = 7, 9.4, 58
ROWS_PER_PAGE = int((HEIGHT - 2 * MARGIN - HEAD - 14) // LEADING)
# Widths of the ASCII letters of Helvetica, in thousandths of its size, from the blank on.
WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
OTHER_WIDTH, BOLDER = 556, 1.06
SPACES = str.maketrans({"\u202f": "\u00a0", "\u2212": "-", "\u2011": "-"})


class TooManyPages(Refusal):
    """Nobody opens such a document: a table says the same."""

    def __init__(self, most: int) -> None:
        words = _(
            "A PDF holds %(pages)s pages here, some %(rows)s lines, and this report is longer. Choose fewer days or an "
            "account, or take it as a workbook (XLSX) or CSV, which hold every line."
        )
        super().__init__(words % {"pages": f"{most:,}".replace(",", "\u202f"), "rows": _rounded(most * ROWS_PER_PAGE)})


def _rounded(rows: int) -> str:
    return f"{round(rows, -4) or rows:,}".replace(",", "\u202f")


def write_paper(sheet: Sheet, stream: BinaryIO, *, most_pages: int | None = None) -> int:
    """Write *sheet* and return its number of rows. Raises TooManyPages past *most_pages*."""
    document = _Document(stream)
    columns = _columns(sheet)
    count, page = 0, _Page(sheet, columns)
    for row in sheet.rows:
        if page.is_full:
            if document.pages + 1 == most_pages:
                raise TooManyPages(most_pages)
            document.add(page.content(document.pages + 1))
            page = _Page(sheet, columns)
        page.put(row)
        count += 1
    document.add(page.content(document.pages + 1))
    document.close(sheet.title)
    return count


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands, in points."""

    left: float
    width: float
    is_figure: bool


def _columns(sheet: Sheet) -> tuple[_Place, ...]:
    whole = sum(column.weight for column in sheet.columns)
    found, left = [], float(MARGIN)
    for column in sheet.columns:
        width = (WIDTH - 2 * MARGIN) * column.weight / whole
        found.append(_Place(left, width - 4, column.is_figure))
        left += width
    return tuple(found)


class _Page:
    """The marks of one page."""

    def __init__(self, sheet: Sheet, columns: Sequence[_Place]) -> None:
        self._sheet, self._columns = sheet, columns
        self._marks: list[str] = []
        self._rows = 0

    @property
    def is_full(self) -> bool:
        return self._rows >= ROWS_PER_PAGE

    def put(self, row: Row) -> None:
        y = HEIGHT - MARGIN - HEAD - LEADING * (self._rows + 1)
        self._rows += 1
        if row.kind in (GROUP, TOTAL, HEADING):
            self._marks.append(f"0.93 0.94 0.96 rg {MARGIN} {y - 2.4:.1f} {WIDTH - 2 * MARGIN} {LEADING} re f 0 g")
        texts = (
            cell_text(column, value, kind=row.kind)
            for column, value in zip(self._sheet.columns, row.cells, strict=False)
        )
        self._marks.extend(self._line(texts, y, is_strong=row.kind != LINE))

    def _line(self, texts: Iterator[str], y: float, *, is_strong: bool) -> Iterator[str]:
        for place, text in zip(self._columns, texts, strict=False):
            if text:
                yield _text(text, place, y, is_strong=is_strong)

    def content(self, number: int) -> bytes:
        top = HEIGHT - MARGIN
        head = [_show(self._sheet.title, MARGIN, top - 12, 12, "B")]
        facts = (*self._sheet.facts[:1], " · ".join(self._sheet.facts[1:]))  # Whatever was chosen.
        head += [_show(fact, MARGIN, top - 24 - 10 * rank, 8, "R") for rank, fact in enumerate(facts)]
        labels = iter([column.label for column in self._sheet.columns])
        y = top - HEAD + 4
        head += self._line(labels, y, is_strong=True)
        head.append(f"0.4 w {MARGIN} {y - 4:.1f} m {WIDTH - MARGIN} {y - 4:.1f} l S")
        foot = _show(f"{number} / ", WIDTH - MARGIN - 60, MARGIN - 12, 8, "R", right=30)
        return "\n".join(
            [*head, *self._marks, foot, f"q 1 0 0 1 {WIDTH - MARGIN - 30} {MARGIN - 12} cm /N Do Q"]
        ).encode("latin-1")


def _text(text: str, place: _Place, y: float, *, is_strong: bool) -> str:
    wide = place.width / SIZE * 1000 / (BOLDER if is_strong else 1)
    shown = _cut(text.translate(SPACES), wide)
    right = place.width if place.is_figure else 0
    return _show(shown, place.left, y, SIZE, "B" if is_strong else "R", right=right)


def _show(text: str, x: float, y: float, size: float, font: str, *, right: float = 0) -> str:
    text = text.translate(SPACES)
    if right:
        x += right - _wide(text) * size / 1000 * (BOLDER if font == "B" else 1)
    escaped = text.encode("cp1252", "replace").decode("latin-1")
    escaped = (
        escaped.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").replace("\n", " ").replace("\r", " ")
    )
    return f"BT /{font} {size} Tf {x:.1f} {y:.1f} Td ({escaped}) Tj ET"


class _Widths(dict[str, int]):
    """The width of each letter, computed once: an accent adds none."""

    def __missing__(self, letter: str) -> int:
        base = unicodedata.normalize("NFKD", letter)[0]
        self[letter] = WIDTHS[ord(base) - 32] if " " <= base <= "~" else OTHER_WIDTH
        return self[letter]


LETTERS = _Widths()


def _wide(text: str) -> int:
    return sum(map(LETTERS.__getitem__, text))


def _cut(text: str, most: float) -> str:
    if _wide(text) <= most:
        return text
    left = most - 1000  # Of the ellipsis.
    for at, letter in enumerate(text):
        left -= LETTERS[letter]
        if left < 0:
            return f"{text[:at].rstrip()}…"
    return text


class _Document:
    """The objects of a PDF, written one after another; what is kept is where each page begins."""

    # 1: catalogue, 2: pages, 3 and 4: fonts, 5: number of pages as a form, 6: information.
    FIRST = 7

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._at = stream, 0
        self._places: dict[int, int] = {}
        self._next = self.FIRST
        self.pages = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add(self, content: bytes) -> None:
        """Add a page, and its content before it."""
        packed = zlib.compress(content, 6)
        self._stream_object(self._next, "/Filter /FlateDecode", packed)
        fonts = "/Font << /R 3 0 R /B 4 0 R >> /XObject << /N 5 0 R >>"
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << {fonts} >>"
            f" /Contents {self._next} 0 R >>"
        )
        self._object(self._next + 1, page)
        self._next += 2
        self.pages += 1

    def close(self, title: str) -> None:
        """Write what names every page, then where everything is."""
        kids = " ".join(f"{self.FIRST + 2 * rank + 1} 0 R" for rank in range(self.pages))
        told = "".join(f"\\{byte:03o}" for byte in b"\xfe\xff" + title.encode("utf-16-be"))
        self._object(
            1, "<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) /ViewerPreferences << /DisplayDocTitle true >> >>"
        )
        self._object(2, f"<< /Type /Pages /Count {self.pages} /Kids [{kids}] >>")
        for number, font in ((3, "Helvetica"), (4, "Helvetica-Bold")):
            encoding = "/Encoding /WinAnsiEncoding"
            self._object(number, f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} {encoding} >>")
        form = "/Type /XObject /Subtype /Form /BBox [0 -4 60 10] /Resources << /Font << /R 3 0 R >> >>"
        self._stream_object(5, form, f"BT /R 8 Tf 0 0 Td ({self.pages}) Tj ET".encode())
        self._object(6, f"<< /Title ({told}) /Producer (Livret) >>")
        self._index()

    def _index(self) -> None:
        start, count = self._at, len(self._places) + 1
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode())
        for number in range(1, count):
            self._write(f"{self._places[number]:010d} 00000 n \n".encode())
        self._write(f"trailer\n<< /Size {count} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())

    def _stream_object(self, number: int, facts: str, content: bytes) -> None:
        self._places[number] = self._at
        self._write(f"{number} 0 obj\n<< {facts} /Length {len(content)} >>\nstream\n".encode())
        self._write(content + b"\nendstream\nendobj\n")

    def _object(self, number: int, content: str) -> None:
        self._places[number] = self._at
        self._write(f"{number} 0 obj\n{content}\nendobj\n".encode())

    def _write(self, content: bytes) -> None:
        self._stream.write(content)
        self._at += len(content)
