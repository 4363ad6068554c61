"""Journals, exchange rates, analytic axes and sections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.models import Journal
from livret.suite.finance.setup.access import axis_for, section_for
from livret.suite.finance.setup.forms import CodeForm, JournalForm, RateForm, RatesForm, currency_codes
from livret.suite.finance.setup.queries import lists
from livret.suite.finance.setup.rules.rates import Fault, Rate, read_rates
from livret.suite.finance.setup.services import analytics
from livret.suite.finance.setup.services import chart as services

PAGE = 50


@require_safe
@member_required(module="finance", right="read")
def journals(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren)
    may_administer = request.member.may("finance", "administer", company_id=company.pk)
    context = {"company": company, "journals": lists.journals(company), "may_administer": may_administer}
    return render(request, "setup/journals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def journal_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    return _journal(request, company, None, JournalForm(request.POST or None, company=company))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def journal(request: MemberRequest, siren: str, code: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    held = access.journal_for(company, code)
    initial = {name: getattr(held, name) for name in ("label", "kind", "is_closed")}
    initial["account"] = held.account.number if held.account else ""
    form = JournalForm(request.POST or None, initial=initial, company=company, journal=held)
    return _journal(request, company, held, form)


def _journal(request: MemberRequest, company: Company, held: Journal | None, form: JournalForm) -> HttpResponse:
    if form.is_valid():
        try:
            _save(request, company, held, form)
        except services.JournalRefused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return redirect_here(request, "setup:journals", siren=company.siren)
    return answer(request, "setup/journal.html", {"company": company, "journal": held, "form": form})


def _save(request: MemberRequest, company: Company, held: Journal | None, form: JournalForm) -> None:
    facts: dict[str, Any] = {"facts": form.facts(), "by": request.actor, "at": clock.now()}
    if held:
        services.change_journal(held, **facts)
    else:
        services.open_journal(company, code=form.cleaned_data["code"], **facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def currencies(request: MemberRequest, siren: str) -> HttpResponse:
    """The rates noted; one is added by its day, or many by pasting a table."""
    company = access.company_for(request, siren, right="administer" if request.method == "POST" else "read")
    one, many = _rate_forms(request)
    if request.method == "POST" and _noted(request, company, one, many):
        return redirect_here(request, "setup:currencies", siren=siren)
    currency = request.GET.get("currency", "")[:3]
    context = {
        "company": company,
        "one": one,
        "many": many,
        "page": Paginator(lists.rates(company, currency=currency), PAGE).get_page(request.GET.get("page")),
        "currencies": lists.currencies_noted(company),
        "currency": currency,
        "may_administer": request.member.may("finance", "administer", company_id=company.pk),
    }
    return answer(request, "setup/currencies.html", context)


def _rate_forms(request: MemberRequest) -> tuple[RateForm, RatesForm]:
    pasted = "rows" in request.POST
    one = RateForm(request.POST if request.method == "POST" and not pasted else None, initial={"day": clock.today()})
    return one, RatesForm(request.POST if pasted else None)


def _noted(request: MemberRequest, company: Company, one: RateForm, many: RatesForm) -> bool:
    """Note what was typed when all of it is right; else tell each fault on its form."""
    form: Form = many if many.is_bound else one
    if not form.is_valid():
        return False
    typed = form.cleaned_data
    text = typed["rows"] if form is many else f"{typed['day']};{typed['currency']};{typed['per_euro']}"
    rates, faults = read_rates(text, known=currency_codes())
    for fault in faults[:20]:
        form.add_error("rows" if form is many else _field(fault), _worded(fault))
    if faults or not rates:
        return False
    _note(request, company, rates)
    return True


def _note(request: MemberRequest, company: Company, rates: list[Rate]) -> None:
    count = analytics.note_rates(company, rates, by=request.actor, at=clock.now())
    words = ngettext("%(count)s rate noted.", "%(count)s rates noted.", count) % {"count": count}
    messages.success(request, words)


def _field(fault: Fault) -> str:
    return {"currency": "currency", "day": "day"}.get(fault.code, "per_euro")


def _worded(fault: Fault) -> str:
    words = {
        "parts": _("Line %(line)s: %(value)s does not hold three parts: day; currency; units for one euro."),
        "day": _("Line %(line)s: %(value)s is not a day such as 31/03/2026."),
        "currency": _("Line %(line)s: %(value)s is not a currency other than the euro, such as USD."),
        "rate": _("Line %(line)s: %(value)s is not a number above zero, such as 1,0815."),
        "twice": _("Line %(line)s: %(value)s stands in the table already."),
    }
    return words[fault.code] % {"line": fault.line, "value": fault.value}


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def axes(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="administer" if request.method == "POST" else "read")
    form, refusal = CodeForm(request.POST or None), ""
    if form.is_valid():
        try:
            axis = analytics.open_axis(company, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "setup:axis", siren=siren, axis=axis.pk)
    may_administer = request.member.may("finance", "administer", company_id=company.pk)
    context = {"company": company, "axes": lists.axes(company), "form": form, "refusal": refusal}
    return answer(request, "setup/axes.html", {**context, "may_administer": may_administer})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="administer")
def axis(request: MemberRequest, siren: str, axis: int) -> HttpResponse:
    company = access.company_for(request, siren, right="administer")
    held = axis_for(company, axis)
    form, refusal = CodeForm(request.POST or None), ""
    if form.is_valid():
        try:
            analytics.open_section(held, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "setup:axis", siren=siren, axis=axis)
    sections = list(held.sections.order_by("is_closed", "code"))
    context = {"company": company, "axis": held, "sections": sections, "form": form, "refusal": refusal}
    return answer(request, "setup/axis.html", context)


@require_POST
@member_required(module="finance", right="administer")
def axis_state(request: MemberRequest, siren: str, axis: int) -> HttpResponse:
    """Close an axis, or open it again."""
    company = access.company_for(request, siren, right="administer")
    held = axis_for(company, axis)
    analytics.set_closed(held, is_closed="close" in request.POST, by=request.actor, at=clock.now())
    return redirect_here(request, "setup:axes", siren=siren)


@require_POST
@member_required(module="finance", right="administer")
def section_state(request: MemberRequest, siren: str, axis: int, section: int) -> HttpResponse:
    """Close a section, or open it again."""
    company = access.company_for(request, siren, right="administer")
    held = section_for(axis_for(company, axis), section)
    analytics.set_closed(held, is_closed="close" in request.POST, by=request.actor, at=clock.now())
    return redirect_here(request, "setup:axis", siren=siren, axis=axis)
