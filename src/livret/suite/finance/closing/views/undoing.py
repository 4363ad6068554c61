"""Undoing a whole import: its facts, the confirmation, the work asked for."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.closing.forms import UndoForm
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.queries import pages
from livret.suite.finance.closing.views.shared import asked
from livret.suite.finance.models import ImportRun, Journal


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def import_undoing(request: MemberRequest, siren: str, run: int) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    found = _run(company, run)
    journals = Journal.objects.filter(company=company, is_closed=False).order_by("code")
    form = UndoForm(request.POST or None, run=found, journals=journals)
    year = found.fiscal_year if found.state == ImportRun.State.DONE else None
    if year and year.is_open and form.is_valid():
        return asked(request, year, ClosingWork.Kind.IMPORT_UNDOING, found.pk, typed=form.typed())
    context = {"company": company, "run": found, "year": year, "form": form, "works": pages.undoings_of(found)}
    return answer(request, "closing/import_undoing.html", context)


def _run(company: Company, pk: int) -> ImportRun:
    """Return an import that is in the books of the company, or was sent for it; 404 for any other."""
    runs = ImportRun.objects.select_related("fiscal_year__company")
    found = runs.filter(pk=pk, siren=company.siren).first()
    if found is None:
        raise Http404
    return found
