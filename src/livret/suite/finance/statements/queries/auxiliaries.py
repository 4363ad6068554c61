"""Where a party stands in the books of a year."""

from __future__ import annotations

from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, AuxiliaryBalance, ChartAccount


def accounts_of(party: AuxiliaryAccount, year: FiscalYear) -> list[ChartAccount]:
    """Return the general accounts under which *party* moved in *year*, by number."""
    moved = AuxiliaryBalance.objects.filter(fiscal_year=year, auxiliary=party).values("account").distinct()
    return list(ChartAccount.objects.filter(pk__in=moved).order_by("number"))
