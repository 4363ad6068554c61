"""The publisher's pages on clients: list, one client, its contracts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from livret.booklet import library
from livret.clients import access, queries, services
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.clients.forms import ClientForm, ContractForm, DayForm, MoveForm, OrderChangeForm, SearchForm
from livret.clients.models import Client, Contract
from livret.clients.rules.offers import modules_of
from livret.clients.views.answers import answer
from livret.clients.views.figures import contract_facts
from livret.clients.views.people import TELLS
from livret.core import clock
from livret.kernel.errors import Refusal

PAGE = 50
SALES = ("customer_service", "billing")


@require_safe
@staff_required()
def listing(request: AccountRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(queries.clients_listed(words), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "words": words,
        "today": clock.today(),
        "waiting": queries.open_instructions().count() if holds_role(request.account, *TELLS) else 0,
        "may_add": holds_role(request.account, *SALES),
    }
    return render(request, "clients/listing.html", context)


@staff_required(*SALES)
def new(request: AccountRequest) -> HttpResponse:
    form = ClientForm(request.POST or None)
    refusal = ""
    if form.is_valid():
        try:
            return _created(request, form)
        except Refusal as refused:
            refusal = str(refused)
    return answer(request, "clients/client_new.html", {"form": form, "refusal": refusal})


@transaction.atomic
def _created(request: AccountRequest, form: ClientForm) -> HttpResponse:
    """Write the client, and open the account of the person its contract names."""
    typed, now = form.cleaned_data, clock.now()
    client = services.create_client(name=typed["name"], siren=typed["siren"], by=request.actor, at=now)
    person = {"person_name": typed["person_name"], "person_email": typed["person_email"]}
    instruction = services.record_contract_instruction(client, **person, by=request.actor, at=now)
    services.create_access_account(instruction, by=request.actor, at=now)
    return redirect("clients:contract_new", client.slug)


@require_safe
@staff_required()
def client(request: AccountRequest, slug: str) -> HttpResponse:
    found, today = access.client_by_slug(slug), clock.today()
    context = {
        "client": found,
        "today": today,
        **contract_facts(found, day=today),
        "contracts": found.contracts.order_by("-starts_on"),
        "changes": queries.contract_changes(found),
        "environments": queries.environments_of_client(found.pk),
        "people": queries.access_accounts(found),
        "administrators": queries.administrators_from(found, day=today),
        "history": queries.administrator_history(found),
        "instructions": queries.instructions_of(found),
        "may_sell": holds_role(request.account, *SALES),
        "may_tell": holds_role(request.account, *TELLS),
        "may_serve": holds_role(request.account, "customer_service"),
    }
    return render(request, "clients/client.html", context)


@staff_required(*SALES)
def contract_new(request: AccountRequest, slug: str) -> HttpResponse:
    found = access.client_by_slug(slug)
    form = ContractForm(request.POST or None, people=queries.open_accounts(found))
    refusal = ""
    if form.is_valid():
        named = form.cleaned_data["administrator"]
        try:
            services.sign_contract(found, form.terms, administrator=named, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect(found)
    return answer(request, "clients/contract_new.html", {"client": found, "form": form, "refusal": refusal})


@staff_required(*SALES)
def contract_move(request: AccountRequest, slug: str, number: str) -> HttpResponse:
    found, contract = _contract(slug, number)
    form = MoveForm(request.POST or None, booklet=contract.booklet)
    refusal = ""
    if form.is_valid():
        try:
            services.move_contract(contract, **form.cleaned_data, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect(found)
    context = {"client": found, "contract": contract, "form": form, "refusal": refusal}
    return answer(
        request, "clients/contract_act.html", {**context, "title": _("Move to another version of the booklet")}
    )


@staff_required(*SALES)
def contract_order(request: AccountRequest, slug: str, number: str) -> HttpResponse:
    found, contract = _contract(slug, number)
    booklet = library()[contract.booklet, contract.booklet_version]
    initial = {"modules": contract.modules, "named_users": contract.named_users, "options": contract.options}
    form = OrderChangeForm(request.POST or None, modules=modules_of(booklet, library()), initial=initial)
    refusal = ""
    if form.is_valid():
        order = {**form.cleaned_data, "ordered": contract.ordered}
        try:
            services.change_order(contract, **order, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect(found)
    context = {"client": found, "contract": contract, "form": form, "refusal": refusal}
    return answer(request, "clients/contract_act.html", {**context, "title": _("Change the order")})


@staff_required(*SALES)
def contract_codes(request: AccountRequest, slug: str, number: str) -> HttpResponse:
    found, contract = _contract(slug, number)
    form = DayForm(request.POST or None, initial={"on": clock.today()})
    refusal = ""
    if form.is_valid():
        try:
            services.hand_over_codes(contract, on=form.cleaned_data["on"], by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.info(request, _("Handing over recorded."))
            return redirect(found)
    context = {"client": found, "contract": contract, "form": form, "refusal": refusal}
    return answer(request, "clients/contract_act.html", {**context, "title": _("Hand over the access codes")})


def _contract(slug: str, number: str) -> tuple[Client, Contract]:
    found = access.client_by_slug(slug)
    return found, access.contract_of(found, number)
