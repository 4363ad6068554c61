"""What a client's person does with a request besides writing: each act has its address and answers with the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from livret.care.support import access, refusing_portal, services, telling
from livret.care.support.models import Request
from livret.care.support.views import portal_page as pages
from livret.care.support.views.answers import site_of
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.kernel.errors import Refusal


@require_POST
@client_required
def confirmation(request: AccountRequest, number: str) -> HttpResponse:
    """What was proposed or answered helps: the request ends."""
    found = _own(request, number)
    form = pages.confirmation_form(request.POST)
    return _acted(request, found, "confirm", form, partial(services.confirm, found, **_with_mail(request)))


@require_POST
@client_required
def reopening(request: AccountRequest, number: str) -> HttpResponse:
    """What was proposed does not help, or the subject of a closed request came back."""
    found = _own(request, number)
    form = pages.reopening_form(request.POST)

    def reopen(text: str) -> object:
        return services.reopen(found, reason=text, **_with_mail(request))

    return _acted(request, found, "reopen", form, reopen)


@require_POST
@client_required
def withdrawal(request: AccountRequest, number: str) -> HttpResponse:
    """The request is taken back by who filed it."""
    found = _own(request, number, is_owner=True)
    form = pages.withdrawal_form(request.POST)
    return _acted(request, found, "withdraw", form, partial(services.withdraw, found, **_with_mail(request)))


@require_POST
@client_required
def contest(request: AccountRequest, number: str) -> HttpResponse:
    """The qualification, the exclusion or the criticality is contested, with a reason."""
    found = _own(request, number)
    form = pages.contest_form(list(telling.CONTESTED.items()), request.POST)

    def contested(what: str, text: str) -> object:
        return services.contest(found, what, reason=text, **_with_mail(request))

    return _acted(request, found, "contest", form, contested)


@require_POST
@client_required
def rating(request: AccountRequest, number: str) -> HttpResponse:
    """How satisfied the person is with the outcome."""
    found = _own(request, number)
    form = pages.rating_form(request.POST)

    def rated(score: int, text: str) -> object:
        return services.rate(found, score, comment=text, by=request.actor, now=clock.now())

    return _acted(request, found, "rate", form, rated)


@require_POST
@client_required
def shares(request: AccountRequest, number: str) -> HttpResponse:
    """A colleague may read the request and write to it from now on."""
    found = _own(request, number, is_owner=True)
    form = pages.share_form(pages.colleagues_of(found), request.POST)

    def shared(account: str) -> object:
        return services.share(found, form.chosen, **_with_mail(request))

    return _acted(request, found, "share", form, shared, anchor="partages")


@require_POST
@client_required
def share_end(request: AccountRequest, number: str, account: UUID) -> HttpResponse:
    """A colleague does not read the request any more."""
    found = _own(request, number, is_owner=True)
    shared = found.shares.select_related("account").filter(account=account).first()
    if shared is None:
        raise Http404
    services.unshare(found, shared.account, by=request.actor, now=clock.now())
    return redirect(found.get_absolute_url() + "#partages")


def _own(request: AccountRequest, number: str, *, is_owner: bool = False) -> Request:
    """Return the request; is_owner: refuse those who only read it."""
    found = access.own_request(request.account, number, day=clock.today())
    if is_owner:
        access.require_owner(request.account, found, day=clock.today())
    return found


def _with_mail(request: AccountRequest) -> dict[str, Any]:
    return {"by": request.actor, "now": clock.now(), "site": site_of(request)}


def _acted(
    request: AccountRequest,
    found: Request,
    name: str,
    form: forms.Form,
    act: Callable[..., object],
    *,
    anchor: str = "fin",
) -> HttpResponse:
    """Do what the form says, then show the request; a refusal is shown beside the form, with what was typed."""
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusing_portal.field_of(refusal), refusing_portal.refusal_words(refusal))
        else:
            return redirect(f"{found.get_absolute_url()}#{anchor}")
    fresh = access.own_request(request.account, found.number, day=clock.today())
    return pages.page_of(request, fresh, refused={name: form}, status=422)
