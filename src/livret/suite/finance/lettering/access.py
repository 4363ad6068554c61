"""Finding what a page of lettering is about."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.lettering.models import AutoGroup, AutoRun
from livret.suite.finance.lettering.queries import runs_of
from livret.suite.finance.models import AuxiliaryAccount, Lettering

Row = TypeVar("Row")


def latest_year(company: Company) -> FiscalYear | None:
    """Return the latest fiscal year with entries, else the latest."""
    years = list(FiscalYear.objects.select_related("company", "ledger").filter(company=company).order_by("-last_day"))
    return next(
        (year for year in years if hasattr(year, "ledger") and year.ledger.entries), years[0] if years else None
    )


def party_for(company: Company, number: str) -> AuxiliaryAccount | None:
    """Return the party of the address; None when it names none, 404 when there is no such party."""
    if not number:
        return None
    return _found(AuxiliaryAccount.objects.filter(company=company, number=number).first())


def lettering_for(company: Company, pk: int) -> Lettering:
    rows = Lettering.objects.select_related("fiscal_year", "account", "auxiliary")
    return _found(rows.filter(company=company, pk=pk, fiscal_year__isnull=False).first())


def run_for(company: Company, pk: int) -> AutoRun:
    return _found(runs_of(company).filter(pk=pk).first())


def group_for(run: AutoRun, number: int) -> AutoGroup:
    return _found(AutoGroup.objects.filter(run=run, number=number).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row
