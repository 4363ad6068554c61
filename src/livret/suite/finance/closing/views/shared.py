"""What every page of closing finds first."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from livret.booklet.entitlements import Allowance
from livret.core import clock
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import redirect_here
from livret.suite.company.access import MemberRequest
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.rules import allowance_of
from livret.suite.finance import access
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.services import works


def opened(
    request: MemberRequest, siren: str, year: str, *, right: str = "read", even_purged: bool = False
) -> tuple[Company, FiscalYear, dict[str, Any]]:
    """Return company and year of the address, with what their pages show. 404, 403 or 410 as access says."""
    company = access.company_for(request, siren, right=right)
    held = access.year_for(company, year, even_purged=even_purged)
    return company, held, {"company": company, "year": held, **rights(request, company)}


def rights(request: MemberRequest, company: Company) -> dict[str, bool]:
    member = request.member
    return {
        "may_validate": member.may("finance", "validate", company_id=company.pk),
        "may_administer": member.may("finance", "administer", company_id=company.pk),
    }


def entries_allowance() -> Allowance | None:
    return allowance_of(current_entitlements(), "finance", "entries")


def asked(
    request: MemberRequest,
    year: FiscalYear,
    kind: ClosingWork.Kind,
    subject: int | None = None,
    *,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """Ask for a long work and lead to its page; to that of the year while the same is under way.

    typed: how it is to be done, or what was certified of it.
    """
    siren = year.company.siren
    try:
        work = works.ask(year, kind, subject_id=subject, typed=typed, by=request.actor, at=clock.now())
    except works.AlreadyAsked:
        return redirect_here(request, "closing:year", siren=siren, year=year.last_day.isoformat())
    return redirect_here(request, "closing:work", siren=siren, work=work.pk)
