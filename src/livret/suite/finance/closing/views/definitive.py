"""Carrying forward, opening the next year, closing for good, archives."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.views import answer
from livret.suite.finance.closing.forms import ClosureForm
from livret.suite.finance.closing.models import Archive, ClosingWork, YearClosing
from livret.suite.finance.closing.queries import pages
from livret.suite.finance.closing.queries.checks import judged_checks
from livret.suite.finance.closing.rules.retention import keepings
from livret.suite.finance.closing.services import archiving, opening
from livret.suite.finance.closing.services.forwarding import next_year
from livret.suite.finance.closing.views.checks import shown_check
from livret.suite.finance.closing.views.shared import asked, entries_allowance, opened
from livret.suite.finance.queries.tombstones import tombstone_of

Kind = ClosingWork.Kind


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def carry(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    right = "validate" if request.method == "POST" else "read"
    _company, held, context = opened(request, siren, year, right=right)
    if request.method == "POST":
        return asked(request, held, Kind.CARRY)
    context |= {
        "following": next_year(held),
        "next_days": opening.next_days(held),
        "gaps": pages.carry_gaps(held),
        "carries": pages.carries_of(held),
    }
    return render(request, "closing/carry.html", context)


@require_POST
@member_required(module="finance", right="administer")
def next_year_opening(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year, right="administer")
    try:
        _open_next(request, held)
    except Refusal as refused:
        context |= {"refusal": str(refused), "following": next_year(held), "next_days": opening.next_days(held)}
        return answer(request, "closing/carry.html", context)
    return redirect_here(request, "closing:carry", siren=siren, year=year)


def _open_next(request: MemberRequest, year: FiscalYear) -> None:
    opening.open_next_year(year, allowance=entries_allowance(), by=request.actor, at=clock.now(), today=clock.today())


@require_safe
@member_required(module="finance", right="read")
def closure(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """The first step of a definitive closing: what stands in the way, what becomes impossible."""
    _company, held, context = opened(request, siren, year)
    judged = judged_checks(held, today=clock.today())
    context |= {
        **pages.steps_of(held, judged),
        "blockers": [shown_check(request, one, company_id=held.company_id) for one in judged if one.is_in_the_way],
        "keepings": keepings(held.last_day),
    }
    return render(request, "closing/closure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def closure_confirmation(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """The second step: the year typed, and the work asked for."""
    _company, held, context = opened(request, siren, year, right="administer")
    form = ClosureForm(request.POST or None, closing=held)
    if form.is_valid():
        return asked(request, held, Kind.CLOSING)
    judged = judged_checks(held, today=clock.today())
    context |= {"form": form, **pages.steps_of(held, judged)}
    return answer(request, "closing/closure_confirmation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def archives(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    right = "validate" if request.method == "POST" else "read"
    _company, held, context = opened(request, siren, year, right=right, even_purged=request.method != "POST")
    if request.method == "POST":
        return asked(request, held, Kind.ARCHIVE)
    context |= {
        "stone": tombstone_of(held),
        "archives": pages.archives_of(held),
        "closing": YearClosing.objects.filter(pk=held.pk).first(),
        "keepings": keepings(held.last_day),
    }
    return render(request, "closing/archives.html", context)


@require_safe
@member_required(module="finance", right="read")
def archive(request: MemberRequest, siren: str, year: str, archive: int) -> FileResponse:
    _company, held, _context = opened(request, siren, year, even_purged=True)
    found = _archive(held, archive)
    try:
        stream = archiving.open_archive(found)
    except FileNotFoundError:
        raise Http404 from None
    name = f"archive-{siren}-{year}-{found.digest[:8]}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")


@require_POST
@member_required(module="finance", right="validate")
def archive_verification(request: MemberRequest, siren: str, year: str, archive: int) -> HttpResponse:
    _company, held, _context = opened(request, siren, year, right="validate", even_purged=True)
    return asked(request, held, Kind.ARCHIVE_CHECK, _archive(held, archive).pk)


def _archive(year: FiscalYear, pk: int) -> Archive:
    found = Archive.objects.filter(fiscal_year=year, pk=pk).first()
    if found is None:
        raise Http404
    return found
