"""What is known of a posted entry beyond its lines: origin, due days, VAT, sections, documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Attachment, Entry, EntryOrigin, LineDue, LineSection, LineVat


@dataclass(slots=True)
class LineDetails:
    """The details of a line, those that were stated. sections: axis, section and cents, signed as debit less credit."""

    due_on: date | None = None
    vat_code: str = ""
    sections: list[tuple[str, str, int]] = field(default_factory=list)


def line_details(entry: Entry) -> Mapping[int, LineDetails]:
    """Return the details of the lines of *entry* that have some, by position."""
    found: dict[int, LineDetails] = {}
    for position, due_on in LineDue.objects.filter(entry=entry).values_list("position", "due_on"):
        found.setdefault(position, LineDetails()).due_on = due_on
    for position, code in LineVat.objects.filter(entry=entry).values_list("position", "code"):
        found.setdefault(position, LineDetails()).vat_code = code
    parts = LineSection.objects.filter(entry=entry).order_by("position", "section__axis__code", "section__code")
    for position, axis, section, cents in parts.values_list(
        "position", "section__axis__code", "section__code", "cents"
    ):
        found.setdefault(position, LineDetails()).sections.append((axis, section, cents))
    return found


def origin_of(entry: Entry) -> EntryOrigin | None:
    return EntryOrigin.objects.filter(entry=entry).first()


def documents_of(entry: Entry) -> list[Attachment]:
    return list(Attachment.objects.filter(entry=entry).order_by("pk"))


def proposed_reversal_day(entry: Entry, today: date) -> date:
    """Return the day after the year of *entry* when it ends that year and the next one is open, as cut-offs do.

    Else today when its own year holds it, else its own day.
    """
    year = entry.fiscal_year
    following = year.last_day + ONE_DAY
    if entry.date == year.last_day:
        years = FiscalYear.objects.filter(company=entry.company_id, first_day=following)
        if any(one.is_open for one in years):
            return following
    return today if today in year.days and today >= entry.date else entry.date
