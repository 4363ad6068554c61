"""The console: who waits and why in that order, the call at hand, the request that it opens."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from livret.care.phone import access, queries, services
from livret.care.phone.forms import CallRequestForm, CodeForm, PersonForm, SearchForm
from livret.care.phone.models import Call
from livret.care.phone.views import shown
from livret.care.support import queries as support_queries
from livret.care.support import services as support
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.core import clock
from livret.core.ui import figures

MOST_PEOPLE = 10
FRAGMENT = "phone/console/_calls.html"


@require_GET
@staff_required(access.TECHNICIAN)
def calls(request: AccountRequest) -> HttpResponse:
    """Who waits, who speaks, and what came lately. Asked again by the page, it answers 204 while nothing happened."""
    now = clock.now()
    waiting, spoken, past = map(
        queries.calls_shown, (queries.waiting_calls(), queries.spoken_calls(), queries.past_calls())
    )
    version = shown.version_of([*waiting, *spoken, *past])
    if request.headers.get("HX-Request") and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    facts = {
        "version": version,
        "waiting": shown.calls_listed(waiting, now=now),
        "spoken": shown.calls_listed(spoken, now=now),
        "past": shown.calls_listed(past, now=now),
        "me": request.account,
        "may_set": holds_role(request.account, access.ADMINISTRATOR),
    }
    is_poll = bool(request.headers.get("HX-Request")) and "seen" in request.GET
    return render(request, FRAGMENT if is_poll else "phone/console/calls.html", facts)


@require_POST
@staff_required(access.TECHNICIAN)
def by_hand(request: AccountRequest) -> HttpResponse:
    """A call that no system reported."""
    call = services.write_call_down(technician=request.account, by=request.actor, now=clock.now())
    return redirect(call.get_console_url())


@require_GET
@staff_required(access.TECHNICIAN)
def call_page(request: AccountRequest, call: UUID) -> HttpResponse:
    """One call: who, by which right, and what can be done with it."""
    return _page(request, access.console_call(call))


@require_POST
@staff_required(access.TECHNICIAN)
def answer(request: AccountRequest, call: UUID) -> HttpResponse:
    """I answer."""
    found = access.console_call(call)
    try:
        services.answer_call(found, technician=request.account, by=request.actor, now=clock.now())
    except services.AlreadyAnswered as refusal:
        facts = {"name": refusal.call.answered_by, "at": figures.instant_text(refusal.call.answered_at or clock.now())}
        words = _("%(name)s answered this call at %(at)s.") % facts
        return _page(request, access.console_call(call), refusal=words, status=409)
    except services.CallOver:
        return _page(request, access.console_call(call), refusal=_("The caller hung up."), status=409)
    return redirect(found.get_console_url())


@require_POST
@staff_required(access.TECHNICIAN)
def ending(request: AccountRequest, call: UUID) -> HttpResponse:
    """The call is over."""
    found = access.console_call(call)
    services.end_call(found, by=request.actor, now=clock.now())
    return redirect(found.get_console_url())


@require_POST
@staff_required(access.TECHNICIAN)
def person(request: AccountRequest, call: UUID) -> HttpResponse:
    """It is this person who calls."""
    found, form = access.console_call(call), PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refusal=_("Choose the person among those found."), status=422)
    account = access.caller_named(form.cleaned_data["account"])
    try:
        services.name_caller(found, account, by=request.actor, now=clock.now())
    except services.NotAnswered:
        return _page(request, found, refusal=_over(), status=409)
    return redirect(found.get_console_url())


@require_POST
@staff_required(access.TECHNICIAN)
def request_link(request: AccountRequest, call: UUID) -> HttpResponse:
    """The caller gives a call code."""
    found, form = access.console_call(call), CodeForm(request.POST)
    if form.is_valid():
        try:
            services.open_by_code(found, form.cleaned_data["code"], by=request.actor, now=clock.now())
        except services.UnknownCode:
            form.add_error("code", _("No request has this call code. Have the eight digits read again."))
        except services.NotAnswered:
            return _page(request, found, refusal=_over(), status=409)
        else:
            return redirect(found.get_console_url())
    return _page(request, found, code_form=form, status=422)


@require_POST
@staff_required(access.TECHNICIAN)
def registration(request: AccountRequest, call: UUID) -> HttpResponse:
    """The request of the caller, where the booklet lets a call open one."""
    found = access.console_call(call)
    form = _form(found, request.POST)
    if form is None:
        return _page(request, found, refusal=_("Say first who calls: nothing was registered."), status=409)
    if form.is_valid() and _registered(request, found, form):
        return redirect(found.get_console_url())
    return _page(request, found, form=form, status=422)


def _registered(request: AccountRequest, call: Call, form: CallRequestForm) -> bool:
    """Register what the form holds; a refusal is said in the form, which keeps what was typed."""
    assert call.account is not None  # Without a caller there is no form.
    now, site = clock.now(), request.build_absolute_uri("/").rstrip("/")
    nonce = form.cleaned_data["nonce"]
    try:
        filed = services.file_request_from(
            call, call.account, form.wanted(), nonce=nonce, by=request.actor, now=now, site=site
        )
    except (services.NeedsRequest, services.NoPhone, services.NotAnswered, support.NotInPlan, support.Suspended) as no:
        form.add_error(None, _why_not(no))
        return False
    if form.cleaned_data["takes"] and not filed.is_picked_up:
        support.pick_up(filed, technician=request.account, by=request.actor, now=now)
    return True


def _why_not(refusal: Exception) -> str:
    if isinstance(refusal, services.NeedsRequest):
        return _("Clause %(clause)s: a call needs an existing request. Nothing was registered.") % vars(refusal)
    if isinstance(refusal, services.NoPhone | support.NotInPlan):
        return _("Clause %(clause)s: the plan of this client does not include support by phone.") % vars(refusal)
    if isinstance(refusal, support.Suspended):
        clause = {"clause": refusal.suspension.clause}
        return _("Support is suspended for this client by clause %(clause)s. Nothing was registered.") % clause
    return _("Answer the call first: nothing was registered.")


def _over() -> str:
    return _("This call was over before anybody answered: nothing was changed.")


def _form(call: Call, data: Any = None) -> CallRequestForm | None:
    """Return the form of a request for the caller, None while nobody is named or no contract is in force."""
    client = call.account.client if call.account else None
    contract = clients.contract_in_force(client, day=clock.today()) if client else None
    if contract is None:
        return None
    first = {"nonce": uuid4(), "kind": "malfunction", "takes": True}
    return CallRequestForm(contract, support_queries.offer_for(contract), data, initial=first)


def _page(
    request: AccountRequest,
    call: Call,
    *,
    form: CallRequestForm | None = None,
    code_form: CodeForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    contract = clients.contract_in_force(call.client, day=clock.today()) if call.client else None
    search = SearchForm(request.GET)
    words = search.cleaned_data["q"] if search.is_valid() else ""
    facts = {
        "row": shown.call_shown(call, now=now),
        "call": call,
        "events": shown.events_shown(queries.events_of(call)),
        "phone": queries.phone_for(contract, now=now) if contract else None,
        "suspension": support_queries.suspension_in_force(call.client, at=now) if call.client else None,
        "search": search,
        "words": words,
        "people": clients.people_found(words).filter(is_active=True).select_related("client")[:MOST_PEOPLE]
        if words
        else (),
        "code_form": code_form or CodeForm(),
        "form": form or _form(call),
        "me": request.account,
        "refusal": refusal,
    }
    return render(request, "phone/console/call.html", facts, status=status)
