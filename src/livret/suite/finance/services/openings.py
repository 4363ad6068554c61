"""Opening balances enter a year once: made here from the year before, or brought by a file, never both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from livret.suite.company import queries as companies
from livret.suite.finance.models import Entry, ImportRun, Journal
from livret.suite.finance.rules.journals import guessed_kind
from livret.suite.finance.services.refusing import ImportRefused


def require_opened_once(run: ImportRun, *, siren: str, last_day: date | None) -> None:
    """Raise ImportRefused when the file of *run* opens a year whose opening was made here and stands.

    A carry-forward after an import counts what the file opened with; a file after a carry-forward would double it.
    """
    company = companies.company_with_siren(siren)
    year = companies.year_ending(company, last_day) if company and last_day else None
    if company is None or year is None:
        return
    kinds = dict(Journal.objects.filter(company=company).values_list("code", "kind"))
    opening = _openings((one["code"] for one in run.summary.get("journals", [])), kinds)
    made = _made_here(year.pk, company.pk) if opening else None
    if made:
        words = _(
            "The opening balances of fiscal year %(year)s were carried forward here (%(reference)s), and this file "
            "brings them too, in journal %(journals)s: they would count twice. Send the file without that journal, or "
            "reverse the entry of opening balances first, and carry forward again afterwards: it then posts only what "
            "the file lacks."
        )
        reference = f"{made.journal.code} {made.number}"
        raise ImportRefused(words % {"year": year, "reference": reference, "journals": ", ".join(opening)})


def _openings(codes: Iterable[str], kinds: dict[str, str]) -> list[str]:
    """Return the journals of a file that hold opening balances: as the company says, else as their code tells."""
    return sorted(code for code in codes if kinds.get(code, guessed_kind(code)) == Journal.Kind.OPENING)


def _made_here(year_id: int, company_id: int) -> Entry | None:
    journals = Journal.objects.filter(company=company_id, kind=Journal.Kind.OPENING)
    held = Entry.objects.filter(fiscal_year=year_id, journal__in=journals, origin__isnull=False)
    undone = Exists(Entry.objects.filter(reverses=OuterRef("pk")))
    return held.exclude(undone).select_related("journal").order_by("pk").first()
