"""A report as columns and rows of typed values: what a page, a CSV, a workbook and a PDF are all written from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

# Kinds of columns. AMOUNT holds cents, PERCENT a fraction in ten-thousandths, CODE is set in a fixed width.
TEXT, CODE, DAY, AMOUNT, NUMBER, PERCENT = "text", "code", "day", "amount", "number", "percent"
FIGURES = frozenset({AMOUNT, NUMBER, PERCENT})
# Kinds of rows.
LINE, GROUP, TOTAL, HEADING = "line", "group", "total", "heading"
Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """weight: how wide it is beside the others."""

    label: str
    kind: str = TEXT
    weight: int = 10

    @property
    def is_figure(self) -> bool:
        return self.kind in FIGURES


@dataclass(frozen=True, slots=True)
class Target:
    """Where a cell leads: the name of an address, its arguments, and a query that begins with ?."""

    name: str
    kwargs: Mapping[str, str | int]
    query: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """level: how deep it stands, from 0; targets: where its cells lead, by rank; note: a doubt about it, in words."""

    cells: tuple[Cell, ...]
    kind: str = LINE
    level: int = 0
    targets: Mapping[int, Target] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that the report proves about itself, or fails to. detail: with which values."""

    label: str
    is_met: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """name: of its files, without extension; facts: company, days and choices, in words; rows: read once, maybe long.

    file_rows: what the files hold when a page cannot show as much; landscape: how its PDF lies.
    """

    title: str
    name: str
    facts: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    is_long: bool = False
