"""Rows of a file that people made: CSV in the encodings of French offices, XLSX. One by one, within bounds. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import openpyxl
from openpyxl.packaging.manifest import Manifest
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.xml.functions import fromstring

MOST_LINES, MOST_COLUMNS, LONGEST_CELL = 50_000, 100, 2_000
LARGEST_BYTES, LARGEST_SHEET_BYTES, LARGEST_STRINGS_BYTES = 30_000_000, 300_000_000, 60_000_000
LARGEST_PART_BYTES, LONGEST_LINE = 4_000_000, 1_000_000  # Other parts are read whole: styles, names of sheets.
MOST_SWOLLEN, SWOLLEN_BYTES = 200, 5_000_000  # How many times its size in the file a large part may take.
MOST_PARTS, MOST_MERGED, CHUNK = 2_000, 1_000, 1 << 20
ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
DELIMITERS = (";", "\t", ",", "|")
TYPES = "[Content_Types].xml"
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')
Cell = str | Decimal | date | None


class SheetRefused(ValueError):
    """The file cannot be read. `code` says why, `value` with what."""

    def __init__(self, code: str, value: object = "") -> None:
        self.code, self.value = code, value
        super().__init__(f"{code} {value}".strip())


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row. line: as a spreadsheet numbers it; empty: the columns whose formula holds no value.

    is_merged: a cell of it is part of a merged one, whose value stands elsewhere.
    """

    line: int
    cells: tuple[Cell, ...]
    empty: tuple[int, ...] = ()
    is_merged: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.empty and all(cell in (None, "") for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is read: a CSV by its encoding and delimiter, an XLSX by its sheet. sheets: those that it has."""

    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = field(default=())


def shape_of(content: BinaryIO) -> Shape:
    """Return how the file seems to be written. Raises SheetRefused."""
    content.seek(0, io.SEEK_END)
    if content.tell() > LARGEST_BYTES:
        raise SheetRefused("too-large", LARGEST_BYTES)
    content.seek(0)
    head = content.read(8)
    if not head:
        raise SheetRefused("empty")
    if head.startswith(b"PK"):
        return _workbook_shape(content)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused("old-workbook")
    encoding = _encoding(content)
    return Shape("csv", encoding=encoding, delimiter=_delimiter(content, encoding))


def rows(content: BinaryIO, shape: Shape) -> Iterator[SheetRow]:
    """Yield the rows that are not blank. Raises SheetRefused, at any row."""
    found = _csv_rows(content, shape) if shape.kind == "csv" else _workbook_rows(content, shape)
    for count, row in enumerate(found):
        if count >= MOST_LINES:
            raise SheetRefused("too-many-lines", MOST_LINES)
        yield row


def _encoding(content: BinaryIO) -> str:
    content.seek(0)
    head = content.read(4)
    content.seek(0)
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder, has_nul = codecs.getincrementaldecoder("utf-8-sig")(), False
    try:
        while chunk := content.read(CHUNK):
            has_nul = has_nul or b"\0" in chunk
            decoder.decode(chunk)
        decoder.decode(b"", True)
        found = "utf-8-sig"
    except UnicodeDecodeError:
        found = "cp1252"
    if has_nul:
        raise SheetRefused("binary")
    return found


def _delimiter(content: BinaryIO, encoding: str) -> str:
    """Return the mark that cuts the first lines into the same number of cells, more than one, most often."""
    content.seek(0)
    head = codecs.getincrementaldecoder(encoding)("replace").decode(content.read(65_536))
    lines = head.splitlines()[:20]
    counts = {mark: [line.count(mark) for line in lines if line.strip()] for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: (_steady(counts[mark]), sum(counts[mark])))


def _steady(counts: Sequence[int]) -> int:
    return sum(1 for count in counts if count and count == counts[0])


def _csv_rows(content: BinaryIO, shape: Shape) -> Iterator[SheetRow]:
    content.seek(0)
    text = io.TextIOWrapper(content, encoding=shape.encoding, errors="strict", newline="")
    try:
        csv.field_size_limit(LONGEST_CELL * 10)
        reader = csv.reader(_lines(text), delimiter=shape.delimiter)
        before = 0
        for cells in reader:
            line, before = before + 1, reader.line_num
            row = SheetRow(line, _cut(cells))
            if not row.is_blank:
                yield row
    except UnicodeDecodeError as error:
        raise SheetRefused("wrong-encoding", shape.encoding) from error
    except csv.Error as error:
        raise SheetRefused("broken-csv", str(error)) from error
    finally:
        if not content.closed:  # The reader of a few rows may have closed the file before it lets the others go.
            text.detach()


def _lines(text: Iterable[str]) -> Iterator[str]:
    for line in text:
        if len(line) > LONGEST_LINE:
            raise SheetRefused("too-many-columns", MOST_COLUMNS)
        if "\0" in line:
            raise SheetRefused("binary")
        yield line


def _cut(cells: Sequence[Any]) -> tuple[Cell, ...]:
    if len(cells) > MOST_COLUMNS and any(cell not in (None, "") for cell in cells[MOST_COLUMNS:]):
        raise SheetRefused("too-many-columns", MOST_COLUMNS)
    return tuple(_plain(cell) for cell in cells[:MOST_COLUMNS])


def _plain(cell: Any) -> Cell:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, bool) or cell is None:
        return str(cell) if cell is not None else None
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, date):
        return cell
    return str(cell)[:LONGEST_CELL].strip()


def _number(value: int | float) -> Decimal:
    """Return a number of a workbook as it was typed: a binary 0.30000000000000004 is 0.3."""
    return Decimal(repr(round(value, 9))).normalize() if isinstance(value, float) else Decimal(value)


def _workbook_shape(content: BinaryIO) -> Shape:
    with _workbook(content) as book:
        names = tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible")
    if not names:
        raise SheetRefused("no-sheet")
    return Shape("xlsx", sheet=names[0], sheets=names)


@contextmanager
def _workbook(content: BinaryIO, *, values: bool = True) -> Iterator[Any]:
    """Open a workbook after looking at its parts: none may be a bomb, hold macros, or declare entities."""
    _check_parts(content)
    content.seek(0)
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=values, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError, OSError, AttributeError, SyntaxError) as error:
        raise SheetRefused("broken-workbook") from error
    try:
        yield book
    finally:
        book.close()


def _check_parts(content: BinaryIO) -> None:
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_SHEET_BYTES:
                raise SheetRefused("too-large-inside", LARGEST_SHEET_BYTES)
            sheets = _sheet_parts(archive)
            for part in parts:
                _check_part(archive, part, is_sheet=part.filename in sheets)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, KeyError, TypeError) as error:
        raise SheetRefused("broken-workbook") from error


def _sheet_parts(archive: zipfile.ZipFile) -> set[str]:
    """Return the parts that are tables and nothing else: read row by row, they alone may be very large."""
    if archive.getinfo(TYPES).file_size > LARGEST_PART_BYTES:
        raise SheetRefused("too-large-inside", LARGEST_PART_BYTES)
    content = archive.read(TYPES)
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise SheetRefused("entities")
    try:
        root: Any = fromstring(content)
        manifest: Any = Manifest.from_tree(root)
    except (SyntaxError, AttributeError, ValueError) as error:
        raise SheetRefused("broken-workbook") from error
    told = manifest.Override
    if len({one.PartName for one in told}) < len(told):
        raise SheetRefused("broken-workbook")
    tables = {one.PartName.lstrip("/") for one in told if one.ContentType.endswith(".worksheet+xml")}
    return {name for name in tables if name.startswith("xl/worksheets/")}


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, is_sheet: bool) -> None:
    name = part.filename.lower()
    if name.endswith("vbaproject.bin"):
        raise SheetRefused("macros")
    largest = LARGEST_STRINGS_BYTES if name == "xl/sharedstrings.xml" else LARGEST_PART_BYTES
    if name.endswith((".xml", ".rels")) and not is_sheet and part.file_size > largest:
        raise SheetRefused("too-large-inside", largest)
    if part.file_size > max(SWOLLEN_BYTES, MOST_SWOLLEN * part.compress_size):
        raise SheetRefused("too-large-inside", SWOLLEN_BYTES)
    if name.endswith((".xml", ".rels")):
        with archive.open(part) as held:
            head = held.read(65_536 if is_sheet else LARGEST_PART_BYTES)
            if b"<!DOCTYPE" in head.replace(b"\0", b""):
                raise SheetRefused("entities")


def _workbook_rows(content: BinaryIO, shape: Shape) -> Iterator[SheetRow]:
    """Yield the rows of a sheet. Its values and its formulas are read side by side: a formula without value is told."""
    merged = _merged_lines(content, shape)
    twin = io.BytesIO(_whole(content))
    with _workbook(content) as book, _workbook(twin, values=False) as formulas:
        if shape.sheet not in book.sheetnames:
            raise SheetRefused("no-sheet", shape.sheet)
        sides = [_sheet_rows(held[shape.sheet]) for held in (book, formulas)]
        try:
            for line, (row, formula) in enumerate(zip(*sides, strict=False), start=1):
                empty = tuple(
                    place
                    for place, (cell, made) in enumerate(zip(row, formula, strict=False))
                    if cell is None and isinstance(made, str) and made.startswith("=")
                )
                found = SheetRow(line, _cut(row), empty, line in merged)
                if not found.is_blank:
                    yield found
        except (KeyError, ValueError, TypeError, OSError, AttributeError, SyntaxError, zipfile.BadZipFile) as error:
            if isinstance(error, SheetRefused):
                raise
            raise SheetRefused("broken-workbook") from error


def _sheet_rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # What a file says of its own size is not believed.
    return iter(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1, max_row=MOST_LINES * 4))


def _whole(content: BinaryIO) -> bytes:
    content.seek(0)
    return content.read()


def _merged_lines(content: BinaryIO, shape: Shape) -> set[int]:
    """Return the lines that some merged range covers."""
    found: set[int] = set()
    with _workbook(content) as book:
        path = book[shape.sheet]._worksheet_path.lstrip("/") if shape.sheet in book.sheetnames else ""
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        if path not in archive.namelist():
            return found
        with archive.open(path) as held:
            tail = b""
            while chunk := held.read(CHUNK):
                for reference in _MERGED.findall(tail + chunk)[:MOST_MERGED]:
                    _left, top, _right, bottom = range_boundaries(reference.decode())
                    if top and bottom:
                        found.update(range(int(top), min(int(bottom), MOST_LINES * 4) + 1))
                tail = chunk[-64:]
    return found
