"""Writing entries: the grid, the review, the one-way door."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from livret.core import clock
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import redirect_here, url_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.rules import allowance_of
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.forms import DraftForm
from livret.suite.finance.models import Attachment, DraftEntry, DraftLine, Entry, Journal
from livret.suite.finance.proposing import Proposal, proposal_for
from livret.suite.finance.queries.completion import OFFERED_WITHOUT_SCRIPT, account_choices, party_choices
from livret.suite.finance.queries.home import proposed_day
from livret.suite.finance.queries.typing import Axis, axes_of
from livret.suite.finance.rules.drafts import TypedLine, balanced
from livret.suite.finance.services import drafts
from livret.suite.finance.views import grid

# Keys that leave the grid on the page, with what was typed and something more.
STAYING = ("add", "balance", "open", "tax")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def new(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    return _grid(request, company, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def draft(request: MemberRequest, siren: str, draft: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    return _grid(request, company, access.draft_for(company, draft))


def _grid(request: MemberRequest, company: Company, held: DraftEntry | None) -> HttpResponse:
    axes = axes_of(company)
    if request.method != "POST":
        form, lines = _unbound(request, company, held, axes)
        return _answer(request, company, held, form, lines)
    form = DraftForm(request.POST, company=company, journal_id=held.journal_id if held else None)
    lines, day = grid.typed_set(request.POST, axes), form.cleaned_data.get("date") if form.is_valid() else None
    is_peek = request.POST.get("tax") == "peek"
    if not lines.is_valid():
        if is_peek:
            return _peek(request, None)
        return _answer(request, company, held, form, lines, refusal=_("Some lines hold something to correct."))
    kept = drafts.typed_lines([held])[held.pk] if held else ()
    typed = grid.lines_of(lines, company=company, day=day, held=kept)
    if is_peek:
        return _peek(request, _proposal(company, form, typed))
    if any(row.errors for row in lines.forms):
        return _answer(request, company, held, form, lines, refusal=_("Some lines hold something to correct."))
    if any(key in request.POST for key in STAYING):
        return _stay(request, company, held, form, typed, len(lines.forms), axes)
    return _save(request, company, held, form, lines, typed)


def _stay(
    request: MemberRequest,
    company: Company,
    held: DraftEntry | None,
    form: DraftForm,
    typed: tuple[TypedLine, ...],
    count: int,
    axes: tuple[Axis, ...],
) -> HttpResponse:
    """Show the grid again with more lines, its balance, the tax proposed, or the open lines of its parties."""
    if "balance" in request.POST:
        typed = balanced(typed)
    asked = request.POST.get("tax")
    proposal = _proposal(company, form, typed) if asked in ("show", "take") else None
    if proposal and asked == "take":
        typed, proposal = proposal.lines, None
        count = max(count, len(typed) + grid.SPARE_ROWS)
    count += grid.FEWEST_ROWS if "add" in request.POST else 0
    shown = {"proposal": proposal, "is_asked": asked == "show"}
    return _answer(request, company, held, _again(form, company), grid.filled(typed, count, axes), 200, shown=shown)


def _proposal(company: Company, form: DraftForm, typed: tuple[TypedLine, ...]) -> Proposal | None:
    """Return what a room proposes to add, whatever the rest of the head is still missing."""
    day = _day(form)
    return proposal_for(company, day, typed) if day else None


def _peek(request: MemberRequest, proposal: Proposal | None) -> HttpResponse:
    """Answer the proposal alone, for the script of the grid."""
    return render(request, "finance/_proposal.html", {"proposal": proposal})


def _save(
    request: MemberRequest,
    company: Company,
    held: DraftEntry | None,
    form: DraftForm,
    lines: grid.LineSet,
    typed: tuple[TypedLine, ...],
) -> HttpResponse:
    if not form.is_valid():
        return _answer(request, company, held, form, lines)
    version = form.cleaned_data["version"] or 0
    try:
        saved = drafts.save_draft(form.entry(typed), draft=held, version=version, by=request.actor, at=clock.now())
    except Refusal as refusal:
        return _answer(request, company, held, form, lines, refusal=str(refusal))
    if "next" in request.POST:
        messages.success(request, _("Draft kept: %(label)s.") % {"label": saved})
        return _following(request, company, saved.journal, saved.date)
    name = "finance:draft_validation" if "review" in request.POST else "finance:draft"
    return redirect_here(request, name, siren=company.siren, draft=saved.pk)


def _following(request: MemberRequest, company: Company, journal: Journal, day: date) -> HttpResponse:
    """Open an empty grid in the same journal, on the same day."""
    address = url_here(request, "finance:draft_new", siren=company.siren)
    return HttpResponse(status=302, headers={"Location": f"{address}?journal={journal.pk}&date={day}"})


def _unbound(
    request: MemberRequest, company: Company, held: DraftEntry | None, axes: tuple[Axis, ...]
) -> tuple[DraftForm, grid.LineSet]:
    if held is None:
        asked = {name: request.GET[name] for name in ("journal", "date") if request.GET.get(name, "").strip()}
        initial = {"date": proposed_day(company, clock.today()), **asked}
        return DraftForm(company=company, initial=initial), grid.blank(axes)
    names = ("journal", "date", "piece_ref", "piece_date", "label", "version")
    form = DraftForm(company=company, journal_id=held.journal_id, initial={name: getattr(held, name) for name in names})
    typed = drafts.typed_lines([held])[held.pk]
    return form, grid.filled(typed, max(len(typed) + grid.SPARE_ROWS, grid.FEWEST_ROWS), axes)


def _again(form: DraftForm, company: Company) -> DraftForm:
    """Return the head as typed, complete or not: lines are added before anything is asked of it."""
    return DraftForm(company=company, initial={name: form[name].value() for name in form.fields})


def _answer(
    request: MemberRequest,
    company: Company,
    held: DraftEntry | None,
    form: DraftForm,
    lines: grid.LineSet,
    status: int | None = None,
    *,
    refusal: str = "",
    shown: Mapping[str, Any] | None = None,
) -> HttpResponse:
    day = _day(form)
    year = drafts.year_at(company.pk, day) if day else None
    rows = grid.rows_of(lines, company, year=year, shows_open="open" in request.POST)
    context = {
        "company": company,
        "draft": held,
        "form": form,
        "lines": lines,
        "rows": rows,
        "empty_row": grid.empty_row(lines),
        "totals": grid.totals(lines),
        "axes": grid.axes_in(lines),
        "accounts": account_choices(company, year, "", limit=OFFERED_WITHOUT_SCRIPT),
        "parties": party_choices(company, "", limit=OFFERED_WITHOUT_SCRIPT),
        "refusal": refusal,
        **(shown or {"proposal": None, "is_asked": False}),
        "problems": [drafts.worded(problem) for problem in drafts.draft_problems(held)] if held else [],
        "documents": list(Attachment.objects.filter(draft=held).order_by("pk")) if held else [],
    }
    response = answer(request, "finance/draft.html", context)
    response.status_code = status or response.status_code
    return response


def _day(form: DraftForm) -> date | None:
    typed: Any = form["date"].value()
    try:
        return typed if isinstance(typed, date) else date.fromisoformat(str(typed))
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def validation(request: MemberRequest, siren: str, draft: int) -> HttpResponse:
    """Review a draft, then put it in the books."""
    company = access.company_for(request, siren, right="validate")
    held = access.draft_for(company, draft)
    refusal = ""
    if request.method == "POST":
        try:
            entry = _validate(request, held)
        except Refusal as refused:
            refusal = str(refused)
        else:
            if "next" in request.POST:
                messages.success(request, _("Validated: %(label)s.") % {"label": held.label})
                return _following(request, company, held.journal, held.date)
            return redirect_here(request, "finance:entry", siren=siren, entry=entry.pk)
    lines = list(DraftLine.objects.filter(draft=held).order_by("position"))
    labels = drafts.account_labels(held)
    context = {
        "company": company,
        "draft": held,
        "version": str(held.version),
        "rows": [(line, *labels.get(line.account, ("", False))) for line in lines],
        "total": sum(line.debit_cents for line in lines),
        "problems": [drafts.worded(problem) for problem in drafts.draft_problems(held)],
        "refusal": refusal,
        "documents": list(Attachment.objects.filter(draft=held).order_by("pk")),
    }
    return answer(request, "finance/validation.html", context)


def _validate(request: MemberRequest, held: DraftEntry) -> Entry:
    allowance = allowance_of(current_entitlements(), "finance", "entries")
    reviewed = request.POST.get("version", "")[:9]
    version = int(reviewed) if reviewed.isascii() and reviewed.isdigit() and len(reviewed) < 10 else -1
    return drafts.validate_draft(
        held, version=version, allowance=allowance, by=request.actor, at=clock.now(), today=clock.today()
    )


@require_POST
@member_required(module="finance", right="write")
def deletion(request: MemberRequest, siren: str, draft: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    with suppress(drafts.AlreadyValidated):  # Gone meanwhile, as was asked: the journal says what became of it.
        drafts.delete_draft(access.draft_for(company, draft), by=request.actor, at=clock.now())
    return redirect_here(request, "finance:company", siren=siren)
