"""The customer space: my company, its people, its SaaS administrators."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livret.clients import access, queries, services
from livret.clients.access import AccountRequest, client_administrator_required, client_required
from livret.clients.forms import AccountRequestForm, AdministratorForm
from livret.clients.models import Instruction
from livret.clients.views.answers import answer
from livret.clients.views.figures import contract_facts
from livret.clients.views.people import invite
from livret.core import clock
from livret.kernel.errors import Refusal


@require_safe
@client_required
def company(request: AccountRequest) -> HttpResponse:
    client, today = access.own_client(request.account), clock.today()
    context = {
        "client": client,
        **contract_facts(client, day=today),
        "environments": queries.environments_of(request.account),
        "changes": queries.contract_changes(client),
    }
    return render(request, "clients/company.html", context)


@require_safe
@client_required
def people(request: AccountRequest) -> HttpResponse:
    client, today = access.own_client(request.account), clock.today()
    context = {
        "client": client,
        "people": queries.access_accounts(client),
        "administrators": queries.administrators_from(client, day=today),
        "history": queries.administrator_history(client),
        "instructions": queries.instructions_of(client),
        **contract_facts(client, day=today),
        "may_ask": queries.is_saas_administrator(request.account, client=client, day=today),
    }
    return render(request, "clients/people.html", context)


@client_administrator_required
def account_request(request: AccountRequest) -> HttpResponse:
    client, now = access.own_client(request.account), clock.now()
    form = AccountRequestForm(request.POST or None, initial={"kind": Instruction.Kind.OPEN})
    refusal = ""
    if form.is_valid():
        asked = {
            **form.cleaned_data,
            "asked_by": request.account,
            "asked_at": now,
            "channel": Instruction.Channel.SPACE,
        }
        try:
            services.record_instruction(client, **asked, by=request.actor, at=now)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.info(request, _("Your request was recorded; the publisher will carry it out and tell you."))
            return redirect("clients:people")
    return answer(request, "clients/account_request.html", {"client": client, "form": form, "refusal": refusal})


@require_POST
@client_administrator_required
def reinvitation(request: AccountRequest, person: UUID) -> HttpResponse:
    account = access.colleague(request.account, person)
    try:
        invite(request, account)
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("clients:people")


@client_administrator_required
def administrator_naming(request: AccountRequest) -> HttpResponse:
    client, today = access.own_client(request.account), clock.today()
    form = AdministratorForm(
        request.POST or None,
        people=queries.open_accounts(client),
        administrators=queries.administrators_on(client, day=today),
        initial={"from_on": today},
    )
    refusal = ""
    if form.is_valid():
        try:
            form.name(client, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect("clients:people")
    context = {"client": client, "form": form, "refusal": refusal}
    return answer(request, "clients/administrator_naming.html", context)
