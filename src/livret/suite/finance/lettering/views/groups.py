"""What is lettered: groups, taking one apart, the trace of every act."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.lettering import access, queries
from livret.suite.finance.lettering.forms import ReasonForm
from livret.suite.finance.lettering.views.accounts import shared
from livret.suite.finance.services import lettering


@require_safe
@member_required(module="finance", right="read")
def groups(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    """The lettered groups of an account and party, latest first."""
    company = books.company_for(request, siren)
    held, opened = books.year_for(company, year), books.account_for(company, number)
    party = access.party_for(company, request.GET.get("party", ""))
    found, following = queries.letterings(held, opened, party, before=number_asked(request, "before"))
    kept = {"party": party.number} if party else {}
    context = {
        **shared(request, company, held),
        "account": opened,
        "party": party,
        "heading": party or opened,
        "groups": found,
        "query": "?" + urlencode(kept) if kept else "",
        "next": "?" + urlencode({**kept, "before": following}) if following else "",
    }
    return render(request, "lettering/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def group(request: MemberRequest, siren: str, lettering_id: int) -> HttpResponse:
    """One lettering; POST takes it apart, with the reason that stays in the trace."""
    company = books.company_for(request, siren, right="write")
    held = access.lettering_for(company, lettering_id)
    form, refusal = ReasonForm(request.POST or None), ""
    if form.is_valid():
        try:
            lettering.unletter(held, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("Lettering %(code)s is taken apart; its lines are open.") % {"code": held.code})
            year = held.fiscal_year
            day = year.last_day.isoformat() if year else ""
            return redirect_here(request, "lettering:trail", siren=siren, year=day, number=held.account.number)
    lines = queries.lines_of(held)
    context = {
        **shared(request, company, held.fiscal_year),
        "lettering": held,
        "lines": lines,
        "left": sum(line.cents for line in lines),
        "form": form,
        "refusal": refusal,
    }
    return answer(request, "lettering/group.html", context)


@require_safe
@member_required(module="finance", right="read")
def trail(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    """Every act on the letterings of an account, latest first."""
    company = books.company_for(request, siren)
    held, opened = books.year_for(company, year), books.account_for(company, number)
    events, following = queries.trail(held, opened, before=number_asked(request, "before"))
    context = {
        **shared(request, company, held),
        "account": opened,
        "events": events,
        "next": f"?before={following}" if following else "",
    }
    return render(request, "lettering/trail.html", context)


def number_asked(request: MemberRequest, name: str) -> int:
    text = request.GET.get(name, "")[:18]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
