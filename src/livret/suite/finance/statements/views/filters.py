"""Filters that a person names, keeps and forgets."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from livret.core.tenancy.links import redirect_here, url_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access as books_access
from livret.suite.finance.statements import access
from livret.suite.finance.statements.forms import FilterForm
from livret.suite.finance.statements.services import keeping


@require_POST
@member_required(module="finance", right="read")
def new(request: MemberRequest, siren: str, year: str, kind: str) -> HttpResponse:
    held = access.year_of(request, siren, year)
    report = access.report_of(kind)
    form = FilterForm(request.POST)
    query = request.POST.get("query", "")
    if form.is_valid():
        try:
            keeping.keep_filter(held.company, kind=report.kind, by=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    back = url_here(request, "statements:report", siren=siren, year=year, kind=report.kind)
    return HttpResponseRedirect(f"{back}?{query}" if form.is_valid() and query else back)


@require_POST
@member_required(module="finance", right="read")
def removal(request: MemberRequest, siren: str, saved: int) -> HttpResponse:
    company = books_access.company_for(request, siren)
    keeping.forget_filter(access.filter_for(request, company, saved))
    return redirect_here(request, "statements:home", siren=siren)
