"""Where a code goes on a form."""

from __future__ import annotations

from livret.suite.finance.vat.rules.codes import Code
from livret.suite.finance.vat.rules.forms import Cell, Form


def cells_of(code: Code, form: Form) -> tuple[Cell, ...]:
    """Return the cells of *form* that a line with *code* goes in: base, base of its rate, tax, "of which"."""
    family = code.family
    found = []
    if box := family.boxes.get(form.key):
        found.append(Cell(box, "tax" if family.side == "deductible" else "base"))
    if code.series and (box := form.rate_box(code.series, ledger=family.ledger)):
        found += [Cell(box, "base"), Cell(box, "tax")]
    if note := family.notes.get(form.key):
        found.append(Cell(note, "tax"))
    return tuple(cell for cell in found if form.box(cell.box))
