"""A FEC from the upload to the books: send it, read what it holds, confirm, see it done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.core.ui.uploads import takes
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.forms import ConfirmForm, FileForm, largest_fec
from livret.suite.finance.models import ImportRun, YearLedger
from livret.suite.finance.queries.imports import former_run, latest_runs, ledger_held, lines_read, runs_to_finish
from livret.suite.finance.services import imports, previews
from livret.suite.finance.services.openings import require_opened_once

CHECKED_AT_ONCE_BYTES = 5_000_000
State = ImportRun.State


@takes(largest_fec)
@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="validate")
def fec(request: MemberRequest) -> HttpResponse:
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        run = _uploaded(request, form.cleaned_data["file"])
        return redirect_here(request, "finance:run", run=run.pk)
    runs = [run for run in latest_runs(20) if access.sees_run(request.member, run)]
    return answer(request, "finance/fec.html", {"form": form, "runs": runs})


def _uploaded(request: MemberRequest, file: Any) -> ImportRun:
    run = imports.upload(file.chunks(), file_name=file.name, by=request.actor, at=clock.now())
    if run.size > CHECKED_AT_ONCE_BYTES:
        imports.ask_for_check(run)
        return run
    return previews.check_run(run, at=clock.now(), lang=(get_language() or "fr")[:2])


@require_safe
@member_required(module="finance", right="read")
def run(request: MemberRequest, run: int) -> HttpResponse:
    found = access.run_for(request, run)
    held = _held(request, found.siren, found.last_day) if found.state == State.CHECKED else None
    return render(request, "finance/run.html", _context(request, found, _confirm_form(found), held))


@require_POST
@member_required(module="finance", right="validate")
def confirmation(request: MemberRequest, run: int) -> HttpResponse:
    found = access.run_for(request, run)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        held = _held(request, found.siren, found.last_day)
        return answer(request, "finance/run.html", _context(request, found, form, held))
    access.require_import_right(request, form.cleaned_data["siren"])
    facts = {name: typed for name, typed in form.cleaned_data.items() if name != "adds"}
    held = _held(request, facts["siren"], facts["last_day"])
    if held and not form.cleaned_data["adds"]:
        form.add_error("adds", _("Tick this box to add to the entries that the fiscal year holds."))
        return answer(request, "finance/run.html", _context(request, found, form, held))
    try:
        require_opened_once(found, siren=facts["siren"], last_day=facts["last_day"])
        imports.confirm(found, **facts, by=request.actor, at=clock.now())
    except imports.ImportRefused as refusal:
        return answer(request, "finance/run.html", {**_context(request, found, form, held), "refusal": str(refusal)})
    return redirect_here(request, "finance:run", run=found.pk)


def _held(request: MemberRequest, siren: str, last_day: date | None) -> YearLedger | None:
    """Return what the fiscal year that a file goes to holds already, to those who may read its books."""
    company = access.readable_company(request, siren)
    return ledger_held(company, last_day) if company and last_day else None


def _confirm_form(run: ImportRun) -> ConfirmForm:
    facts = {name: getattr(run, name) for name in ("siren", "company_name", "first_day", "last_day")}
    return ConfirmForm(initial=facts)


def _context(request: MemberRequest, run: ImportRun, form: ConfirmForm, held: YearLedger | None) -> dict[str, Any]:
    company = run.company or access.readable_company(request, run.siren)
    counts = {
        level: sum(found["severity"] == level for found in run.findings) for level in ("error", "warning", "info")
    }
    days = {name: date.fromisoformat(run.summary[name]) for name in ("first_on", "last_on") if run.summary.get(name)}
    return {
        "run": run,
        "form": form,
        "company": company,
        "held": held,
        "former": former_run(run, company) if company and run.state == State.REFUSED and run.refusal else None,
        "to_finish": runs_to_finish(run.company) if run.company and run.state == State.DONE else 0,
        "counts": counts,
        "days": days,
        "refusal": run.refusal if run.state == State.REFUSED else "",
        "may_import": request.member.may("finance", "validate"),
        "may_undo": bool(run.company_id) and request.member.may("finance", "administer", company_id=run.company_id),
        "is_waiting": run.state in (State.UPLOADED, State.CONFIRMED),
        "lines_read": lines_read(run) if run.state == State.CONFIRMED else 0,
        "state_tone": {"refused": "bad", "done": "good", "checked": "warn"}.get(run.state, "info"),
    }
