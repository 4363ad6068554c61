"""A sheet as a workbook: real numbers and dates, written row by row."""

from __future__ import annotations

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
    count, writer = 0, _Writer(_table(book, sheet, 0), sheet.columns)
    for row in sheet.rows:
        if count and count % MOST_ROWS == 0:
            writer = _Writer(_table(book, sheet, count // MOST_ROWS), sheet.columns)
        count += 1
        writer.write(row)
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


class _Writer:
    """Writes rows into a table; one cell of each look is made once and filled again: making them is the cost."""

    def __init__(self, table: Any, columns: tuple[Column, ...]) -> None:
        self._table, self._columns = table, columns
        self._looks: dict[tuple[int, bool, int, bool], Any] = {}

    def write(self, row: Row) -> None:
        is_strong = row.kind in STRONG
        cells = []
        for rank, value in enumerate(row.cells[: len(self._columns)]):
            cell = self._cell(rank, is_strong, row.level if rank == 0 else 0, isinstance(value, date))
            if isinstance(value, str):
                cell.value = _clean(value)
                cell.data_type = "s"  # A label that begins with = is words.
            elif isinstance(value, date):
                cell.value = datetime.combine(value, time())
            else:
                cell.value = _number(self._columns[rank], value)
            cells.append(cell)
        self._table.append(cells)

    def _cell(self, rank: int, is_strong: bool, level: int, is_day: bool) -> Any:
        look = (rank, is_strong, level, is_day)
        if look not in self._looks:
            cell = self._looks[look] = WriteOnlyCell(self._table)
            cell.number_format = DAY_FORMAT if is_day else FORMATS.get(self._columns[rank].kind, "General")
            if is_strong:
                cell.font = BOLD
            if level:
                cell.alignment = Alignment(indent=level)
        return self._looks[look]


def _number(column: Column, value: int | None) -> float | int | None:
    """Return euros for cents: a workbook holds binary numbers, exact to the cent up to ten thousand billion."""
    if value is None:
        return None
    divisor = {AMOUNT: 100, PERCENT: 10_000}.get(column.kind)
    return value / divisor if divisor else value


def _clean(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)
