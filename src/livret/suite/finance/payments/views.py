"""The pages of payments: what is due, the batches, and the file for the bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.blobs import store
from livret.core.tenancy.context import current_place
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access as books
from livret.suite.finance.jobs import allowances
from livret.suite.finance.payments import queries, services
from livret.suite.finance.payments.access import batch_for
from livret.suite.finance.payments.forms import BatchForm, DueForm, ReasonForm, chosen_amounts
from livret.suite.finance.payments.models import PaymentBatch, PaymentItem
from livret.suite.finance.payments.removing import remove_line

USUAL_DAYS = 14
State = PaymentBatch.State


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company = books.company_for(request, siren)
    may_write = request.member.may("finance", "write", company_id=company.pk)
    context = {"company": company, "batches": queries.batches(company), "may_write": may_write}
    return render(request, "payments/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def proposal(request: MemberRequest, siren: str) -> HttpResponse:
    """What falls due until a day, to be ticked; a batch is prepared from it."""
    company = books.company_for(request, siren, right="write")
    today = clock.today()
    asked = DueForm(request.GET if "until" in request.GET else None)
    until = asked.cleaned_data["until"] if asked.is_valid() else today + timedelta(USUAL_DAYS)
    form = BatchForm(request.POST or None, company=company, initial={"execution_on": today})
    refusal = ""
    if form.is_valid():
        try:
            batch = _prepared(request, company, form.cleaned_data, until=until, today=today)
        except (Refusal, ValidationError) as refused:
            refusal = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        else:
            return redirect_here(request, "payments:batch", siren=siren, batch=batch.pk)
    context = {"company": company, "form": form, "asked": DueForm(initial={"until": until}), "refusal": refusal}
    return answer(request, "payments/proposal.html", {**context, **_due(request, company, until=until, today=today)})


def _prepared(
    request: MemberRequest, company: Company, typed: dict[str, Any], *, until: date, today: date
) -> PaymentBatch:
    year = queries.year_holding(company, today)
    if year is None:
        raise services.PaymentRefused(_("The company has no fiscal year yet. Open one in the settings."))
    keys = [_key(name) for name in request.POST if name.startswith("pay-")]
    return services.prepare(
        year,
        **typed,
        until=until,
        amounts=chosen_amounts(request.POST, keys),
        by=request.actor,
        at=clock.now(),
        today=today,
    )


def _key(name: str) -> tuple[int, int]:
    parts = name.split("-")
    numbers = [int(part) for part in parts[1:] if part.isascii() and part.isdigit() and len(part) < 19]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)


def _due(request: MemberRequest, company: Company, *, until: date, today: date) -> dict[str, Any]:
    year = queries.year_holding(company, today)
    found = queries.proposal(year, until=until, on=today) if year else queries.Proposal((), False)
    chosen = {name for name in request.POST if name.startswith("pay-")}
    rows = [
        {
            "due": due,
            "problems": [services.problem_words(code) for code in due.problems(today)],
            "warnings": due.warnings,
            "lines": [
                {
                    "line": line,
                    "name": f"{line.entry_id}-{line.position}",
                    "cents": -line.cents,
                    "is_late": line.due_on < today,
                    "is_ticked": not request.POST or f"pay-{line.entry_id}-{line.position}" in chosen,
                }
                for line in due.lines
            ],
        }
        for due in found.dues
    ]
    return {"rows": rows, "found": found, "until": until}


@require_safe
@member_required(module="finance", right="read")
def batch(request: MemberRequest, siren: str, batch: int) -> HttpResponse:
    company = books.company_for(request, siren)
    return render(request, "payments/batch.html", _batch_page(request, company, batch_for(company, batch)))


def _batch_page(request: MemberRequest, company: Company, held: PaymentBatch, **further: Any) -> dict[str, Any]:
    items = queries.items_of(held)
    payees = queries.payees_of(company.pk, {item.auxiliary_id for item in items})
    sees_iban = _may_pay(request, company)
    may_write = request.member.may("finance", "write", company_id=company.pk)
    return {
        "company": company,
        "batch": held,
        "rows": [
            (item, _iban(item.iban, sees_iban), payees[item.auxiliary_id].last_iban != item.iban, lines)
            for item, lines in _with_lines(company, items)
        ],
        "removals": queries.removals_of(held),
        "seen": queries.token_of(items),
        "has_entry": queries.has_entry(held),
        "may_remove": may_write and held.state == State.PREPARED,
        "total": sum(item.cents for item in items),
        "may_pay": sees_iban,
        "reason_form": ReasonForm(),
        **further,
    }


def _with_lines(company: Company, items: list[PaymentItem]) -> list[tuple[PaymentItem, list[Any]]]:
    """Return each transfer with the lines it pays: the part paid of each, and the line of the books, None if purged."""
    paid = [(item, list(item.lines.all())) for item in items]
    keys = [(line.entry_id, line.position) for _item, lines in paid for line in lines]
    known = queries.lines_by_key(keys, company_id=company.pk)
    return [(item, [(line, known.get((line.entry_id, line.position))) for line in lines]) for item, lines in paid]


def _iban(iban: str, is_whole: bool) -> str:
    return iban if is_whole else f"{iban[:4]} •••• {iban[-4:]}"


@require_POST
@member_required(module="finance", right="validate")
def approval(request: MemberRequest, siren: str, batch: int) -> HttpResponse:
    seen = request.POST.get("seen", "")
    return _act(request, siren, batch, lambda held: services.approve(held, seen=seen, by=request.actor, at=clock.now()))


@require_POST
@member_required(module="finance", right="validate")
def sending(request: MemberRequest, siren: str, batch: int) -> HttpResponse:
    def send(held: PaymentBatch) -> PaymentBatch:
        allowance = allowances().entries
        return services.send(held, allowance=allowance, by=request.actor, at=clock.now(), today=clock.today())

    return _act(request, siren, batch, send)


@require_POST
@member_required(module="finance", right="validate")
def cancellation(request: MemberRequest, siren: str, batch: int) -> HttpResponse:
    reason = request.POST.get("reason", "").replace("\0", "")
    return _act(
        request, siren, batch, lambda held: services.cancel(held, reason=reason, by=request.actor, at=clock.now())
    )


@require_POST
@member_required(module="finance", right="write")
def removal(request: MemberRequest, siren: str, batch: int) -> HttpResponse:
    """A line taken out of a batch to be approved, by whoever may prepare one."""
    text = request.POST.get("line", "")
    line_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    done = _("The line was taken out of the batch.")

    def remove(held: PaymentBatch) -> PaymentBatch:
        return remove_line(held, line_id, by=request.actor, at=clock.now())

    return _act(request, siren, batch, remove, right="write", done=done)


def _act(
    request: MemberRequest,
    siren: str,
    pk: int,
    act: Callable[[PaymentBatch], PaymentBatch],
    *,
    right: str = "validate",
    done: str = "",
) -> HttpResponse:
    company = books.company_for(request, siren, right=right)
    held = batch_for(company, pk)
    try:
        changed = act(held)
    except Refusal as refused:
        context = _batch_page(request, company, batch_for(company, pk), refusal=str(refused))
        return render(request, "payments/batch.html", context, status=422)
    messages.success(request, done or f"{changed.message_id} – {changed.get_state_display()}")
    return redirect_here(request, "payments:batch", siren=siren, batch=pk)


@require_safe
@member_required(module="finance", right="validate")
def file(request: MemberRequest, siren: str, batch: int) -> FileResponse:
    """The file for the bank, as it was when the batch was approved."""
    company = books.company_for(request, siren, right="validate")
    held = batch_for(company, batch)
    if not held.digest:
        raise Http404
    content = store.open_blob(held.digest, owner=str(current_place().environment_id))
    return FileResponse(content, as_attachment=True, filename=f"{held.message_id}.xml", content_type="application/xml")


def _may_pay(request: MemberRequest, company: Company) -> bool:
    return request.member.may("finance", "validate", company_id=company.pk)
