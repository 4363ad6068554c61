"""The home page of the customer space: what needs the person, before anything else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from livret.booklet import library
from livret.care.support import queries as support
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, client_required
from livret.clients.models import AccessAccount
from livret.core import clock


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Send a person to the home page of their edge; show a visitor what this is."""
    account = request.user
    if not isinstance(account, AccessAccount):
        return render(request, "portal/front.html", {"booklets": list(library().values())})
    return redirect("console:home" if account.is_of_publisher else "portal:home")


@require_safe
@client_required
def home(request: AccountRequest) -> HttpResponse:
    client = request.account.client
    assert client is not None  # client_required lets nobody else in.
    today = clock.today()
    shown = {
        "client": client,
        "contract": clients.contract_in_force(client, day=today),
        "environments": clients.environments_of(request.account),
        "requests": support.open_requests_for(request.account, at=clock.now())[:6],
        "administrators": clients.administrators_on(client, day=today),
    }
    return render(request, "portal/home.html", shown)
