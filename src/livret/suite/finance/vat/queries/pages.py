"""Returns as pages show them: rows of boxes, what negative amounts became, the franchise and its ceilings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.models import Balance, Entry
from livret.suite.finance.vat.models import Adjustment, Regime, Return
from livret.suite.finance.vat.rules.cells import cells_of
from livret.suite.finance.vat.rules.codes import codes_on
from livret.suite.finance.vat.rules.forms import Box, Cell, Form, form_on
from livret.suite.finance.vat.rules.regimes import Ceiling, ceilings


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A box of a return with its two columns, in whole euros, None where the form has no such column."""

    code: str
    label: str
    base: int | None
    tax: int | None
    opens_base: bool
    opens_tax: bool
    is_total: bool
    doubt: str

    @property
    def is_empty(self) -> bool:
        return not self.base and not self.tax


@dataclass(frozen=True, slots=True)
class Section:
    """Boxes under one heading."""

    key: str
    rows: Sequence[BoxRow]

    @property
    def label(self) -> str:
        return section_label(self.key)


def section_label(key: str) -> str:
    return {
        "taxed": _("Taxed operations, before tax"),
        "untaxed": _("Operations not taxed"),
        "gross": _("Gross VAT"),
        "deductible": _("Deductible VAT"),
        "result": _("Credit or tax to pay"),
    }[key]


def sections_of(made: Return, *, everything: bool = False) -> list[Section]:
    """Return the boxes of *made* by section, those without amount only with *everything*; totals always."""
    form = form_on(made.form, made.last_day)
    euros: Mapping[str, int] = made.figures.get("euros", {})
    fed = {cell for cell, codes in codes_by_cell(made, form).items() if codes}
    sections: dict[str, list[BoxRow]] = {}
    for box in form.boxes:
        row = _row(box, euros, fed)
        if everything or not row.is_empty or row.code in (form.due_box, form.payable_box, form.carried_box):
            sections.setdefault(box.section, []).append(row)
    return [Section(key, rows) for key, rows in sections.items()]


def _row(box: Box, euros: Mapping[str, int], fed: set[Cell]) -> BoxRow:
    amounts = {part: euros.get(f"{box.code}/{part}", 0) for part in box.parts}
    opened = {part: Cell(box.code, part) in fed and amounts.get(part, 0) != 0 for part in ("base", "tax")}
    return BoxRow(
        box.code,
        box.label,
        amounts.get("base"),
        amounts.get("tax"),
        opened["base"],
        opened["tax"],
        box.kind == "total",
        box.doubt or "",
    )


def codes_by_cell(made: Return, form: Form) -> dict[Cell, list[str]]:
    """Return the codes whose lines make each cell; those of a negative box follow its amount."""
    found: dict[Cell, list[str]] = {}
    for key, code in codes_on(made.last_day).items():
        for cell in cells_of(code, form):
            found.setdefault(cell, []).append(key)
    for box, part, to, _cents in made.figures.get("moves", []):
        target = form.box(to)
        if target:
            found.setdefault(Cell(to, target.parts[-1]), []).extend(found.get(Cell(box, part), []))
    return found


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A negative amount and where it went; to: "" when it is only left out of its column."""

    box: str
    part: str
    to: str
    cents: int


def moves_of(made: Return) -> list[MoveRow]:
    return [MoveRow(*move) for move in made.figures.get("moves", [])]


def adjustments_of(made: Return) -> list[Adjustment]:
    return list(Adjustment.objects.filter(vat_return=made).order_by("pk"))


def settlement_in_books(made: Return) -> Entry | None:
    """Return an entry of the period, not made by a filing, that settles VAT already; None when there is none."""
    rows = Entry.objects.filter(company=made.company_id, date__gte=made.first_day, date__lte=made.last_day)
    rows = rows.filter(fiscal_year__company=made.company_id, lines__account__number__regex="^(4455|44567)")
    rows = rows.filter(journal__kind="general").exclude(origin__room="vat")
    return rows.order_by("-date", "-id").first()


@dataclass(frozen=True, slots=True)
class CeilingRow:
    """A ceiling of the franchise beside the turnover that it bounds."""

    ceiling: Ceiling
    turnover_cents: int

    @property
    def tone(self) -> str:
        if self.turnover_cents > self.ceiling.cents:
            return "bad"
        return "warn" if self.turnover_cents * 10 > self.ceiling.cents * 9 else "good"


def ceiling_rows(company: Company, regime: Regime, today: date) -> list[CeilingRow]:
    """Return the ceilings of the franchise with the turnover of the year before and of this one until now."""
    try:
        found = ceilings(regime.activity, today)
    except Refusal:
        return []
    years = {"previous": today.year - 1, "current": today.year}
    return [CeilingRow(one, _turnover(company, years[one.bound])) for one in found]


def _turnover(company: Company, year: int) -> int:
    rows = Balance.objects.filter(fiscal_year__company=company, month__year=year, account__number__startswith="70")
    sums = rows.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    return int(sums["credit"] or 0) - int(sums["debit"] or 0)


def as_json(made: Return) -> dict[str, Any]:
    """Return a return as programs read it; amounts in whole euros."""
    form = form_on(made.form, made.last_day)
    filing = getattr(made, "filing", None)
    return {
        "siren": made.company.siren,
        "company": made.company.name,
        "form": form.number,
        "first_day": made.first_day.isoformat(),
        "last_day": made.last_day.isoformat(),
        "rank": made.rank,
        "state": made.state,
        "filed_at": filing.at.isoformat() if filing else None,
        "shares_sha256": filing.shares_hash if filing else None,
        "boxes": [
            {"box": row.code, "label": row.label, "base": row.base, "tax": row.tax}
            for section in sections_of(made, everything=True)
            for row in section.rows
        ],
    }
