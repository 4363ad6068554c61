"""The customer space: remote assistance of a request, agreed to, refused, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from livret.care.assistance import access, refusing, services
from livret.care.assistance.forms import RefusalForm
from livret.care.assistance.models import RemoteSession
from livret.care.assistance.views.shown import is_part, panel_facts, site_of
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.care.support.models import Request


@require_GET
@client_required
def panel(request: AccountRequest, number: str) -> HttpResponse:
    """The remote assistance of a request; the page of the request takes its part from here."""
    return _page(request, access.own_request(request.account, number, day=clock.today()))


@require_POST
@client_required
def agreement(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """The agreement to what is proposed, under the wording that was shown."""
    shown = request.POST.get("wording", "")
    return _act(request, number, pk, lambda session, **acting: services.consent(session, wording=shown, **acting))


@require_POST
@client_required
def refusal(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """The refusal of what is proposed."""
    form = RefusalForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    return _act(request, number, pk, lambda session, **acting: services.refuse(session, words=words, **acting))


@require_POST
@client_required
def withdrawal(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """The end of an agreement, at any moment."""
    return _act(request, number, pk, services.withdraw)


def _act(request: AccountRequest, number: str, pk: int, verb: Callable[..., RemoteSession]) -> HttpResponse:
    found = access.own_request(request.account, number, day=clock.today())
    session = access.remote_session(found, pk)
    try:
        verb(session, account=request.account, by=request.actor, now=clock.now(), site=site_of(request))
    except Refusal as refused:
        found = access.own_request(request.account, number, day=clock.today())
        return _page(request, found, refused=refusing.words_of(refused), status=refusing.status_of(refused))
    return redirect(found.get_absolute_url() + "#teleassistance")


def _page(request: AccountRequest, found: Request, *, refused: str = "", status: int = 200) -> HttpResponse:
    facts = {
        **panel_facts(found, now=clock.now()),
        "form": RefusalForm(),
        "refused": refused,
        "is_part": is_part(request),
    }
    return render(request, "assistance/portal/remote.html", facts, status=status)
