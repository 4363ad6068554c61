"""The pages of companies, and of people and their rights."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livret.core import clock
from livret.core.audit import queries as audit
from livret.core.tenancy.context import current_alias, current_entitlements
from livret.core.tenancy.links import redirect_here
from livret.kernel.errors import Refusal
from livret.suite.company import beginnings, queries, services
from livret.suite.company.access import MemberRequest, company_for, member_required, require_administers
from livret.suite.company.forms import ROOM_NAMES, CompanyForm, NextYearForm, RightForm
from livret.suite.company.models import ApplicationAccount, Company, Grant
from livret.suite.company.rules import Member, allowance_of, following_year, opens_room

ACTS_PER_PAGE = 50


def answer(request: Any, template: str, context: dict[str, Any]) -> HttpResponse:
    """Show a form: 200 the first time, 422 when what was sent cannot be taken."""
    return render(request, template, context, status=422 if request.method == "POST" else 200)


@require_safe
@member_required(module="company", right="read")
def companies(request: MemberRequest) -> HttpResponse:
    allowance = allowance_of(current_entitlements(), "finance", "companies")
    found = list(queries.companies_of(request.member, "company").prefetch_related("fiscal_years"))
    context = {
        "companies": [(company, sorted(company.fiscal_years.all(), key=lambda y: y.first_day)) for company in found],
        "allowance": allowance,
        "entitlements": current_entitlements(),
        "may_create": request.member.administers(None),
    }
    return render(request, "company/companies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="company", right="administer")
def company_new(request: MemberRequest) -> HttpResponse:
    require_administers(request.member, None)
    proposed = following_year(None, today=clock.today())
    initial = {"first_day": proposed.first_day, "last_day": proposed.last_day}
    form, refusal = CompanyForm(request.POST or None, initial=initial), ""
    if form.is_valid():
        try:
            company = _create(request, form.cleaned_data)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return _lead_on(request, company)
    return answer(request, "company/company_new.html", {"form": form, "refusal": refusal})


def _create(request: MemberRequest, typed: dict[str, Any]) -> Company:
    now = clock.now()
    allowance = allowance_of(current_entitlements(), "finance", "companies")
    names = {"siren": typed["siren"], "siret": typed["siret"], "name": typed["name"]}
    days = {"first_day": typed["first_day"], "last_day": typed["last_day"]}
    with transaction.atomic(using=current_alias()):
        company = services.create_company(**names, allowance=allowance, by=request.actor, at=now)
        services.open_fiscal_year(company, **days, by=request.actor, at=now)
        beginnings.begin(company, by=request.actor, at=now)
    return company


def _lead_on(request: MemberRequest, company: Company) -> HttpResponse:
    """Go on to the books of a new company, for those who may read them."""
    keeps_books = opens_room(current_entitlements(), "finance")
    if keeps_books and request.member.may("finance", "read", company_id=company.pk):
        return redirect_here(request, "setup:home", siren=company.siren)
    return redirect_here(request, "company:companies")


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="company", right="administer")
def year_new(request: MemberRequest, siren: str) -> HttpResponse:
    company = company_for(request.member, siren, module="company", right="administer")
    form, refusal = NextYearForm(request.POST or None, initial=proposed_days(company)), ""
    if form.is_valid():
        try:
            services.open_fiscal_year(company, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "company:companies")
    return answer(request, "company/year_new.html", {"form": form, "refusal": refusal, "company": company})


def proposed_days(company: Company) -> dict[str, Any]:
    """Return the days to propose for the next fiscal year of a company."""
    last = queries.fiscal_years(company).first()
    proposed = following_year(last.days if last else None, today=clock.today())
    return {"first_day": proposed.first_day, "last_day": proposed.last_day}


@require_safe
@member_required(module="company", right="read")
def people(request: MemberRequest) -> HttpResponse:
    people, known = queries.register(), {one.person_id: one for one in request.seats.people()}
    inside = {one.person_id for one in people if one.is_active}
    context = {
        "people": people,
        "may_grant": request.member.is_administrator,
        "newcomers": [one for person_id, one in known.items() if person_id not in inside],
        "strangers": {one.person_id for one in people if one.is_active and one.person_id not in known},
    }
    return render(request, "company/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="company", right="administer")
def opening(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Let in somebody who has an access account, with a first right."""
    newcomer = next((one for one in request.seats.people() if one.person_id == person_id), None)
    if newcomer is None:
        raise Http404
    form, refusal = RightForm(request.POST or None, by=request.member), ""
    if form.is_valid():
        try:
            services.let_in(newcomer, **form.wanted(), seats=request.seats, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "company:person", person_id=person_id)
    return answer(request, "company/opening.html", {"newcomer": newcomer, "form": form, "refusal": refusal})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required(module="company", right="administer")
def person(request: MemberRequest, person_id: UUID) -> HttpResponse:
    account = _account(person_id)
    form, refusal = RightForm(request.POST or None, by=request.member), ""
    if form.is_valid():
        try:
            services.grant_with_seat(account, **form.wanted(), seats=request.seats, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect_here(request, "company:person", person_id=account.person_id)
    held = Grant.objects.filter(account=account).select_related("company").order_by("module", "company__name")
    context = {"account": account, "form": form, "refusal": refusal, "rights": _worded(list(held), request.member)}
    return answer(request, "company/person.html", context)


def _worded(held: list[Grant], member: Member) -> list[dict[str, Any]]:
    return [
        {
            "pk": right.pk,
            "room": ROOM_NAMES.get(right.module, right.module),
            "company": right.company.name if right.company else _("All companies"),
            "right": right.get_right_display(),
            "may_withdraw": member.administers(right.company_id),
        }
        for right in held
    ]


@require_POST
@member_required(module="company", right="administer")
def right_revocation(request: MemberRequest, person_id: UUID, right: int) -> HttpResponse:
    held = Grant.objects.select_related("account", "company").filter(pk=right, account=_account(person_id)).first()
    if held is None:
        raise Http404
    require_administers(request.member, held.company_id)
    try:
        services.revoke(held, by=request.actor, at=clock.now())
    except Refusal as refusal:
        rights = _worded(list(Grant.objects.filter(account=held.account).select_related("company")), request.member)
        context = {"account": held.account, "form": RightForm(by=request.member), "rights": rights}
        return answer(request, "company/person.html", {**context, "refusal": str(refusal)})
    return redirect_here(request, "company:person", person_id=person_id)


@require_safe
@member_required(module="company", right="administer")
def trail(request: MemberRequest) -> HttpResponse:
    """Search the audit trail of this environment."""
    words = request.GET.get("q", "").strip()
    found = audit.search(client_plane=True, words=words)
    page = Paginator(found, ACTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "company/trail.html", {"page": page, "words": words})


def _account(person_id: UUID) -> ApplicationAccount:
    account = ApplicationAccount.objects.filter(person_id=person_id, is_active=True).first()
    if account is None:
        raise Http404
    return account
