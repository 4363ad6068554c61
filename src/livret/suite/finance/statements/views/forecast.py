"""The cash forecast, with its working; the loans that people type for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.core.ui.charts import LINE, Chart, Series
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access as books_access
from livret.suite.finance.statements import access
from livret.suite.finance.statements.forms import LoanForm
from livret.suite.finance.statements.queries import forecast as queries
from livret.suite.finance.statements.queries import kept
from livret.suite.finance.statements.queries.forecast import Forecast
from livret.suite.finance.statements.reports.management import unit_of
from livret.suite.finance.statements.rules.forecast import EXPECTED_IN
from livret.suite.finance.statements.services import keeping


@require_safe
@member_required(module="finance", right="read")
def forecast(request: MemberRequest, siren: str) -> HttpResponse:
    company = books_access.company_for(request, siren)
    return render(request, "statements/forecast.html", _context(request, company))


def _context(request: MemberRequest, company: Company) -> dict[str, Any]:
    found = queries.forecast_of(company, today=clock.today())
    weeks = (
        [(week, [(item, queries.source_words(item.source)) for item in week.items]) for week in found.weeks]
        if found
        else []
    )
    return {
        "company": company,
        "forecast": found,
        "weeks": weeks,
        "late": [(item, queries.source_words(item.source)) for item in found.late] if found else [],
        "expected_in": EXPECTED_IN,
        "chart": _chart(found) if found else None,
        "loans": kept.loans_of(company),
        "may_write": request.member.may("finance", "write", company_id=company.pk),
    }


def _chart(found: Forecast) -> Chart:
    closings = [week.closing for week in found.weeks]
    unit, words = unit_of([found.start, *closings])
    return Chart(
        _("Cash at the end of each week, %(unit)s") % {"unit": words},
        _("The cash of the books today, plus what is expected to come in, less what is expected to go out."),
        _("Week from"),
        (_("Today"), *(f"{week.first:%d/%m}" for week in found.weeks)),
        (Series(_("Cash"), tuple(round(cents / unit, 2) for cents in (found.start, *closings))),),
        LINE,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def loan_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = books_access.company_for(request, siren, right="write")
    form = LoanForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data
        facts = {name: typed[name] for name in ("label", "first_on", "every_months", "payments")}
        keeping.add_loan(company, cents=typed["amount"], **facts, by=request.actor, at=clock.now())
        return redirect_here(request, "statements:forecast", siren=siren)
    return answer(request, "statements/loan.html", {"company": company, "form": form})


@require_POST
@member_required(module="finance", right="write")
def loan_removal(request: MemberRequest, siren: str, loan: int) -> HttpResponse:
    company = books_access.company_for(request, siren, right="write")
    keeping.remove_loan(access.loan_for(company, loan), by=request.actor, at=clock.now())
    return redirect_here(request, "statements:forecast", siren=siren)
