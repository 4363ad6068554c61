"""What people kept of reports: filters and files."""

from __future__ import annotations

from uuid import UUID

from livret.suite.company.models import Company
from livret.suite.finance.statements.models import Loan, ReportFile, SavedFilter

SHOWN = 10


def filters_of(company: Company, person_id: UUID) -> list[SavedFilter]:
    return list(SavedFilter.objects.filter(company=company, person_id=person_id).order_by("kind", "name"))


def latest_files(company: Company) -> list[ReportFile]:
    return list(ReportFile.objects.select_related("fiscal_year").filter(company=company).order_by("-asked_at")[:SHOWN])


def loans_of(company: Company) -> list[Loan]:
    return list(Loan.objects.filter(company=company).order_by("first_on", "pk"))
