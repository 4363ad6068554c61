"""The checks before closing, and accepting a warning."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here, url_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.views import answer
from livret.suite.finance.closing import wording
from livret.suite.finance.closing.forms import AcceptForm
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.queries.checks import Judged, is_verified, judged_checks, last_verification
from livret.suite.finance.closing.rules.checks import Check, Found
from livret.suite.finance.closing.services.accepting import accept_warning
from livret.suite.finance.closing.views.shared import asked, opened

PROOF = "broken-books"


@require_safe
@member_required(module="finance", right="read")
def checks(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year)
    proved = is_verified(held)
    shown = [shown_check(request, one, company_id=held.company_id) for one in judged_checks(held, today=clock.today())]
    context |= {
        "failed": [one for one in shown if not one["is_passed"]],
        "passed": [one for one in shown if one["is_met"] and (one["code"] != PROOF or proved)],
        "idle": [one for one in shown if one["is_idle"]],
        "in_the_way": sum(bool(one["is_in_the_way"]) for one in shown),
        "verification": last_verification(held),
        "is_verified": proved,
    }
    return render(request, "closing/checks.html", context)


def shown_check(request: MemberRequest, judged: Judged, *, company_id: int) -> dict[str, object]:
    """Return a check as a page shows it: its words, and the address of each thing that it names."""
    check, words = judged.check, wording.CHECKS[judged.check.code]
    found = [(one, _address(request, one, company_id)) for one in check.found]
    return {
        "code": check.code,
        "title": _title(check, words),
        "why": words.why,
        "is_blocking": check.is_blocking,
        "is_passed": check.is_passed,
        "is_met": check.is_passed and not check.is_idle,
        "is_idle": check.is_idle,
        "is_in_the_way": judged.is_in_the_way,
        "acceptance": judged.acceptance,
        "found": found,
        "more": check.more,
    }


def _title(check: Check, words: wording.Words) -> str | Promise:
    if check.is_idle:
        return words.idle
    return words.passed if check.is_passed else words.title


def _address(request: MemberRequest, one: Found, company_id: int) -> str:
    may_go = one.url_name and request.member.may("finance", one.right, company_id=company_id)
    return url_here(request, one.url_name, **one.parameters) if may_go else ""


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def acceptance(request: MemberRequest, siren: str, year: str, code: str) -> HttpResponse:
    _company, held, context = opened(request, siren, year, right="validate")
    judged = next((one for one in judged_checks(held, today=clock.today()) if one.check.code == code), None)
    if judged is None:
        raise Http404
    form = AcceptForm(request.POST or None, initial={"fingerprint": judged.check.fingerprint})
    refusal = ""
    if form.is_valid():
        try:
            _accept(request, held, code, form)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "closing:checks", siren=siren, year=year)
    context |= {"form": form, "refusal": refusal, "check": shown_check(request, judged, company_id=held.company_id)}
    return answer(request, "closing/acceptance.html", context)


def _accept(request: MemberRequest, year: FiscalYear, code: str, form: AcceptForm) -> None:
    accept_warning(year, code, **form.cleaned_data, by=request.actor, at=clock.now(), today=clock.today())


@require_POST
@member_required(module="finance", right="validate")
def verification(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """Ask for every seal of the year to be read again."""
    _company, held, _context = opened(request, siren, year, right="validate")
    return asked(request, held, ClosingWork.Kind.VERIFICATION)
