"""A short sheet as an archivable and accessible PDF (PDF/A-2a, PDF/UA-1), drawn from its values alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from json import dumps
from pathlib import Path
from typing import Any, BinaryIO, Final

import typst

from livret.suite.finance.statements.files.words import cell_text
from livret.suite.finance.statements.rules.sheets import Row, Sheet

PAGE: Final = Path(__file__).resolve().parents[1] / "pages" / "sheet.typ"
MOST_ROWS = 1_200  # Beyond, the library takes seconds and hundreds of megabytes.
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
# What the fonts of the library draw: a page of these standards is refused whole for one letter that they lack.
UNDRAWN: Final = re.compile(
    "[^\n -~\u00a0-\u017f\u0192\u0370-\u03ff\u0400-\u045f\u2010-\u2027\u202f-\u203a\u20ac\u2122\u2190-\u2193\u2212]"
)


def write_document(sheet: Sheet, rows: Sequence[Row], stream: BinaryIO, *, at: datetime) -> int:
    """Write *sheet*, whose rows are *rows*, and return their number. at: the date inside the file."""
    content = typst.compile(
        PAGE.read_bytes(),
        sys_inputs={"data": dumps(_told(sheet, rows), ensure_ascii=False)},
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=int(at.timestamp()),
    )
    stream.write(content)
    return len(rows)


def _told(sheet: Sheet, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "title": _drawn(sheet.title),
        "facts": [_drawn(fact) for fact in sheet.facts],
        "columns": [
            {"label": _drawn(column.label), "figure": column.is_figure, "weight": column.weight}
            for column in sheet.columns
        ],
        "rows": [_row(sheet, row) for row in rows],
        "checks": [
            {"label": _drawn(one.label), "met": one.is_met, "detail": _drawn(one.detail)} for one in sheet.checks
        ],
        "notes": [_drawn(note) for note in sheet.notes],
        "wide": len(sheet.columns) > 6,
    }


def _row(sheet: Sheet, row: Row) -> dict[str, Any]:
    texts = [
        _drawn(cell_text(column, value, kind=row.kind)) for column, value in zip(sheet.columns, row.cells, strict=False)
    ]
    texts += [""] * (len(sheet.columns) - len(texts))
    return {"cells": texts, "kind": row.kind, "level": row.level}


def _drawn(text: str) -> str:
    return UNDRAWN.sub("?", text)
