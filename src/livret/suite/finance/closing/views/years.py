"""The years of a company and how far the closing of each is; its locks; its long work."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.closing.forms import LockForm, UnlockForm, month_ends
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.queries import pages
from livret.suite.finance.closing.queries.checks import is_verified, judged_checks
from livret.suite.finance.closing.views.shared import opened, rights
from livret.suite.finance.services import locks as locking


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    context = {"company": company, "rows": pages.year_rows(company, today=clock.today()), **rights(request, company)}
    return render(request, "closing/home.html", context)


@require_safe
@member_required(module="finance", right="read")
def year(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year)
    steps = pages.steps_of(held, judged_checks(held, today=clock.today()))
    late = held.is_open and clock.today() > steps["deadline"]
    context |= {**steps, "works": pages.works_of(held), "is_verified": is_verified(held), "is_late": late}
    return render(request, "closing/year.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def locks(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    right = "validate" if request.method == "POST" else "read"
    _company, held, context = opened(request, siren, year, right=right)
    ledger, refusal = pages.ledger_of(held), ""
    form = LockForm(request.POST or None, year=held, initial={"until": _first_to_lock(held, ledger.locked_until)})
    if form.is_valid():
        try:
            until = date.fromisoformat(form.cleaned_data["until"])
            locking.lock_period(held, until=until, reason="", by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "closing:locks", siren=siren, year=year)
    context |= {"form": form, "refusal": refusal, "acts": pages.locks_of(held), "ledger": ledger}
    context["last_locked"] = pages.last_locked(ledger.locked_until)
    return answer(request, "closing/locks.html", context)


def _first_to_lock(year: FiscalYear, locked_until: date | None) -> str | None:
    """Return the first day after the month that is locked next, None when none is left."""
    days = [day for day, _words in month_ends(year) if not locked_until or day > locked_until.isoformat()]
    return days[0] if days else None


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def unlocking(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year, right="administer")
    held.ledger = pages.ledger_of(held)
    form, refusal = UnlockForm(request.POST or None, year=held), ""
    if form.is_valid():
        typed = form.cleaned_data
        until = date.fromisoformat(typed["until"]) if typed["until"] else None
        try:
            locking.unlock_period(held, until=until, reason=typed["reason"], by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "closing:locks", siren=siren, year=year)
    return answer(request, "closing/unlocking.html", {**context, "form": form, "refusal": refusal})


@require_safe
@member_required(module="finance", right="read")
def work(request: MemberRequest, siren: str, work: int) -> HttpResponse:
    """Follow a long work until its end."""
    company = access.company_for(request, siren)
    rows = ClosingWork.objects.select_related("fiscal_year__company")
    found = rows.filter(pk=work, fiscal_year__company=company).first()
    if found is None:
        raise Http404
    context = {"company": company, "year": found.fiscal_year, "work": found, **rights(request, company)}
    return render(request, "closing/work.html", context)
