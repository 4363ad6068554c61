"""The number that a company gives to an account known by its beginning."""

from __future__ import annotations

from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import ChartAccount

USUAL_LENGTH = 6
LOOKED_AT = 500


def proposed_number(year: FiscalYear, root: str) -> str:
    """Return the first open account of the company that begins with *root*, else *root* as long as its others."""
    held = ChartAccount.objects.filter(company_id=year.company_id, number__startswith=root, is_closed=False)
    found = held.order_by("number").values_list("number", flat=True).first()
    return found or root.ljust(usual_length(year.company_id), "0")


def usual_length(company_id: int) -> int:
    """Return how long the company writes the numbers of its accounts."""
    numbers = ChartAccount.objects.filter(company_id=company_id).order_by("number").values_list("number", flat=True)
    lengths = [len(number) for number in numbers[:LOOKED_AT]]
    return max(set(lengths), key=lengths.count) if lengths else USUAL_LENGTH
