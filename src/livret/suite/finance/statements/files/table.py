"""A sheet as CSV, the way French spreadsheets open it: semicolons, decimal commas, a mark that says UTF-8."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from livret.kernel.money import euros_of
from livret.suite.finance.statements.rules.sheets import AMOUNT, PERCENT, Cell, Column, Sheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheet: Sheet, stream: BinaryIO) -> int:
    """Write *sheet* and return its number of rows."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
    table = csv.writer(text, delimiter=";")
    table.writerow([column.label for column in sheet.columns])
    count = 0
    for row in sheet.rows:
        count += 1
        table.writerow([_cell(column, value) for column, value in zip(sheet.columns, row.cells, strict=False)])
    text.flush()
    text.detach()
    return count


def _cell(column: Column, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str):
        return harmless(value)
    if column.kind == AMOUNT:
        return f"{euros_of(value):f}".replace(".", ",")
    return f"{Decimal(value) / 10_000:f}".replace(".", ",") if column.kind == PERCENT else str(value)


def harmless(text: str) -> str:
    """Return *text* so that a spreadsheet takes it for words and never for a formula."""
    return f"'{text}" if text[:1] in FORMULA_STARTS else text
