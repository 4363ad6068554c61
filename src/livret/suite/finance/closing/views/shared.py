"""What every page of closing finds first."""

from __future__ import annotations

from typing import Any

from livret.booklet.entitlements import Allowance
from livret.core.tenancy.context import current_entitlements
from livret.suite.company.access import MemberRequest
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.rules import allowance_of
from livret.suite.finance import access


def opened(
    request: MemberRequest, siren: str, year: str, *, right: str = "read"
) -> tuple[Company, FiscalYear, dict[str, Any]]:
    """Return company and year of the address, with what their pages show. 404 or 403 as access says."""
    company = access.company_for(request, siren, right=right)
    held = access.year_for(company, year)
    return company, held, {"company": company, "year": held, **rights(request, company)}


def rights(request: MemberRequest, company: Company) -> dict[str, bool]:
    member = request.member
    return {
        "may_validate": member.may("finance", "validate", company_id=company.pk),
        "may_administer": member.may("finance", "administer", company_id=company.pk),
    }


def entries_allowance() -> Allowance | None:
    return allowance_of(current_entitlements(), "finance", "entries")
