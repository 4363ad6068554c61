"""Cut-off entries: the list, the small form of each kind, their reversal."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.views import answer
from livret.suite.finance.closing.forms import CutOffForm
from livret.suite.finance.closing.queries import pages
from livret.suite.finance.closing.rules.cutoffs import CutOffKind, kinds_for
from livret.suite.finance.closing.services import cutting
from livret.suite.finance.closing.services.forwarding import next_year
from livret.suite.finance.closing.services.numbers import proposed_number
from livret.suite.finance.closing.views.shared import entries_allowance, opened


@require_safe
@member_required(module="finance", right="read")
def cutoffs(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year)
    labels = {kind.code: kind.label for kind in kinds_for(held.first_day)}
    rows = [(row, labels.get(row.act.kind, row.act.kind)) for row in pages.cut_off_rows(held)]
    context |= {
        "rows": rows,
        "kinds": kinds_for(held.first_day),
        "waiting": sum(row.reversal_id is None for row, _label in rows),
        "following": next_year(held),
    }
    return render(request, "closing/cutoffs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def cutoff_new(request: MemberRequest, siren: str, year: str, kind: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year, right="validate")
    chosen = next((one for one in kinds_for(held.first_day) if one.code == kind), None)
    if chosen is None:
        raise Http404
    form, refusal = CutOffForm(request.POST or None, kind=chosen, initial=_proposed(held, chosen)), ""
    if form.is_valid():
        try:
            _post(request, held, form)
        except cutting.CutOffRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "closing:cutoffs", siren=siren, year=year)
    context |= {"form": form, "refusal": refusal, "kind": chosen, "following": next_year(held)}
    return answer(request, "closing/cutoff_new.html", context)


def _proposed(year: FiscalYear, kind: CutOffKind) -> dict[str, str]:
    found = {"counterpart": proposed_number(year, kind.counterpart)}
    return found | ({"vat_account": proposed_number(year, kind.vat)} if kind.vat else {})


def _post(request: MemberRequest, year: FiscalYear, form: CutOffForm) -> None:
    cutting.post_cut_off(
        year,
        form.typed(),
        allowance=entries_allowance(),
        by=request.actor,
        at=clock.now(),
        today=clock.today(),
    )


@require_POST
@member_required(module="finance", right="validate")
def cutoff_reversals(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """Undo in the next year what waits."""
    _company, held, _context = opened(request, siren, year, right="validate")
    cutting.reverse_cut_offs(held, allowance=entries_allowance(), by=request.actor, at=clock.now(), today=clock.today())
    return redirect_here(request, "closing:cutoffs", siren=siren, year=year)
