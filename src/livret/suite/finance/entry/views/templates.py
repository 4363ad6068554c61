"""Templates of entries, entries started from them, and what recurs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.entry.access import recurrence_for, template_for
from livret.suite.finance.entry.forms import ROWS, RecurrenceForm, StartForm, TemplateForm, TemplateLines
from livret.suite.finance.entry.queries import recurring as queries
from livret.suite.finance.entry.rules import templates as rules
from livret.suite.finance.entry.services import recurring
from livret.suite.finance.entry.services import templates as services
from livret.suite.finance.models import DraftEntry, EntryTemplate
from livret.suite.finance.queries.home import proposed_day
from livret.suite.finance.services.drafts import typed_lines


@require_safe
@member_required(module="finance", right="read")
def templates(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    context = {
        "company": company,
        "templates": queries.templates_of(company),
        "recurrences": queries.recurrences_of(company),
        "may_write": request.member.may("finance", "write", company_id=company.pk),
    }
    return render(request, "entry/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def template_new(request: MemberRequest, siren: str) -> HttpResponse:
    """Write a template, from nothing or from a draft (?draft=)."""
    company = access.company_for(request, siren, right="write")
    asked = request.GET.get("draft", "")
    draft = access.draft_for(company, int(asked)) if asked.isdecimal() and len(asked) < 16 else None
    return _edit(request, company, None, draft)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def template(request: MemberRequest, siren: str, template: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    return _edit(request, company, template_for(company, template), None)


def _edit(
    request: MemberRequest, company: Company, held: EntryTemplate | None, draft: DraftEntry | None
) -> HttpResponse:
    form, lines, refusal = _unbound(company, held, draft), _rows(_lines(held, draft)), ""
    if request.method == "POST":
        form, lines = TemplateForm(request.POST, company=company), TemplateLines(request.POST, prefix="lines")
        if lines.is_valid() and form.is_valid():
            typed = [line for row in lines.forms if (line := row.line())]
            try:
                services.save_template(form.facts(typed), template=held, by=request.actor, at=clock.now())
            except Refusal as refused:
                refusal = str(refused)
            else:
                return redirect_here(request, "entry:templates", siren=company.siren)
        refusal = refusal or _("Some lines hold something to correct.")
    context = {"company": company, "template": held, "form": form, "lines": lines, "refusal": refusal}
    return answer(request, "entry/template.html", context)


def _unbound(company: Company, held: EntryTemplate | None, draft: DraftEntry | None) -> TemplateForm:
    source: EntryTemplate | DraftEntry | None = held or draft
    initial = {name: getattr(source, name) for name in ("journal", "label", "piece_ref")} if source else {}
    return TemplateForm(company=company, initial={**initial, "name": held.name if held else ""})


def _lines(held: EntryTemplate | None, draft: DraftEntry | None) -> tuple[rules.TemplateLine, ...]:
    if held:
        return rules.read_lines(held.lines)
    if draft is None:
        return ()
    return tuple(
        rules.TemplateLine(
            line.account,
            line.auxiliary,
            line.label,
            "credit" if line.credit_cents else "debit",
            line.credit_cents or line.debit_cents,
        )
        for line in typed_lines([draft])[draft.pk]
    )


def _rows(lines: tuple[rules.TemplateLine, ...]) -> Any:
    filled: list[dict[str, Any]] = [
        {
            "account": line.account,
            "auxiliary": line.auxiliary,
            "label": line.label,
            "side": line.side,
            "amount": rules.in_words(line),
        }
        for line in lines
    ]
    spare: list[dict[str, Any]] = [{} for _blank in range(max(ROWS - len(filled), 2))]
    return TemplateLines(initial=[*filled, *spare], prefix="lines")


@require_POST
@member_required(module="finance", right="write")
def template_deletion(request: MemberRequest, siren: str, template: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    try:
        services.delete_template(template_for(company, template), by=request.actor, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect_here(request, "entry:templates", siren=siren)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def start(request: MemberRequest, siren: str, template: int) -> HttpResponse:
    """Start an entry from a template: its day, and the amount that is shared when there is one."""
    company = access.company_for(request, siren, right="write")
    held = template_for(company, template)
    form = StartForm(request.POST or None, initial={"date": proposed_day(company, clock.today())})
    refusal, typed = "", form.cleaned_data if form.is_valid() else {}
    if typed:
        try:
            made = services.start_draft(
                held,
                on=typed["date"],
                cents=form.cents,
                piece_ref=typed["piece_ref"],
                by=request.actor,
                at=clock.now(),
            )
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "finance:draft", siren=siren, draft=made.pk)
    return answer(request, "entry/start.html", _form_context(company, held, form, refusal))


def _form_context(company: Company, held: EntryTemplate, form: Any, refusal: str) -> dict[str, Any]:
    if not rules.needs_amount(rules.read_lines(held.lines)):
        form.fields.pop("amount", None)
    return {"company": company, "template": held, "form": form, "refusal": refusal}


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def recurrence_new(request: MemberRequest, siren: str, template: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    held = template_for(company, template)
    form, refusal = RecurrenceForm(request.POST or None, initial={"first_on": clock.today()}), ""
    if form.is_valid():
        typed = form.cleaned_data
        facts = {name: typed[name] for name in ("first_on", "every_months", "last_on")}
        try:
            recurring.plan(held, **facts, cents=typed["amount"] or None, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "entry:templates", siren=siren)
    return answer(request, "entry/recurrence.html", _form_context(company, held, form, refusal))


@require_POST
@member_required(module="finance", right="write")
def recurrence_act(request: MemberRequest, siren: str, recurrence: int) -> HttpResponse:
    """Pause a recurring entry, have it go on, or end it."""
    company = access.company_for(request, siren, right="write")
    held = recurrence_for(company, recurrence)
    who: dict[str, Any] = {"by": request.actor, "at": clock.now()}
    wanted = request.POST.get("act", "")
    if wanted == "pause":
        recurring.pause(held, **who)
    elif wanted == "go_on":
        recurring.go_on(held, **who, today=clock.today())
    elif wanted == "end":
        recurring.end(held, **who)
    return redirect_here(request, "entry:templates", siren=siren)


@require_POST
@member_required(module="finance", right="write")
def due(request: MemberRequest, siren: str) -> HttpResponse:
    """Write at once the drafts that the job of the hour would write."""
    company = access.company_for(request, siren, right="write")
    recurring.make_due(company_id=company.pk, by=request.actor, at=clock.now(), today=clock.today())
    return redirect_here(request, "entry:home", siren=siren)
