"""Files of statements: send one, see what it holds, confirm, see it done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.core.ui.uploads import takes
from livret.formats.bank.reading import FORMATS
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.bank import access, jobs
from livret.suite.finance.bank.forms import ChoiceForm, StatementForm, largest_statement
from livret.suite.finance.bank.models import BankAccount, StatementFile
from livret.suite.finance.bank.services import bulk, imports
from livret.suite.finance.bank.services import files as service

CHECKED_AT_ONCE_BYTES = 3_000_000
IMPORTED_AT_ONCE = 3000
LISTED = 30
State = StatementFile.State
TONES = {"refused": "bad", "done": "good", "checked": "warn"}


@takes(largest_statement)
@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def files(request: MemberRequest, siren: str) -> HttpResponse:
    """The last files, for whoever reads the books; the next one, for those who match."""
    company = books.company_for(request, siren, right="write" if request.method == "POST" else "read")
    form = StatementForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        held = _uploaded(request, company, form.cleaned_data["file"])
        return redirect_here(request, "bank:file", siren=siren, file=held.pk)
    latest = StatementFile.objects.filter(company=company).order_by("-uploaded_at")[:LISTED]
    may_write = request.member.may("finance", "write", company_id=company.pk)
    context = {"company": company, "form": form, "files": latest, "tones": TONES, "may_write": may_write}
    return answer(request, "bank/files.html", context)


def _uploaded(request: MemberRequest, company: Company, file: Any) -> StatementFile:
    held = service.upload(file.chunks(), company=company, file_name=file.name, by=request.actor, at=clock.now())
    if held.size > CHECKED_AT_ONCE_BYTES:
        service.ask_for_check(held)
        return held
    return service.check_file(held.pk, at=clock.now(), lang=(get_language() or "fr")[:2])


@require_safe
@member_required(module="finance", right="read")
def file(request: MemberRequest, siren: str, file: int) -> HttpResponse:
    company = books.company_for(request, siren)
    held = access.file_for(company, file)
    return render(request, "bank/file.html", _context(request, company, held, _choice(company, held)))


def _choice(company: Company, held: StatementFile, typed: Any = None) -> ChoiceForm:
    unknown = service.unknown_accounts(held) if held.state == State.CHECKED else []
    return ChoiceForm(typed, company=company, unknown=unknown)


@require_POST
@member_required(module="finance", right="write")
def confirmation(request: MemberRequest, siren: str, file: int) -> HttpResponse:
    """Import a checked file: at once when it is short, else as a job."""
    company = books.company_for(request, siren, right="write")
    held = access.file_for(company, file)
    form = _choice(company, held, request.POST)
    if not form.is_valid():
        return answer(request, "bank/file.html", _context(request, company, held, form))
    as_job = held.movements > IMPORTED_AT_ONCE
    try:
        service.confirm(held, chosen=form.chosen(), by=request.actor, at=clock.now(), as_job=as_job)
    except service.FileRefused as refusal:
        return answer(request, "bank/file.html", {**_context(request, company, held, form), "refusal": str(refusal)})
    if not as_job and imports.import_file(held.pk, at=clock.now()).state == State.DONE:
        bulk.suggest_all(company)
    return redirect_here(request, "bank:file", siren=siren, file=held.pk)


def _context(request: MemberRequest, company: Company, held: StatementFile, form: ChoiceForm) -> dict[str, Any]:
    return {
        "company": company,
        "file": held,
        "form": form,
        "statements": [_shown(one) for one in held.summary.get("statements", ())],
        "format": FORMATS.get(held.summary.get("kind", ""), ""),
        "former": service.twin_of(held) if held.state == State.REFUSED else None,
        "has_accounts": BankAccount.objects.filter(company=company).exists(),
        "refusal": held.refusal,
        "state_tone": TONES.get(held.state, "info"),
        "is_waiting": held.state in (State.UPLOADED, State.CONFIRMED),
        "done": jobs.progress("file", held.pk) or 0,
        "may_write": request.member.may("finance", "write", company_id=company.pk),
        "may_open": request.member.may("finance", "administer", company_id=company.pk),
    }


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    """Return a statement of the summary with its days as days and its number masked."""
    days = {name: date.fromisoformat(one[name]) if one[name] else None for name in ("first_on", "last_on")}
    ends = {
        name: (date.fromisoformat(one[name][0]), one[name][1]) if one[name] else None for name in ("opening", "closing")
    }
    masked = BankAccount(identifier=one["identifier"]).masked
    return {**one, **days, **ends, "masked": masked}
