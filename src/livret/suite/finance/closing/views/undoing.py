"""Undoing a whole import: its facts, the confirmation, the work asked for."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.closing.forms import UndoForm
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.queries import pages
from livret.suite.finance.closing.services import works
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
        return _asked(request, found, year, form)
    context = {"company": company, "run": found, "year": year, "form": form, "works": pages.undoings_of(found)}
    return answer(request, "closing/import_undoing.html", context)


def _run(company: Company, pk: int) -> ImportRun:
    """Return an import that is in the books of the company, or was sent for it; 404 for any other."""
    runs = ImportRun.objects.select_related("fiscal_year__company")
    found = runs.filter(pk=pk, siren=company.siren).first()
    if found is None:
        raise Http404
    return found


def _asked(request: MemberRequest, run: ImportRun, year: FiscalYear, form: UndoForm) -> HttpResponse:
    siren, kind = year.company.siren, ClosingWork.Kind.IMPORT_UNDOING
    try:
        work = works.ask(year, kind, subject_id=run.pk, typed=form.typed(), by=request.actor, at=clock.now())
    except works.AlreadyAsked:
        return redirect_here(request, "closing:year", siren=siren, year=year.last_day.isoformat())
    return redirect_here(request, "closing:work", siren=siren, work=work.pk)
