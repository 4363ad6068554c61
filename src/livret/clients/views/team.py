"""The publisher's own people and their roles."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from livret.clients import access, queries, services
from livret.clients.access import AccountRequest, staff_required
from livret.clients.forms import ClosingForm, RolesForm, TeamMemberForm
from livret.clients.models import StaffRole
from livret.clients.views.answers import answer
from livret.clients.views.people import invite
from livret.core import clock
from livret.kernel.errors import Refusal

ADMINISTRATOR = StaffRole.Role.ADMINISTRATOR


@require_safe
@staff_required(ADMINISTRATOR)
def team(request: AccountRequest) -> HttpResponse:
    return render(request, "clients/team.html", {"people": queries.team()})


@staff_required(ADMINISTRATOR)
def team_new(request: AccountRequest) -> HttpResponse:
    form = TeamMemberForm(request.POST or None)
    refusal = ""
    if form.is_valid():
        try:
            return _added(request, form)
        except Refusal as refused:
            refusal = str(refused)
    return answer(request, "clients/team_new.html", {"form": form, "refusal": refusal})


@transaction.atomic
def _added(request: AccountRequest, form: TeamMemberForm) -> HttpResponse:
    typed = form.cleaned_data
    person = {"email": typed["person_email"], "full_name": typed["person_name"], "roles": typed["roles"]}
    invite(request, services.create_staff_account(**person, by=request.actor, at=clock.now()))
    return redirect("clients:team")


@staff_required(ADMINISTRATOR)
def team_member(request: AccountRequest, person: UUID) -> HttpResponse:
    account = access.team_member(person)
    form = RolesForm(request.POST or None, initial={"roles": sorted(account.roles)})
    refusal = ""
    if form.is_valid():
        try:
            services.grant_roles(account, form.cleaned_data["roles"], by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect("clients:team")
    context = {"person": account, "form": form, "closing": ClosingForm(), "refusal": refusal}
    return answer(request, "clients/team_member.html", context)


@require_POST
@staff_required(ADMINISTRATOR)
def team_invitation(request: AccountRequest, person: UUID) -> HttpResponse:
    try:
        invite(request, access.team_member(person))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("clients:team")


@require_POST
@staff_required(ADMINISTRATOR)
def team_closing(request: AccountRequest, person: UUID) -> HttpResponse:
    account, form = access.team_member(person), ClosingForm(request.POST)
    refusal = ""
    if form.is_valid():
        try:
            services.close_access_account(account, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect("clients:team")
    roles = RolesForm(initial={"roles": sorted(account.roles)})
    context = {"person": account, "form": roles, "closing": form, "refusal": refusal}
    return answer(request, "clients/team_member.html", context)
