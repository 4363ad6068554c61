"""The official layouts of balance sheet and income statement, by the day a fiscal year was opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from livret.kernel import legislation
from livret.kernel.legislation import Table

DEBIT, CREDIT, ANY = "D", "C", ""
GROSS, LESS = "gross", "less"


@dataclass(frozen=True, slots=True)
class Slot:
    """A root of accounts and the side of their balance that a row takes; part: the column it falls in."""

    root: str
    side: str
    row: str
    part: str


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """A row of a statement.

    sign: 1 where a debit balance adds to it, -1 where a credit balance does; terms: of a total, the rows it sums, with
    their signs; is_result: it takes the result of classes 6 and 7. A row with neither slots nor terms is a heading.
    """

    key: str
    label: str
    level: int
    sign: int
    slots: tuple[Slot, ...]
    terms: tuple[tuple[int, str], ...]
    is_result: bool
    doubt: str | None

    @property
    def is_heading(self) -> bool:
        return not (self.slots or self.terms or self.is_result)


@dataclass(frozen=True, slots=True)
class Special:
    """The roots of the accounts of class 8 that no statement places.

    uses and resources: contributions in kind, shown below the income statement; commitments: shown nowhere here.
    """

    uses: str
    resources: str
    commitments: str
    source: str
    doubt: str

    @property
    def roots(self) -> tuple[str, str, str]:
        return self.uses, self.resources, self.commitments


@dataclass(frozen=True, slots=True)
class Layout:
    """The statements of the fiscal years opened from a day until another, excluded.

    by_auxiliary: the roots of the accounts whose parties are shown each on their own side, never offset.
    """

    name: str
    source: str
    opened_from: date
    opened_until: date | None
    doubt: str | None
    by_auxiliary: tuple[str, ...]
    special: Special
    assets: tuple[LayoutRow, ...]
    liabilities: tuple[LayoutRow, ...]
    income: tuple[LayoutRow, ...]
    balances: tuple[LayoutRow, ...]
    balances_doubt: str | None


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every layout, oldest first; they tile time. Raises BadData."""
    found = sorted((read_layout(path) for path in layout_files()), key=lambda layout: layout.opened_from)
    legislation.check_tiling(
        Table("statements", "", {}), [(layout.opened_from, layout.opened_until) for layout in found]
    )
    return tuple(found)


def layout_for(opened_on: date) -> Layout:
    """Return the layout of a fiscal year opened on that day; before the oldest, the oldest, which is our choice."""
    for layout in reversed(layouts()):
        if layout.opened_from <= opened_on:
            return layout
    return layouts()[0]


def layout_files() -> list[Path]:
    return sorted((legislation.folder() / "statements").glob("*.toml"))


def read_layout(path: Path) -> Layout:
    """Return the layout of one file. Raises BadData."""
    document = legislation.read_document(path)
    lists = {name: _lists(document, name) for name in ("balance_sheet", "income_statement", "balances")}
    layout = Layout(
        name=document.take("name", str),
        source=document.take("source", str),
        opened_from=document.take("opened_from", date),
        opened_until=document.take_optional("opened_until", date),
        doubt=document.take_optional("doubt", str),
        by_auxiliary=tuple(document.take("by_auxiliary", str).split()),
        special=_special(document),
        assets=_rows(lists["balance_sheet"], "assets", sign=1),
        liabilities=_rows(lists["balance_sheet"], "liabilities", sign=-1),
        income=_rows(lists["income_statement"], "rows", sign=-1),
        balances=_rows(lists["balances"], "rows", sign=-1),
        balances_doubt=lists["balances"].take_optional("doubt", str),
    )
    for table in (document, *lists.values()):
        table.done()
    return layout


def _special(document: Table) -> Special:
    table = Table(document.source, "special", document.take("special", dict))
    found = Special(**{name: table.take(name, str) for name in ("uses", "resources", "commitments", "source", "doubt")})
    table.done()
    return found


def _lists(document: Table, name: str) -> Table:
    return Table(document.source, name, document.take(name, dict))


def _rows(statement: Table, name: str, *, sign: int) -> tuple[LayoutRow, ...]:
    known: set[str] = set()
    return tuple(_row(table, sign, known) for table in statement.take_list(name))


def _row(table: Table, sign: int, known: set[str]) -> LayoutRow:
    key = table.take("key", str)
    if key in known:
        raise table.refused("key", f"{key!r} names two rows")
    expense = table.take_optional("expense", str)
    income = table.take_optional("gross", str) or table.take_optional("income", str)
    row = LayoutRow(
        key=key,
        label=table.take("label", str),
        level=table.take("level", int),
        sign=1 if expense else sign,
        slots=(
            *_slots(table, key, GROSS, expense or income),
            *_slots(table, key, LESS, table.take_optional("less", str)),
        ),
        terms=_terms(table, known),
        is_result=bool(table.take_optional("is_result", bool)),
        doubt=table.take_optional("doubt", str),
    )
    table.done()
    known.add(key)
    return row


def _slots(table: Table, key: str, part: str, roots: str | None) -> tuple[Slot, ...]:
    found = []
    for text in (roots or "").split():
        root, side = (text[:-1], text[-1]) if text[-1] in (DEBIT, CREDIT) else (text, ANY)
        if not root.isdecimal():
            raise table.refused(part, f"{text!r} is not a root of accounts, such as 512 or 512D")
        found.append(Slot(root, side, key, part))
    return tuple(found)


def _terms(table: Table, known: set[str]) -> tuple[tuple[int, str], ...]:
    found = []
    for text in (table.take_optional("sum", str) or "").split():
        sign, key = (-1, text[1:]) if text.startswith("-") else (1, text)
        if key not in known:
            raise table.refused("sum", f"{key!r} is no row above this one")
        found.append((sign, key))
    return tuple(found)
