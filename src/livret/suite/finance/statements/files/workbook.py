"""A sheet as a workbook: real numbers and dates, written row by row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from livret.suite.finance.statements.rules.sheets import AMOUNT, GROUP, HEADING, PERCENT, TOTAL, Column, Row, Sheet

FORMATS = {AMOUNT: "#,##0.00", PERCENT: "0.0%"}
DAY_FORMAT = "dd/mm/yyyy"
MOST_ROWS = 1_000_000  # A workbook holds 1,048,576 in one table; the rest goes on in the next.
STRONG = frozenset({GROUP, TOTAL, HEADING})
BOLD = Font(bold=True)


def write_xlsx(sheet: Sheet, stream: BinaryIO) -> int:
    """Write *sheet* and return its number of rows."""
    book = Workbook(write_only=True)
    count, table = 0, _table(book, sheet, 0)
    for row in sheet.rows:
        if count and count % MOST_ROWS == 0:
            table = _table(book, sheet, count // MOST_ROWS)
        count += 1
        table.append(_cells(table, sheet.columns, row))
    book.save(stream)
    return count


def _table(book: Workbook, sheet: Sheet, rank: int) -> Any:
    table: Any = book.create_sheet(f"{sheet.title[:25]} {rank + 1}" if rank else sheet.title[:31])
    for at, column in enumerate(sheet.columns, start=1):
        table.column_dimensions[get_column_letter(at)].width = column.weight * 1.4 + 2
    table.freeze_panes = f"A{len(sheet.facts) + 3}"
    for fact in (sheet.title, *sheet.facts):
        table.append([_strong(table, fact)])
    table.append([_strong(table, column.label, is_figure=column.is_figure) for column in sheet.columns])
    return table


def _strong(table: Any, value: str, *, is_figure: bool = False) -> Any:
    cell = WriteOnlyCell(table, value=_clean(value))
    cell.font = BOLD
    if is_figure:
        cell.alignment = Alignment(horizontal="right")
    return cell


def _cells(table: Any, columns: Iterable[Column], row: Row) -> list[Any]:
    is_strong = row.kind in STRONG
    found = []
    for rank, (column, value) in enumerate(zip(columns, row.cells, strict=False)):
        if isinstance(value, str):
            cell = WriteOnlyCell(table, value=_clean(value))
            cell.data_type = "s"  # A label that begins with = is words.
        elif isinstance(value, date):
            cell = WriteOnlyCell(table, value=datetime.combine(value, time()))
            cell.number_format = DAY_FORMAT
        else:
            cell = WriteOnlyCell(table, value=_number(column, value))
            cell.number_format = FORMATS.get(column.kind, "General")
        if is_strong:
            cell.font = BOLD
        if rank == 0 and row.level:
            cell.alignment = Alignment(indent=row.level)
        found.append(cell)
    return found


def _number(column: Column, value: int | None) -> float | int | None:
    """Return euros for cents: a workbook holds binary numbers, exact to the cent up to ten thousand billion."""
    if value is None:
        return None
    divisor = {AMOUNT: 100, PERCENT: 10_000}.get(column.kind)
    return value / divisor if divisor else value


def _clean(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)
