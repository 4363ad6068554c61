"""A return: its boxes, and the lines behind each."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.queries.tombstones import tombstones_between
from livret.suite.finance.vat.access import period_for, return_for
from livret.suite.finance.vat.models import Return
from livret.suite.finance.vat.queries import checks, instalments, pages, returns
from livret.suite.finance.vat.queries.changes import changes_since
from livret.suite.finance.vat.queries.lines import Key, lines_of, sums_by_code
from livret.suite.finance.vat.rules.codes import UNRESOLVED, codes_on
from livret.suite.finance.vat.rules.forms import Cell, form_on
from livret.suite.finance.vat.services import preparing


@require_safe
@member_required(module="finance", right="read")
def vat_return(request: MemberRequest, siren: str, first: str) -> HttpResponse:
    company = access.company_for(request, siren)
    rank = request.GET.get("rang", "")
    made = return_for(company, first, int(rank) if rank.isdecimal() and len(rank) < 6 else None)
    context = return_context(request, company, made) | {"everything": "toutes" in request.GET}
    context["sections"] = pages.sections_of(made, everything=context["everything"])
    return render(request, "vat/return.html", context)


def return_context(request: MemberRequest, company: Company, made: Return) -> dict[str, Any]:
    """Return what every page of a return shows."""
    is_ready = made.state != Return.State.PREPARING
    return {
        "company": company,
        "made": made,
        "form_name": form_on(made.form, made.last_day).name,
        "sections": pages.sections_of(made),
        "moves": pages.moves_of(made),
        "adjustments": pages.adjustments_of(made),
        "checks": checks.checks_of(made) if is_ready else [],
        "codes": sums_by_code(made),
        "schedules": [instalments.schedule_of(company, made.period, today=clock.today())]
        if made.form == "ca12"
        else [],
        "changes": changes_since(made),
        "filing": returns.filing_of(made),
        "is_ready": is_ready,
        "may_validate": request.member.may("finance", "validate", company_id=company.pk),
    }


@require_POST
@member_required(module="finance", right="validate")
def preparation(request: MemberRequest, siren: str, first: str) -> HttpResponse:
    """Prepare the return of a period, again, or a corrective one when the last is filed."""
    company = access.company_for(request, siren, right="validate")
    period = period_for(company, first)
    try:
        made = preparing.begin_return(company, period, by=request.actor, at=clock.now())
    except Refusal as refusal:
        context = {"company": company, "period": period, "refusal": str(refusal)}
        return answer(request, "vat/refused.html", context)
    preparing.ask_for_preparation(made, at=clock.now())
    return redirect_here(request, "vat:return", siren=siren, first=first)


@require_safe
@member_required(module="finance", right="read")
def lines(request: MemberRequest, siren: str, first: str, rank: int) -> HttpResponse:
    """The lines of a box, of a code, or all of them."""
    company = access.company_for(request, siren)
    made = return_for(company, first, rank)
    box, part, code = (request.GET.get(name, "") for name in ("case", "colonne", "code"))
    form = form_on(made.form, made.last_day)
    every = [*codes_on(made.last_day), *UNRESOLVED]
    codes = [code] if code else pages.codes_by_cell(made, form).get(Cell(box, part), []) if box else every
    page = lines_of(made, codes, part=part if part in ("base", "tax") else "", after=_key(request.GET.get("apres", "")))
    kept = {name: value for name, value in (("case", box), ("colonne", part), ("code", code)) if value}
    after = "{}.{}.{}".format(*page.after) if page.after else ""
    context = {
        "company": company,
        "made": made,
        "page": page,
        "stones": tombstones_between(company, made.first_day, made.last_day),
        "box": form.box(box),
        "code": code,
        "next_url": f"?{urlencode({**kept, 'apres': after})}",
    }
    return render(request, "vat/lines.html", context)


def _key(text: str) -> Key | None:
    parts = text.split(".", 2)
    if len(parts) == 3 and all(part.isdecimal() and len(part) < 18 for part in parts[:2]):
        return int(parts[0]), int(parts[1]), parts[2]
    return None
