"""The chart of a company, and the general charts it draws from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.charts import Chart, charts
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.queries import fiscal_years
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.setup.forms import AccountChangeForm, AccountForm
from livret.suite.finance.setup.queries import lists
from livret.suite.finance.setup.rules.charts import changes, holders
from livret.suite.finance.setup.rules.numbering import padded, usual_length
from livret.suite.finance.setup.services import chart as services

PAGE = 100
CLASSES = ("1", "2", "3", "4", "5", "6", "7", "8")


@require_safe
@member_required(module="finance", right="read")
def accounts(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "only")}
    family = request.GET.get("class", "")[:3]
    found = lists.accounts(company, words=asked["q"], family=family, only=asked["only"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    years = list(fiscal_years(company))
    context = {
        "company": company,
        "page": page,
        "rows": [(account, lists.validity_by_year(account, years)) for account in page],
        "years": years,
        "asked": {**asked, "family": family},
        "classes": CLASSES,
        "may_administer": request.member.may("finance", "administer", company_id=company.pk),
    }
    return render(request, "setup/accounts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def account_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    form, refusal = AccountForm(request.POST or None), ""
    if form.is_valid():
        try:
            opened = services.open_account(company, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "setup:account", siren=siren, number=opened.number)
    return answer(request, "setup/account_new.html", {"company": company, "form": form, "refusal": refusal})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def account(request: MemberRequest, siren: str, number: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    opened = access.account_for(company, number)
    initial = {name: getattr(opened, name) for name in ("label", "can_letter", "is_closed")}
    form = AccountChangeForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.change_account(opened, **form.cleaned_data, by=request.actor, at=clock.now())
        return redirect_here(request, "setup:accounts", siren=siren)
    context = {
        "company": company,
        "account": opened,
        "form": form,
        "charts": [(chart, chart.account(number)) for chart in holders(number)],
        "validity": lists.validity_by_year(opened, list(fiscal_years(company))),
    }
    return answer(request, "setup/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def chart(request: MemberRequest, siren: str) -> HttpResponse:
    """A general chart, a class at a time, from which accounts are opened by ticking them."""
    company = access.company_for(request, siren, right="administer" if request.method == "POST" else "read")
    held, refusal = lists.chart_named(request.GET.get("chart", "")), ""
    if request.method == "POST":
        try:
            opened = _open(request, company, held)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, opened)
            return redirect_here(request, "setup:accounts", siren=siren)
    return answer(request, "setup/chart.html", {**_chart_page(request, company, held), "refusal": refusal})


def _open(request: MemberRequest, company: Company, held: Chart) -> str:
    numbers = request.POST.getlist("account")
    opened = services.open_from_chart(company, held, numbers=numbers, by=request.actor, at=clock.now())
    words = ngettext("%(count)s account opened.", "%(count)s accounts opened.", len(opened))
    return words % {"count": len(opened)}


def _chart_page(request: MemberRequest, company: Company, held: Chart) -> dict[str, Any]:
    family = request.GET.get("class", "")[:1]
    family = family if family in CLASSES else "1"
    numbers = set(ChartAccount.objects.filter(company=company).values_list("number", flat=True))
    length = usual_length(numbers)
    shown = [one for number, one in held.accounts.items() if number.startswith(family) and len(number) > 1]
    rows = [(one, padded(one.number, length) in numbers, held.is_valid(one.number)) for one in shown]
    return {
        "company": company,
        "chart": held,
        "chart_year": str(held.opened_from.year),
        "charts": [(str(one.opened_from.year), one) for one in charts()],
        "classes": [(one, held.accounts[one].label) for one in CLASSES if one in held.accounts],
        "family": family,
        "rows": rows,
        "length": length,
        "may_administer": request.member.may("finance", "administer", company_id=company.pk),
    }


@require_safe
@member_required(module="finance", right="read")
def chart_changes(request: MemberRequest, siren: str) -> HttpResponse:
    """What each general chart added to the one before and removed from it, and the company's accounts it reaches."""
    company = access.company_for(request, siren)
    held = list(ChartAccount.objects.filter(company=company, valid_until__isnull=False).order_by("number"))
    years = [(row.year, row.chart) for row in lists.years(company)]
    context = {"company": company, "changes": changes(), "ending": held, "years": years}
    return render(request, "setup/chart_changes.html", context)
