"""Finding the reports that a request is about, for those who may read the books."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from livret.core import clock
from livret.suite.company.access import MemberRequest
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance import access
from livret.suite.finance.models import AuxiliaryAccount
from livret.suite.finance.statements.forms import ReportForm
from livret.suite.finance.statements.models import Loan, ReportFile, SavedFilter
from livret.suite.finance.statements.reports.asked import Asked, Report
from livret.suite.finance.statements.reports.registry import BY_KIND


def year_of(request: MemberRequest, siren: str, year: str) -> FiscalYear:
    """Return the fiscal year of the address, of a company whose books the member reads; else 404 or 403."""
    return access.year_for(access.company_for(request, siren), year)


def report_of(kind: str) -> Report:
    if kind not in BY_KIND:
        raise Http404
    return BY_KIND[kind]


def asked_of(request: MemberRequest, year: FiscalYear, report: Report) -> tuple[ReportForm, Asked]:
    """Return the form as the address fills it, and what it asks for."""
    form = ReportForm(request.GET, year=year, shown=report.fields, today=clock.today(), starts=report.starts)
    return form, Asked(year, form.days(), clock.today(), form.chosen())


def query_of(form: ReportForm) -> str:
    """Return the choices of *form* with the days that they mean today, for a file that is written later."""
    days = form.days()
    chosen = {"since": days.first_day.isoformat(), "until": days.last_day.isoformat(), **form.chosen()}
    return urlencode(chosen)


def asked_of_file(file: ReportFile, *, today: date) -> Asked:
    """Return what a file was asked to hold."""
    report = BY_KIND[file.kind]
    form = ReportForm(QueryDict(file.query), year=file.fiscal_year, shown=report.fields, today=today)
    return Asked(file.fiscal_year, form.days(), today, form.chosen())


def party_for(company: Company, number: str) -> AuxiliaryAccount:
    found = AuxiliaryAccount.objects.filter(company=company, number=number).first()
    if found is None:
        raise Http404
    return found


def file_for(company: Company, pk: int) -> ReportFile:
    found = ReportFile.objects.select_related("fiscal_year__company").filter(company=company, pk=pk).first()
    if found is None:
        raise Http404
    return found


def filter_for(request: MemberRequest, company: Company, pk: int) -> SavedFilter:
    """Return a filter of the member; those of others are not told."""
    found = SavedFilter.objects.filter(company=company, person_id=request.member.person_id, pk=pk).first()
    if found is None:
        raise Http404
    return found


def loan_for(company: Company, pk: int) -> Loan:
    found = Loan.objects.filter(company=company, pk=pk).first()
    if found is None:
        raise Http404
    return found
