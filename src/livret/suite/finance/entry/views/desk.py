"""The desk of entry: what waits, what comes next, what was just validated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.rules import allowance_of
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.entry.queries import desk, recurring
from livret.suite.finance.entry.queries.desk import DraftFilter
from livret.suite.finance.queries.ledgers import entry_reference
from livret.suite.finance.services import drafts

DIGITS = "123456789"


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    return answer(request, "entry/home.html", _context(request, company))


def _context(
    request: MemberRequest,
    company: Company,
    *,
    refusals: Mapping[int, str] | None = None,
    ticked: frozenset[str] = frozenset(),
    refusal: str = "",
) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    wanted = DraftFilter(*(asked.get(name, "")[:200] for name in ("journal", "person", "room", "key")))
    waiting = desk.waiting_drafts(company, wanted)
    ticks_all, refused = request.GET.get("tick") == "all", refusals or {}
    journals = desk.open_journals(company)
    return {
        "company": company,
        "waiting": waiting,
        "wanted": wanted,
        "rows": [
            (one, one.reviewed in ticked or (ticks_all and not one.problems), refused.get(one.draft.pk, ""))
            for one in waiting.drafts
        ],
        "refusal": refusal,
        "journals": journals,
        "starts": list(zip(journals, DIGITS, strict=False)),
        "entries": [(one, entry_reference(one)) for one in desk.latest_entries(company)],
        "due": recurring.due(company, clock.today()),
        "templates": recurring.templates_of(company)[:12],
        "may_write": request.member.may("finance", "write", company_id=company.pk),
        "may_validate": request.member.may("finance", "validate", company_id=company.pk),
    }


@require_POST
@member_required(module="finance", right="validate")
def validations(request: MemberRequest, siren: str) -> HttpResponse:
    """Put the drafts that are ticked in the books, all of them or none."""
    company = access.company_for(request, siren, right="validate")
    reviewed = _reviewed(company, request.POST.getlist("draft"))
    if not reviewed:
        messages.error(request, _("No draft is ticked. Tick those to validate."))
        return redirect_here(request, "entry:home", siren=siren)
    try:
        made = drafts.validate_drafts(
            reviewed,
            allowance=allowance_of(current_entitlements(), "finance", "entries"),
            by=request.actor,
            at=clock.now(),
            today=clock.today(),
        )
    except drafts.NotAllReady as refusal:
        return answer(request, "entry/home.html", _refused(request, company, reviewed, refusal))
    except Refusal as refusal:
        return answer(request, "entry/home.html", _context(request, company, refusal=str(refusal)))
    words = ngettext("%(many)s entry validated.", "%(many)s entries validated.", len(made)) % {"many": len(made)}
    messages.success(request, words)
    return redirect_here(request, "entry:home", siren=siren)


def _refused(
    request: MemberRequest, company: Company, reviewed: Mapping[int, int], refusal: drafts.NotAllReady
) -> dict[str, Any]:
    """Return the desk with what keeps which draft, the others still ticked."""
    others = frozenset(f"{pk}.{version}" for pk, version in reviewed.items() if pk not in refusal.refusals)
    gone = len(refusal.refusals.keys())
    words = ngettext(
        "%(many)s draft cannot be validated, so none was. The others are still ticked.",
        "%(many)s drafts cannot be validated, so none was. The others are still ticked.",
        gone,
    )
    held = _context(request, company, refusals=refusal.refusals, ticked=others, refusal=words % {"many": gone})
    shown = {one.draft.pk for one in held["waiting"].drafts}
    return {**held, "elsewhere": sorted({text for pk, text in refusal.refusals.items() if pk not in shown})}


def _reviewed(company: Company, ticked: list[str]) -> dict[int, int]:
    """Return the versions of the ticked drafts of *company*, by draft."""
    parts = [key.partition(".") for key in ticked[: desk.SHOWN]]
    known = {int(pk): int(version) for pk, _mark, version in parts if _is_number(pk) and _is_number(version)}
    strangers = desk.of_other_companies(company, known)
    return {pk: version for pk, version in known.items() if pk not in strangers}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
