"""Filling the boxes of a return from its shares, its adjustments and the credit brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from livret.suite.finance.vat.models import Return, Share
from livret.suite.finance.vat.queries.instalments import paid_in
from livret.suite.finance.vat.rules.cells import cells_of
from livret.suite.finance.vat.rules.codes import UNRESOLVED, codes_on
from livret.suite.finance.vat.rules.forms import Cell, Figures, Form, fill, form_on


def filled(made: Return) -> Figures:
    """Return the boxes of *made* filled from its shares, its adjustments, instalments and credit."""
    form = form_on(made.form, made.last_day)
    sums = dict(sums_by_cell(made, form))
    adjusted = made.adjustments.values("box", "part").annotate(cents=Sum("cents"))
    for row in adjusted:
        cell = Cell(row["box"], row["part"])
        sums[cell] = sums.get(cell, 0) + row["cents"]
    if box := next((box for box in form.boxes if box.kind == "instalments"), None):
        cell = Cell(box.code, "tax")
        sums[cell] = sums.get(cell, 0) + paid_in(made.company_id, made.period)
    return fill(form, sums, credit_cents=made.credit_cents)


def sums_by_cell(made: Return, form: Form) -> dict[Cell, int]:
    """Return the signed cents that the shares of *made* put in each cell of *form*."""
    known = codes_on(made.last_day)
    sums: defaultdict[Cell, int] = defaultdict(int)
    rows = Share.objects.filter(vat_return=made).values("code").annotate(base=Sum("base_cents"), tax=Sum("tax_cents"))
    for row in rows:
        if row["code"] in UNRESOLVED or (code := known.get(row["code"])) is None:
            continue
        for cell in cells_of(code, form):
            sums[cell] += row["tax"] if cell.part == "tax" else row["base"]
    return sums


def filed_figures(held: Mapping[str, Any]) -> Figures:
    """Return the boxes that a filing froze: those of *held*, made by `figures_as_json`."""
    return Figures({Cell(*key.split("/")): euros for key, euros in held["euros"].items()})


def figures_as_json(figures: Figures) -> dict[str, Any]:
    return {
        "euros": {f"{cell.box}/{cell.part}": euros for cell, euros in sorted(figures.euros.items())},
        "moves": [[move.cell.box, move.cell.part, move.to, move.cents] for move in figures.moves],
    }
