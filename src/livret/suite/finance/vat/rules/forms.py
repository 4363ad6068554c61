"""The boxes of the VAT returns, as dated data, and the arithmetic that fills them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import NamedTuple

from livret.kernel.legislation import NotInForce, Table, folder, read_document

FORMS = ("ca3", "ca12")
KINDS = ("base", "rate", "tax", "moved", "total", "note", "credit", "entry", "instalments")
SECTIONS = ("taxed", "untaxed", "gross", "deductible", "result")
ADJUSTABLE = ("base", "rate", "tax", "moved", "entry", "note", "instalments")


class Cell(NamedTuple):
    """One figure of a return: a box and which of its two columns."""

    box: str
    part: str  # "base" or "tax"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a form. negative_to: the box that a negative amount of this one is moved to."""

    code: str
    label: str
    section: str
    kind: str
    rates: tuple[str, ...]
    ledger: str
    negative_to: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    source: str
    doubt: str | None

    def __contains__(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    @property
    def parts(self) -> tuple[str, ...]:
        """The columns that the box has."""
        if self.kind == "rate":
            return ("base", "tax")
        return ("base",) if self.section in ("taxed", "untaxed") else ("tax",)


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it stood on a day."""

    key: str
    name: str
    number: str
    boxes: tuple[Box, ...]
    credit_box: str
    carried_box: str
    due_box: str
    payable_box: str
    refund_box: str

    def box(self, code: str) -> Box | None:
        return next((box for box in self.boxes if box.code == code), None)

    def rate_box(self, series: str, *, ledger: str = "") -> str:
        """Return the box of a rate (a key of rates.toml), "" when the form has none."""
        found = [box for box in self.boxes if series in box.rates]
        wanted = [box for box in found if box.ledger == ledger] or [box for box in found if not box.ledger]
        return wanted[0].code if wanted else ""


def form_on(key: str, day: date) -> Form:
    """Return the form *key* as it stands for a period that ends on *day*. Raises NotInForce before the first one."""
    held = _document(key)
    boxes = tuple(box for box in held.boxes if day in box)
    if not boxes:
        raise NotInForce(f"{held.name}: the data begins on {min(box.valid_from for box in held.boxes)}, not on {day}")
    return Form(
        held.key,
        held.name,
        held.number,
        boxes,
        held.credit_box,
        held.carried_box,
        held.due_box,
        held.payable_box,
        held.refund_box,
    )


@cache
def _document(key: str) -> Form:
    document = read_document(folder() / "vat" / f"{key}.toml")
    heads = {name: document.take(name, str) for name in ("name", "form")}
    named = {
        name: document.take(name, str) for name in ("credit_box", "carried_box", "due_box", "payable_box", "refund_box")
    }
    boxes = tuple(_box(code, table) for code, table in document.take_tables("box").items())
    document.done()
    return Form(key, heads["name"], heads["form"], boxes, **named)


def _box(code: str, table: Table) -> Box:
    kind, section = table.take("kind", str), table.take("section", str)
    if kind not in KINDS or section not in SECTIONS:
        raise table.refused("kind", f"{kind!r} in section {section!r} is unknown")
    box = Box(
        code=code,
        label=table.take("label", str),
        section=section,
        kind=kind,
        rates=tuple(table.take_optional("rates", list) or ()),
        ledger=table.take_optional("ledger", str) or "",
        negative_to=table.take_optional("negative_to", str) or "",
        plus=tuple(table.take_optional("plus", list) or ()),
        minus=tuple(table.take_optional("minus", list) or ()),
        valid_from=table.take("from", date),
        valid_until=table.take_optional("until", date),
        source=table.take("source", str),
        doubt=table.take_optional("doubt", str),
    )
    table.done()
    return box


@dataclass(frozen=True, slots=True)
class Move:
    """A negative amount, in cents without sign, that the form shows in another box."""

    cell: Cell
    to: str
    cents: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A form filled. euros: whole euros by cell, zeros left out; moves: what negative amounts became."""

    euros: Mapping[Cell, int]
    moves: tuple[Move, ...] = field(default=())

    def of(self, box: str, part: str = "tax") -> int:
        return self.euros.get(Cell(box, part), 0)


def whole_euros(cents: int) -> int:
    """Return cents as whole euros, the nearest, half a euro counting for one (rule `nearest_euro_each_box`).

    Source: n° 3310-CA3-SD and its notice (bases and taxes are rounded to the nearest euro); CGI, art. 1657.
    """
    return int((Decimal(cents) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def fill(form: Form, sums: Mapping[Cell, int], *, credit_cents: int = 0) -> Figures:
    """Return *form* filled from *sums*, signed cents by cell, adjustments included.

    credit_cents: the credit brought from the return before. A negative box is shown as zero and its amount moved where
    the form says, never dropped (rule `negative_boxes_are_moved`); a negative base of a rate stays with the
    regularisations of its operations, which already hold it. Then each box is rounded, then totals are drawn from
    the rounded boxes.
    """
    held = {cell: cents for cell, cents in sums.items() if form.box(cell.box)}
    held[Cell(form.credit_box, "tax")] = held.get(Cell(form.credit_box, "tax"), 0) + credit_cents
    moves = _move_negatives(form, held)
    euros = {cell: whole_euros(cents) for cell, cents in held.items()}
    for box in form.boxes:
        if box.kind == "total":
            euros[Cell(box.code, "tax")] = _total(box, euros)
    return Figures({cell: amount for cell, amount in euros.items() if amount}, tuple(moves))


def _move_negatives(form: Form, held: dict[Cell, int]) -> list[Move]:
    moves = []
    for box in form.boxes:
        for part in box.parts:
            cell = Cell(box.code, part)
            if held.get(cell, 0) >= 0 or not box.negative_to:
                continue
            moves.append(Move(cell, "" if (box.kind, part) == ("rate", "base") else box.negative_to, -held[cell]))
            held[cell] = 0
    for move in moves:
        if move.to and (target := form.box(move.to)):
            into = Cell(move.to, target.parts[-1])
            held[into] = held.get(into, 0) + move.cents
    return moves


def _total(box: Box, euros: Mapping[Cell, int]) -> int:
    plus = sum(euros.get(Cell(code, "tax"), 0) for code in box.plus)
    return max(plus - sum(euros.get(Cell(code, "tax"), 0) for code in box.minus), 0)
