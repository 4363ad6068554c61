"""Writing entries: the grid, the review, the one-way door."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from livret.core import clock
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.kernel.money import euros_of
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.rules import allowance_of
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.forms import AmountField, DraftForm, LineForm
from livret.suite.finance.models import DraftEntry, DraftLine, Entry
from livret.suite.finance.queries.home import proposed_day
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services import drafts

FEWEST_ROWS, MOST_ROWS = 4, 1000
Lines = formset_factory(LineForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


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
    if request.method != "POST":
        form, lines = _unbound(company, held)
        return _answer(request, company, held, form, lines)
    form, lines = DraftForm(request.POST, company=company), Lines(request.POST, prefix="lines")
    if not lines.is_valid():
        return _answer(request, company, held, form, lines, refusal=_("Some lines hold an amount to correct."))
    typed = _typed(lines)
    if "add" in request.POST:
        return _answer(request, company, held, _again(form, company), _rows(typed, len(lines.forms) + FEWEST_ROWS), 200)
    if not form.is_valid():
        return _answer(request, company, held, form, lines)
    try:
        saved = drafts.save_draft(
            form.entry(typed), draft=held, version=form.cleaned_data["version"] or 0, by=request.actor, at=clock.now()
        )
    except Refusal as refusal:
        return _answer(request, company, held, form, lines, refusal=str(refusal))
    name = "finance:draft_validation" if "review" in request.POST else "finance:draft"
    return redirect_here(request, name, siren=company.siren, draft=saved.pk)


def _unbound(company: Company, held: DraftEntry | None) -> tuple[DraftForm, BaseFormSet[LineForm]]:
    if held is None:
        return DraftForm(company=company, initial={"date": proposed_day(company, clock.today())}), _rows(
            (), FEWEST_ROWS
        )
    initial = {name: getattr(held, name) for name in ("journal", "date", "piece_ref", "label", "version")}
    fields = ("account", "auxiliary", "label", "debit_cents", "credit_cents")
    lines = DraftLine.objects.filter(draft=held).order_by("position").values_list(*fields)
    typed = tuple(TypedLine(*row) for row in lines)
    return DraftForm(company=company, initial=initial), _rows(typed, max(len(typed) + 2, FEWEST_ROWS))


def _rows(lines: tuple[TypedLine, ...], count: int) -> BaseFormSet[LineForm]:
    filled = [
        {
            "account": line.account,
            "auxiliary": line.auxiliary,
            "label": line.label,
            "debit": _typed_amount(line.debit_cents),
            "credit": _typed_amount(line.credit_cents),
        }
        for line in lines
    ]
    return Lines(initial=[*filled, *({} for _blank in range(count - len(filled)))], prefix="lines")


def _typed_amount(cents: int) -> str:
    return f"{euros_of(cents):f}".replace(".", ",") if cents else ""


def _again(form: DraftForm, company: Company) -> DraftForm:
    """Return the head as typed, complete or not: lines are added before anything is asked of it."""
    return DraftForm(company=company, initial={name: form[name].value() for name in form.fields})


def _typed(lines: BaseFormSet[LineForm]) -> tuple[TypedLine, ...]:
    return tuple(line for line in (row.line() for row in lines.forms) if not line.is_blank)


def _answer(
    request: MemberRequest,
    company: Company,
    held: DraftEntry | None,
    form: DraftForm,
    lines: BaseFormSet[LineForm],
    status: int | None = None,
    *,
    refusal: str = "",
) -> HttpResponse:
    found = _typed(lines) if lines.is_bound and lines.is_valid() else _initial(lines)
    context = {
        "company": company,
        "draft": held,
        "form": form,
        "lines": lines,
        "refusal": refusal,
        "debit": sum(line.debit_cents for line in found),
        "credit": sum(line.credit_cents for line in found),
        "problems": [drafts.worded(problem) for problem in drafts.draft_problems(held)] if held else [],
    }
    response = answer(request, "finance/draft.html", context)
    response.status_code = status or response.status_code
    return response


def _initial(lines: BaseFormSet[LineForm]) -> tuple[TypedLine, ...]:
    if lines.is_bound:
        return ()
    amount = AmountField()
    rows: Any = lines.initial or []
    return tuple(
        TypedLine(debit_cents=amount.cents(row.get("debit", "")), credit_cents=amount.cents(row.get("credit", "")))
        for row in rows
    )


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
    }
    return answer(request, "finance/validation.html", context)


def _validate(request: MemberRequest, held: DraftEntry) -> Entry:
    allowance = allowance_of(current_entitlements(), "finance", "entries")
    reviewed = request.POST.get("version", "")[:9]
    version = int(reviewed) if reviewed.isascii() and reviewed.isdigit() else -1
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
