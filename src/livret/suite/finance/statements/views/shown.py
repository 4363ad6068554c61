"""Sheets made ready for a page: texts, addresses and pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from livret.core.tenancy.links import url_here
from livret.suite.company.access import MemberRequest
from livret.suite.finance.statements.files.words import cell_text
from livret.suite.finance.statements.rules.sheets import CODE, HEADING, LINE, Column, Row, Sheet, Target

ROWS_PER_PAGE = 500


@dataclass(frozen=True, slots=True)
class ShownCell:
    text: str
    url: str
    is_figure: bool
    is_code: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """span: how many columns its first cell covers."""

    head: ShownCell
    cells: tuple[ShownCell, ...]
    kind: str
    level: int
    note: str
    span: int

    @property
    def is_group(self) -> bool:
        return self.kind != LINE


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A page of the rows of a sheet. page: None when it has no row."""

    sheet: Sheet
    columns: tuple[Column, ...]
    rows: tuple[ShownRow, ...]
    page: Page[Row] | None

    @property
    def failed(self) -> list[Any]:
        return [check for check in self.sheet.checks if not check.is_met]


def shown(request: MemberRequest, sheet: Sheet) -> ShownSheet:
    """Return the page of *sheet* that the address asks for."""
    rows = list(sheet.rows)
    lines = sum(1 for row in rows if row.kind == LINE)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    inside = tuple(_row(request, sheet, row) for row in page.object_list)
    return ShownSheet(sheet, sheet.columns, inside if lines else (), page if lines else None)


def _row(request: MemberRequest, sheet: Sheet, row: Row) -> ShownRow:
    cells = [_cell(request, column, row, rank) for rank, column in enumerate(sheet.columns)]
    span = len(cells) if row.kind == HEADING or len(row.cells) == 1 else 1
    if span == 1 and row.kind != LINE:
        span = _covered(cells)
    return ShownRow(cells[0], tuple(cells[span:]), row.kind, row.level, row.note, span)


def _covered(cells: list[ShownCell]) -> int:
    """Return how far the name of a total reaches over the empty cells beside it."""
    span = 1
    while span < len(cells) and not cells[span].is_figure and not cells[span].text:
        span += 1
    return span


def _cell(request: MemberRequest, column: Column, row: Row, rank: int) -> ShownCell:
    value = row.cells[rank] if rank < len(row.cells) else None
    target = row.targets.get(rank)
    url = address(request, target) if target else ""
    return ShownCell(cell_text(column, value, kind=row.kind), url, column.is_figure, column.kind == CODE)


def address(request: MemberRequest, target: Target) -> str:
    return url_here(request, target.name, **target.kwargs) + target.query
