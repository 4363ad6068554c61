"""The regime of a company and the codes of its accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.vat.forms import CodeForm, RegimeForm
from livret.suite.finance.vat.models import Regime
from livret.suite.finance.vat.queries import regimes
from livret.suite.finance.vat.queries.accounts import account_rows
from livret.suite.finance.vat.rules.codes import territory_codes
from livret.suite.finance.vat.services import setup


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def settings(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    form, refusal = RegimeForm(request.POST or None, initial=_first_values(company)), ""
    if form.is_valid():
        try:
            setup.set_regime(company, form.facts(), by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "vat:settings", siren=siren)
    context = _context(company) | {"form": form, "refusal": refusal}
    return answer(request, "vat/settings.html", context | {"code_form": _code_form(company)})


@require_POST
@member_required(module="finance", right="administer")
def codes(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    form = _code_form(company, request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        setup.choose_code(company, typed["root"], typed["code"], day=clock.today(), by=request.actor, at=clock.now())
        return redirect_here(request, "vat:settings", siren=siren)
    regime_form = RegimeForm(initial=_first_values(company))
    context = _context(company) | {"form": regime_form, "refusal": "", "code_form": form}
    return answer(request, "vat/settings.html", context)


def _context(company: Company) -> dict[str, Any]:
    today = clock.today()
    return {
        "company": company,
        "regimes": regimes.regimes_of(company)[::-1],
        "chosen": sorted(regimes.chosen_codes(company).items()),
        "accounts": account_rows(company, today),
    }


def _first_values(company: Company) -> dict[str, Any]:
    """Return what the form of the regime begins with: the regime of today, else the rule of the law."""
    today = clock.today()
    regime = regimes.regime_on(company, today)
    if regime is None:
        return {"since": today.replace(month=1, day=1), "services_due": Regime.Due.RECEIPTS}
    names = ("since", "kind", "services_due", "territory", "activity", "due_day")
    return {name: getattr(regime, name) for name in names}


def _code_form(company: Company, typed: Any = None) -> CodeForm:
    today = clock.today()
    regime = regimes.regime_on(company, today)
    territory = regime.territory if regime else Regime.Territory.MAINLAND
    return CodeForm(typed, codes=dict(territory_codes(today, territory)))
