"""Purging a closed year after the legal years: what stands in the way, what goes, what stays, and the act."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.views import answer
from livret.suite.finance.closing import wording
from livret.suite.finance.closing.forms import PurgeForm
from livret.suite.finance.closing.models import Archive, ClosingWork
from livret.suite.finance.closing.queries import purging
from livret.suite.finance.closing.queries.checks import Judged
from livret.suite.finance.closing.rules.retention import longest_keeping
from livret.suite.finance.closing.views.checks import shown_check
from livret.suite.finance.closing.views.shared import asked, opened
from livret.suite.finance.queries.tombstones import tombstone_of


@require_safe
@member_required(module="finance", right="read")
def purge(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """The conditions of a purge and what it would remove; once done, what stands for the year."""
    _company, held, context = opened(request, siren, year, even_purged=True)
    if stone := tombstone_of(held):
        kept = Archive.objects.filter(fiscal_year=held, digest=stone.archive_digest).first()
        return render(request, "closing/tombstone.html", {**context, "stone": stone, "archive": kept})
    context |= _told(held)
    shown = [shown_check(request, Judged(one, None), company_id=held.company_id) for one in context["conditions"]]
    context |= {"unmet": [one for one in shown if not one["is_passed"]], "met": [one for one in shown if one["is_met"]]}
    return render(request, "closing/purge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def purge_confirmation(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """The second step: the year typed, and the work asked for."""
    _company, held, context = opened(request, siren, year, right="administer")
    context |= _told(held)
    is_ready = all(one.is_passed for one in context["conditions"])
    form = PurgeForm(request.POST or None, purged=held)
    if is_ready and form.is_valid():
        return asked(request, held, ClosingWork.Kind.PURGE, typed=form.certified())
    return answer(request, "closing/purge_confirmation.html", {**context, "form": form, "is_ready": is_ready})


def _told(year: FiscalYear) -> dict[str, Any]:
    today = clock.today()
    accounts, debit_cents = purging.balances_kept(year)
    return {
        "conditions": purging.conditions_of(year, today=today),
        "duty": longest_keeping(year.last_day, today=today),
        "going": [(wording.GOING[table], many) for table, many in purging.going_of(year).items()],
        "archive": purging.archive_to_keep(year),
        "accounts": accounts,
        "debit_cents": debit_cents,
        "assets": purging.assets_from(year),
    }
