"""Reports taken away: at once, or by a job and kept."""

from __future__ import annotations

from django.core.cache import cache
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access as books_access
from livret.suite.finance.models import YearLedger
from livret.suite.finance.statements import access
from livret.suite.finance.statements.jobs import progress_key
from livret.suite.finance.statements.models import ReportFile
from livret.suite.finance.statements.reports.asked import facts_of
from livret.suite.finance.statements.services import files
from livret.suite.finance.statements.services.kept import kept_until

FIRST_FORMAT = "pdf"


@require_safe
@member_required(module="finance", right="read")
def now(request: MemberRequest, siren: str, year: str, kind: str, format: str) -> FileResponse | HttpResponse:
    """Send the file; of a book of a large year, the page that asks for it."""
    held = access.year_of(request, siren, year)
    report = access.report_of(kind)
    if format not in files.FORMATS:
        raise Http404
    _form, asked = access.asked_of(request, held, report)
    if files.is_for_a_job(kind, held):
        context = {"company": held.company, "year": held, "report": report, "format": format}
        context["most_pages"] = files.MOST_PAGES
        return render(request, "statements/long.html", {**context, "query": request.GET.urlencode()})
    stream, written = files.file_now(kind, asked, format, at=clock.now())
    return FileResponse(stream, as_attachment=True, filename=written.name, content_type=files.FORMATS[format])


@require_POST
@member_required(module="finance", right="read")
def asked(request: MemberRequest, siren: str, year: str, kind: str) -> HttpResponse:
    held = access.year_of(request, siren, year)
    report = access.report_of(kind)
    format = request.POST.get("format", FIRST_FORMAT)
    if format not in files.FORMATS:
        raise Http404
    form, wanted = access.asked_of(request, held, report)
    query = access.query_of(form)
    file = files.ask_for_file(report.kind, wanted, format, query=query, by=request.actor, at=clock.now())
    return redirect_here(request, "statements:file", siren=siren, file=file.pk)


@require_safe
@member_required(module="finance", right="read")
def kept(request: MemberRequest, siren: str, file: int) -> HttpResponse:
    company = books_access.company_for(request, siren)
    found = access.file_for(company, file)
    ledger = YearLedger.objects.filter(fiscal_year=found.fiscal_year).first()
    context = {
        "company": company,
        "file": found,
        "report": access.report_of(found.kind),
        "facts": facts_of(access.asked_of_file(found, today=clock.today()))[1:],
        "kept_until": kept_until(found),
        "is_waiting": found.state == ReportFile.State.ASKED,
        "rows": cache.get(progress_key(request.environment.pk, found.pk), 0),
        "lines": ledger.lines if ledger else 0,
    }
    return render(request, "statements/file.html", context)


@require_safe
@member_required(module="finance", right="read")
def content(request: MemberRequest, siren: str, file: int) -> FileResponse:
    found = access.file_for(books_access.company_for(request, siren), file)
    if found.state != ReportFile.State.READY:
        raise Http404
    stream, media_type = files.open_file(found), files.FORMATS[found.format]
    return FileResponse(stream, as_attachment=True, filename=found.name, content_type=media_type)
