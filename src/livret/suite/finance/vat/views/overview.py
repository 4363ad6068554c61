"""The home of VAT: where the company stands, period by period."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.vat.models import Regime
from livret.suite.finance.vat.queries import instalments, pages, regimes, returns

PERIODS_SHOWN = 24


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company, today = access.company_for(request, siren), clock.today()
    regime = regimes.regime_on(company, today)
    rows = returns.return_rows(company, today=today)
    is_franchise = regime is not None and regime.kind == Regime.Kind.FRANCHISE
    context = {
        "company": company,
        "regime": regime,
        "rows": rows[:PERIODS_SHOWN],
        "next": next((row for row in reversed(rows) if not row.is_filed and row.is_over), None),
        "ceilings": pages.ceiling_rows(company, regime, today) if regime and is_franchise else [],
        "schedules": instalments.schedules(company, today=today),
        "is_quarterly": regime is not None and regime.kind == Regime.Kind.QUARTERLY,
        "today": today,
        "may_validate": request.member.may("finance", "validate", company_id=company.pk),
        "may_administer": request.member.may("finance", "administer", company_id=company.pk),
    }
    return render(request, "vat/home.html", context)
