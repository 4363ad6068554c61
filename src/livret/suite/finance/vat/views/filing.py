"""Adjusting and filing a return."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.jobs import allowances
from livret.suite.finance.vat.access import return_for
from livret.suite.finance.vat.forms import AdjustmentForm, FilingForm
from livret.suite.finance.vat.queries import pages
from livret.suite.finance.vat.rules.forms import Cell, form_on
from livret.suite.finance.vat.services import filing as services
from livret.suite.finance.vat.views.returns import return_context


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def adjustment(request: MemberRequest, siren: str, first: str) -> HttpResponse:
    company = access.company_for(request, siren, right="validate")
    made = return_for(company, first)
    initial = {"cell": request.GET.get("case", "")}
    form = AdjustmentForm(request.POST or None, form=form_on(made.form, made.last_day), initial=initial)
    refusal = ""
    if form.is_valid():
        typed = form.cleaned_data
        cell = Cell(*typed["cell"].split("/"))
        said = {"account": typed["account"].strip(), "reason": typed["reason"]}
        try:
            services.adjust(made, cell, typed["amount"], **said, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "vat:return", siren=siren, first=first)
    return answer(request, "vat/adjustment.html", {"company": company, "made": made, "form": form, "refusal": refusal})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def filing(request: MemberRequest, siren: str, first: str) -> HttpResponse:
    """Review what will be frozen, then freeze it."""
    company = access.company_for(request, siren, right="validate")
    made = return_for(company, first)
    settled = pages.settlement_in_books(made)
    typed = request.POST if request.method == "POST" else None
    form, refusal = FilingForm(typed, initial={"posts_settlement": settled is None}), ""
    if form.is_valid():
        try:
            services.file_return(
                made, **form.cleaned_data, allowance=allowances().entries, by=request.actor, at=clock.now()
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The return is filed: its figures will not change any more."))
            return redirect_here(request, "vat:return", siren=siren, first=first)
    context = return_context(request, company, made) | {"form": form, "refusal": refusal, "settled": settled}
    return answer(request, "vat/filing.html", context)
