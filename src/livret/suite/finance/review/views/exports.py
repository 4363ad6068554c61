"""Everything taken away, and the proof of the books."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.queries import fiscal_years
from livret.suite.finance import access
from livret.suite.finance.closing.queries.checks import is_verified, last_verification
from livret.suite.finance.queries import proof as proofs
from livret.suite.finance.queries.tombstones import tombstones_of
from livret.suite.finance.review.models import BooksExport
from livret.suite.finance.review.services import exporting

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def exports(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    may_validate = request.member.may("finance", "validate", company_id=company.pk)
    refusal = ""
    if request.method == "POST":
        try:
            exporting.ask_for_export(company, has_bank_details=may_validate, by=request.actor, at=clock.now())
        except exporting.AlreadyAsked as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "review:exports", siren=siren)
    held = BooksExport.objects.filter(company=company).order_by("-pk")[:SHOWN]
    rows = [(one, _is_offered(one) and (may_validate or not one.has_bank_details)) for one in held]
    is_waiting = any(one.state == BooksExport.State.ASKED for one, _offered in rows)
    context = {"company": company, "rows": rows, "is_waiting": is_waiting, "may_validate": may_validate}
    return render(request, "review/exports.html", {**context, "refusal": refusal}, status=422 if refusal else 200)


def _is_offered(export: BooksExport) -> bool:
    return bool(export.offered_until and clock.now() < export.offered_until)


@require_safe
@member_required(module="finance", right="read")
def export(request: MemberRequest, siren: str, export: int) -> FileResponse:
    """Send an export while it is offered; one with bank details only to those who may see these."""
    company = access.company_for(request, siren)
    held = BooksExport.objects.filter(company=company, pk=export).first()
    may_validate = request.member.may("finance", "validate", company_id=company.pk)
    if held is None or not _is_offered(held) or (held.has_bank_details and not may_validate):
        raise Http404
    name = f"comptabilite-{siren}-{held.asked_at:%Y-%m-%d}.zip"
    return FileResponse(exporting.open_export(held), as_attachment=True, filename=name, content_type="application/zip")


@require_safe
@member_required(module="finance", right="read")
def proof(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    stones = tombstones_of(company)
    years = [
        {
            "year": year,
            "stone": stones.get(year.pk),
            "chains": proofs.chains_of(year),
            "verification": last_verification(year),
            "is_verified": is_verified(year),
        }
        for year in fiscal_years(company).select_related("company")
    ]
    return render(request, "review/proof.html", {"company": company, "years": years})
