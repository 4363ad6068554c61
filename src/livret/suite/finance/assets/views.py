"""The pages of fixed assets: register, asset with its plan, depreciation of a year, disposal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from livret.core import clock
from livret.core.tenancy.context import current_alias, current_entitlements
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.kernel.money import euros_of
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.company.rules import allowance_of
from livret.suite.company.views import answer
from livret.suite.finance import access
from livret.suite.finance.assets import queries
from livret.suite.finance.assets.access import asset_for
from livret.suite.finance.assets.forms import AdjustmentForm, AssetForm, ComponentForm, DayForm, DisposalForm
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries import AcquisitionLine
from livret.suite.finance.assets.rules.law import is_usually_worn
from livret.suite.finance.assets.services import assets as services
from livret.suite.finance.assets.services import entries

USUAL_MONTHS = 60


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    """The register on a day, beside the ledger, and what waits."""
    company = access.company_for(request, siren)
    years = list(fiscal_years(company))
    form = DayForm(request.GET or None)
    asked = form.cleaned_data["on"] if form.is_valid() else None
    on = asked or _usual_day(years)
    missing = queries.missing_by_year(company, [year for year in years if year.is_open])
    context = {
        "company": company,
        "years": years,
        "on": on,
        "query": f"?on={on}",
        "form": DayForm({"on": on}),
        "register": queries.register(company, on),
        "lines": queries.acquisition_lines(company, since=years[-1].first_day) if years else [],
        "missing": [(year, len(rows)) for year, rows in missing.items()],
        "may_write": request.member.may("finance", "write", company_id=company.pk),
    }
    return render(request, "assets/home.html", context)


def _usual_day(years: list[FiscalYear]) -> date:
    """Return today when a fiscal year holds it, else the last day of the latest one."""
    today = clock.today()
    return today if not years or any(today in year for year in years) else years[0].last_day


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def asset_new(request: MemberRequest, siren: str) -> HttpResponse:
    """Record an asset, by hand or from the posted line that the address names."""
    company = access.company_for(request, siren, right="write")
    line = _line(company, request.GET.get("line", ""))
    form = AssetForm(request.POST or None, initial=_initial(line), company=company)
    refusal = ""
    if form.is_valid():
        try:
            with transaction.atomic(using=current_alias()):
                facts = form.facts(line=(line.entry_id, line.position) if line else None)
                asset = services.record_asset(company, facts, by=request.actor, at=clock.now())
        except services.AssetRefused as refused:
            refusal = _told(form, refused)
        else:
            return redirect_here(request, "assets:asset", siren=siren, number=asset.number)
    context = {"company": company, "form": form, "line": line, "asset": None, "refusal": refusal}
    return answer(request, "assets/asset_form.html", context)


def _line(company: Company, text: str) -> AcquisitionLine | None:
    """Return the posted line that an address names, such as 17.2, while it is no asset; 404 on any other."""
    if not text:
        return None
    entry, _dot, position = text.partition(".")
    if not (entry.isdecimal() and position.isdecimal() and len(text) < 20):
        raise Http404
    years = fiscal_years(company).last()
    lines = queries.acquisition_lines(company, since=years.first_day, entry_id=int(entry)) if years else []
    found = next((one for one in lines if one.position == int(position)), None)
    if found is None:
        raise Http404
    return found


def _initial(line: AcquisitionLine | None) -> dict[str, Any]:
    if line is None:
        return {"method": FixedAsset.Wear.LINEAR, "months": USUAL_MONTHS}
    is_worn = is_usually_worn(line.account)
    return {
        "label": line.label,
        "account": line.account,
        "cost": _typed(line.cents),
        "acquired_on": line.day,
        "in_service_on": line.day,
        "method": FixedAsset.Wear.LINEAR if is_worn else FixedAsset.Wear.NONE,
        "months": USUAL_MONTHS if is_worn else None,
    }


def _typed(cents: int) -> str:
    return f"{euros_of(cents):f}".replace(".", ",") if cents else ""


def _told(form: Form, refused: services.AssetRefused) -> str:
    """Put a refusal beside its field, or return it for the whole form."""
    if refused.field in form.fields:
        form.add_error(refused.field, str(refused))
        return ""
    return str(refused)


@require_safe
@member_required(module="finance", right="read")
def asset(request: MemberRequest, siren: str, number: int) -> HttpResponse:
    company = access.company_for(request, siren)
    return render(request, "assets/asset.html", _page(request, company, asset_for(company, number)))


def _page(request: MemberRequest, company: Company, held: FixedAsset, **others: Any) -> dict[str, Any]:
    drafts, posted = queries.works_of(held)
    years = {year.last_day: year for year in fiscal_years(company)}
    plan = queries.plans_of(company, [held])[held.pk]
    may_write = request.member.may("finance", "write", company_id=company.pk)
    return {
        "company": company,
        "asset": held,
        "components": list(held.components.order_by("number")),
        "plan": [(annuity, years.get(annuity.year.last_day)) for annuity in plan],
        "adjustments": list(held.adjustments.select_related("fiscal_year").order_by("at")),
        "drafts": drafts,
        "entries": posted,
        "base": held.cost_cents - held.residual_cents,
        "may_write": may_write and not held.disposed_on,
        "may_change": may_write and not (drafts or posted or held.disposed_on),
        "component_form": ComponentForm(initial={"method": held.method, "months": held.months}),
        "adjustment_form": AdjustmentForm(company=company),
        **others,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def asset_change(request: MemberRequest, siren: str, number: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    held = asset_for(company, number)
    form = AssetForm(request.POST or None, initial=_kept(held), company=company)
    refusal = ""
    if form.is_valid():
        try:
            with transaction.atomic(using=current_alias()):
                services.change_asset(held, form.facts(), by=request.actor, at=clock.now())
        except services.AssetRefused as refused:
            refusal = _told(form, refused)
        else:
            return redirect_here(request, "assets:asset", siren=siren, number=number)
    context = {"company": company, "form": form, "line": None, "asset": held, "refusal": refusal}
    return answer(request, "assets/asset_form.html", context)


def _kept(held: FixedAsset) -> dict[str, Any]:
    names = ("label", "acquired_on", "in_service_on", "method", "months", "taken_on")
    amounts = {"cost": held.cost_cents, "residual": held.residual_cents, "taken": held.taken_cents}
    accounts = {name: getattr(held, name) for name in queries.ACCOUNTS}
    return {
        **{name: getattr(held, name) for name in names},
        **{name: _typed(cents) for name, cents in amounts.items()},
        **{name: account.number if account else "" for name, account in accounts.items()},
    }


@require_http_methods(["POST"])
@member_required(module="finance", right="write")
def component_new(request: MemberRequest, siren: str, number: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    held, form, refusal = asset_for(company, number), ComponentForm(request.POST), ""
    if form.is_valid():
        typed = form.cleaned_data
        facts = {"label": typed["label"], "cost_cents": typed["cost"], "method": typed["method"]}
        try:
            services.split_component(held, **facts, months=typed["months"] or 0, by=request.actor, at=clock.now())
        except services.AssetRefused as refused:
            refusal = _told(form, refused)
        else:
            return redirect_here(request, "assets:asset", siren=siren, number=number)
    return answer(request, "assets/asset.html", _page(request, company, held, component_form=form, refusal=refusal))


@require_http_methods(["POST"])
@member_required(module="finance", right="write")
def adjustment_new(request: MemberRequest, siren: str, number: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    held, form, refusal = asset_for(company, number), AdjustmentForm(request.POST, company=company), ""
    if form.is_valid():
        typed = form.cleaned_data
        facts = {"year": typed["year"], "cents": typed["amount"], "reason": typed["reason"]}
        try:
            services.adjust(held, **facts, by=request.actor, at=clock.now())
        except services.AssetRefused as refused:
            refusal = _told(form, refused)
        else:
            return redirect_here(request, "assets:asset", siren=siren, number=number)
    return answer(request, "assets/asset.html", _page(request, company, held, adjustment_form=form, refusal=refusal))


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="write")
def disposal(request: MemberRequest, siren: str, number: int) -> HttpResponse:
    """Take an asset out of the register; the entries are drafts that a person validates."""
    company = access.company_for(request, siren, right="write")
    held = asset_for(company, number)
    form, refusal = DisposalForm(request.POST or None, initial={"on": clock.today()}), ""
    if form.is_valid():
        try:
            _dispose(request, company, held, form.cleaned_data)
        except services.AssetRefused as refused:
            refusal = _told(form, refused)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "assets:asset", siren=siren, number=number)
    context = {"company": company, "asset": held, "form": form, "refusal": refusal}
    return answer(request, "assets/disposal.html", context)


def _dispose(request: MemberRequest, company: Company, held: FixedAsset, typed: dict[str, Any]) -> None:
    on = typed["on"]
    year = fiscal_years(company).filter(first_day__lte=on, last_day__gte=on).select_related("company").first()
    if year is None:
        raise services.AssetRefused(_("No fiscal year holds this day."), field="on")
    facts = {"on": on, "reason": typed["reason"], "proceeds_cents": typed["proceeds"]}
    entries.dispose(held, year=year, **facts, by=request.actor, at=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="finance", right="read")
def depreciation(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    """What each asset wears in a fiscal year: drafted for review, or posted at once by those who may validate."""
    wanted = "validate" if "post" in request.POST else "write" if request.method == "POST" else "read"
    company = access.company_for(request, siren, right=wanted)
    held = access.year_for(company, year)
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, _carry_out(request, held))
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "assets:depreciation", siren=siren, year=year)
    rows = queries.allowances(held)
    context = {
        "company": company,
        "year": held,
        "years": list(fiscal_years(company)),
        "rows": rows,
        "total": sum(row.annuity.cents for row in rows),
        "missing": sum(row.is_missing for row in rows),
        "undrafted": sum(row.is_missing and row.draft is None for row in rows),
        "refusal": refusal,
        "may_write": held.is_open and request.member.may("finance", "write", company_id=company.pk),
        "may_post": held.is_open
        and held.last_day < clock.today()
        and request.member.may("finance", "validate", company_id=company.pk),
    }
    return answer(request, "assets/depreciation.html", context)


def _carry_out(request: MemberRequest, year: FiscalYear) -> str:
    now = clock.now()
    if "post" in request.POST:
        ceiling = allowance_of(current_entitlements(), "finance", "entries")
        done = entries.post_depreciation(year, ceiling=ceiling, by=request.actor, at=now, today=clock.today())
        words = ngettext("%(count)s entry posted.", "%(count)s entries posted.", len(done))
        return words % {"count": len(done)}
    drafts = entries.propose_depreciation(year, by=request.actor, at=now)
    return ngettext("%(count)s draft written.", "%(count)s drafts written.", len(drafts)) % {"count": len(drafts)}
