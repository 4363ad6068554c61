"""The customer space: the number to call, with which code, and one's place while one waits."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from livret.care.phone import queries, wording
from livret.care.phone.views import shown
from livret.care.support import queries as support
from livret.care.support.queries.calling import requests_to_call_about
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, client_required
from livret.clients.names import booklet_title
from livret.core import clock

MOST_CODES = 20


@require_GET
@client_required
def phone(request: AccountRequest) -> HttpResponse:
    """How to call support under the contract."""
    now, day = clock.now(), clock.today()
    client = request.account.client
    contract = clients.contract_in_force(client, day=day) if client else None
    if client is None or contract is None:
        return render(request, "phone/portal/phone.html", {"phone": None})
    found = queries.phone_for(contract, now=now)
    facts = {
        "phone": found,
        "booklet_title": booklet_title(found.booklet),
        "number": shown.number_shown(found.line),
        "opens": shown.opening_words(found.hours),
        "suspension": support.suspension_in_force(client, at=now),
        "requests": requests_to_call_about(request.account, day=day)[:MOST_CODES],
        "places": _places(request, now),
    }
    return render(request, "phone/portal/phone.html", facts)


@require_GET
@client_required
def place(request: AccountRequest) -> HttpResponse:
    """The person's calls now, asked again by the page while it is open."""
    return render(request, "phone/portal/_places.html", {"places": _places(request, clock.now())})


def _places(request: AccountRequest, now: datetime) -> list[tuple[shown.CallShown, str]]:
    calls = queries.calls_of(request.account, day=clock.today())
    rows = shown.calls_listed(calls, now=now)
    return [(row, wording.spoken(row.call, row.place)) for row in rows]
