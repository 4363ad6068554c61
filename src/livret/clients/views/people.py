"""The publisher's pages on a client's people: instructions, invitations, administrators, the two registers."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livret.clients import access, queries, services
from livret.clients.access import AccountRequest, staff_required
from livret.clients.forms import AdministratorForm, DayForm, InstructionForm, RefusalForm
from livret.clients.models import AccessAccount, Instruction
from livret.clients.rules.registers import ApplicationEntry, side_by_side
from livret.clients.views.answers import answer
from livret.core import clock
from livret.core.tenancy.context import EnvironmentUnavailable
from livret.kernel.errors import Refusal

TELLS = ("customer_service", "technician", "operations")


@require_safe
@staff_required(*TELLS)
def instructions(request: AccountRequest) -> HttpResponse:
    return render(request, "clients/instructions.html", {"instructions": queries.open_instructions()})


@staff_required("customer_service")
def instruction_new(request: AccountRequest, slug: str) -> HttpResponse:
    client, now = access.client_by_slug(slug), clock.now()
    named = queries.administrator_accounts(client, day=clock.today())
    form = InstructionForm(request.POST or None, administrators=named, now=now)
    refusal = ""
    if form.is_valid():
        try:
            recorded = services.record_instruction(client, **form.cleaned_data, by=request.actor, at=now)
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect("clients:instruction", client.slug, recorded.pk)
    return answer(request, "clients/instruction_new.html", {"client": client, "form": form, "refusal": refusal})


@require_safe
@staff_required(*TELLS)
def instruction(request: AccountRequest, slug: str, pk: int) -> HttpResponse:
    return _instruction_page(request, access.instruction_of(access.client_by_slug(slug), pk))


@require_POST
@staff_required("customer_service")
def carrying_out(request: AccountRequest, slug: str, pk: int) -> HttpResponse:
    """Open the account and invite its holder, or close it, as the instruction asks."""
    asked = access.instruction_of(access.client_by_slug(slug), pk)
    try:
        _carry_out(request, asked)
    except Refusal as refused:
        return _instruction_page(request, asked, refusal=str(refused))
    return redirect("clients:instruction", slug, pk)


@transaction.atomic
def _carry_out(request: AccountRequest, asked: Instruction) -> None:
    now = clock.now()
    if asked.kind == Instruction.Kind.OPEN:
        account = services.create_access_account(asked, by=request.actor, at=now)
        invite(request, account)
        return
    account = access.person_named(asked)
    services.close_access_account(account, reason=asked.text[:200], by=request.actor, at=now, instruction=asked)


@require_POST
@staff_required("customer_service")
def refusal(request: AccountRequest, slug: str, pk: int) -> HttpResponse:
    asked, form = access.instruction_of(access.client_by_slug(slug), pk), RefusalForm(request.POST)
    if not form.is_valid():
        return _instruction_page(request, asked, form=form)
    try:
        services.refuse_instruction(asked, reason=form.cleaned_data["reason"], by=request.actor, at=clock.now())
    except Refusal as refused:
        return _instruction_page(request, asked, refusal=str(refused))
    return redirect("clients:instruction", slug, pk)


def _instruction_page(
    request: AccountRequest, asked: Instruction, *, form: RefusalForm | None = None, refusal: str = ""
) -> HttpResponse:
    outcome = queries.outcome_of(asked)
    context = {"instruction": asked, "outcome": outcome, "form": form or RefusalForm(), "refusal": refusal}
    return answer(request, "clients/instruction.html", context)


@require_POST
@staff_required("customer_service")
def invitation(request: AccountRequest, slug: str, person: UUID) -> HttpResponse:
    client = access.client_by_slug(slug)
    try:
        invite(request, access.person_of(client, person))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(client)


def invite(request: AccountRequest, account: AccessAccount) -> None:
    """Mail a new link to *account* and say so. Raises InvitationRefused."""

    def link_to(token: str) -> str:
        return request.build_absolute_uri(reverse("clients:invitation", args=[token]))

    services.issue_invitation(account, link_to=link_to, by=request.actor, at=clock.now())
    messages.info(request, _("An invitation was sent to %(email)s.") % {"email": account.email})


@staff_required("customer_service")
def administrator_new(request: AccountRequest, slug: str) -> HttpResponse:
    client, today = access.client_by_slug(slug), clock.today()
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
            return redirect(client)
    return answer(request, "clients/administrator_new.html", {"client": client, "form": form, "refusal": refusal})


@staff_required("customer_service")
def administrator_end(request: AccountRequest, slug: str, pk: int) -> HttpResponse:
    client = access.client_by_slug(slug)
    named = access.administrator_of(client, pk)
    form = DayForm(request.POST or None, initial={"on": clock.today()})
    refusal = ""
    if form.is_valid():
        on = form.cleaned_data["on"]
        try:
            services.end_saas_administrator(named, until_on=on, by=request.actor, at=clock.now())
        except Refusal as refused:
            refusal = str(refused)
        else:
            return redirect(client)
    context = {"client": client, "administrator": named, "form": form, "refusal": refusal}
    return answer(request, "clients/administrator_end.html", context)


@require_safe
@staff_required(*TELLS)
def registers(request: AccountRequest, slug: str, room: str) -> HttpResponse:
    client = access.client_by_slug(slug)
    owned = access.environment_of(client, room)
    inside = _application_accounts(owned.environment_id)
    rows = side_by_side(queries.access_register(client), inside or ())
    context = {"client": client, "owned": owned, "rows": rows, "is_connected": inside is not None}
    return render(request, "clients/registers.html", context)


def _application_accounts(environment_id: UUID) -> list[ApplicationEntry] | None:
    """Return the application accounts of an environment, None while it is closed; the settings name their reader."""
    read: queries.ApplicationRegister = import_string(settings.APPLICATION_REGISTER)
    try:
        return list(read(environment_id))
    except EnvironmentUnavailable:
        return None
