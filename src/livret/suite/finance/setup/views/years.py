"""The first page of the set-up, and fiscal years."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from stdnum.fr import siren as siren_number

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company import services as companies
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.forms import NextYearForm
from livret.suite.company.views import answer, proposed_days
from livret.suite.finance import access
from livret.suite.finance.models import ChartAccount, Journal
from livret.suite.finance.setup.queries import lists


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    """What the books of a company are made of, and what they still lack."""
    company = access.company_for(request, siren)
    journals, years = lists.journals(company), lists.years(company)
    kinds = {journal.kind for journal in journals if not journal.is_closed}
    may_administer = request.member.may("finance", "administer", company_id=company.pk)
    context = {
        "company": company,
        "vat_number": "FR" + siren_number.to_tva(company.siren),
        "years": years,
        "journals": journals,
        "accounts": ChartAccount.objects.filter(company=company).count(),
        "parties": sum(lists.counts_by_kind(company).values()),
        "axes": lists.axes(company),
        "currencies": lists.currencies_noted(company),
        "lacks_year": may_administer and not any(row.year.is_open for row in years),
        "lacks_opening": may_administer and "opening" not in kinds,
        "unbound_banks": _unbound_banks(journals) if may_administer else [],
    }
    return render(request, "setup/home.html", context)


def _unbound_banks(journals: list[Journal]) -> list[Journal]:
    """Return the open journals of bank or cash whose account nobody gave yet."""
    return [one for one in journals if one.kind == Journal.Kind.BANK and not one.account and not one.is_closed]


@require_safe
@member_required(module="finance", right="read")
def years(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    context = {
        "company": company,
        "years": lists.years(company),
        "may_administer": request.member.may("finance", "administer", company_id=company.pk),
    }
    return render(request, "setup/years.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def year_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    form, refusal = NextYearForm(request.POST or None, initial=proposed_days(company)), ""
    if form.is_valid():
        try:
            companies.open_fiscal_year(company, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "setup:years", siren=siren)
    context = {"company": company, "form": form, "refusal": refusal, "title": _("Open a fiscal year")}
    return answer(request, "setup/year_new.html", context)
