"""A request as the desk of a technician: its page, its pick-up, its files, its trail, who else is on it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from livret.care.support import access, queries, services
from livret.care.support.forms_queue import StaffMessageForm
from livret.care.support.models import CannedAnswer, Request
from livret.care.support.refusing import refusal_words
from livret.care.support.rules.canned import filled
from livret.care.support.views.answers import file_answer, preview_answer
from livret.care.support.views.console.canned import places_of
from livret.care.support.views.console.desk import READERS, desk_facts, desk_url
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.core.audit import queries as audit
from livret.kernel.errors import Refusal

PAGE_SIZE = 50
INTERNAL = "internal"
LONGEST_NUMBER = 10  # Digits; the database counts no further.


@require_GET
@staff_required(*READERS)
def request_page(request: AccountRequest, number: str) -> HttpResponse:
    """One request as the publisher sees it: the client's timeline and the internal notes."""
    found = access.console_request(number)
    audience = INTERNAL if request.GET.get("audience") == INTERNAL else "client"
    return page(request, found, fresh_form(found, audience, text=_canned_text(request, found)))


def fresh_form(found: Request, audience: str = "client", *, text: str = "") -> StaffMessageForm:
    first = {"nonce": uuid4(), "audience": audience, "seen": found.last_sequence, "text": text}
    return StaffMessageForm(initial=first)


def _canned_text(request: AccountRequest, found: Request) -> str:
    """Return the canned answer that the address asks for, filled; empty without one."""
    asked = request.GET.get("canned", "")
    is_key = asked.isdecimal() and len(asked) < LONGEST_NUMBER
    answer = CannedAnswer.objects.filter(pk=asked, is_active=True).first() if is_key else None
    return filled(answer.body, places_of(found, request.account)) if answer else ""


def page(
    request: AccountRequest, found: Request, form: StaffMessageForm, *, status: int = 200, **facts: Any
) -> HttpResponse:
    """Return the page of *found* with the words in *form*."""
    shown = {**desk_facts(request, found), "form": form, "present": _present(request, found), **facts}
    return render(request, "support/console/request.html", shown, status=status)


@require_POST
@staff_required(*READERS)
def pick_up(request: AccountRequest, number: str) -> HttpResponse:
    """Take a request."""
    found = access.console_request(number)
    access.require_may_act(request.account, found)
    try:
        services.pick_up(found, technician=request.account, by=request.actor, now=clock.now())
    except services.AlreadyPickedUp as refusal:
        found = access.console_request(number)
        return page(request, found, fresh_form(found), refusal=refusal_words(refusal), status=409)
    except Refusal as refusal:
        return page(request, found, fresh_form(found), refusal=refusal_words(refusal), status=422)
    return redirect(desk_url(found, request))


@require_GET
@staff_required(*READERS)
def attachment(request: AccountRequest, number: str, pk: int) -> FileResponse:
    """A file of a request, as a download."""
    return file_answer(access.console_request(number), pk, is_staff=True)


@require_GET
@staff_required(*READERS)
def preview(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """What a file of a request shows at a glance."""
    return preview_answer(access.console_request(number), pk, is_staff=True)


@require_GET
@staff_required(*READERS)
def trail(request: AccountRequest, number: str) -> HttpResponse:
    """What the audit trail holds about a request."""
    found = access.console_request(number)
    acts = audit.search(client_plane=False).filter(object_type="support.request", object_id=str(found.pk))
    shown = Paginator(acts, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "support/console/trail.html", {"found": found, "page": shown})


@require_POST
@staff_required(*READERS)
def presence(request: AccountRequest, number: str) -> HttpResponse:
    """Note that the person has the page open; say who else has, and whether words were added since."""
    found, seen = access.console_request(number), request.POST.get("seen", "")
    is_writing = request.POST.get("is_writing") == "1"
    services.note_presence(found, request.account, is_writing=is_writing, now=clock.now())
    shown = int(seen) if seen.isdecimal() and len(seen) < LONGEST_NUMBER else found.last_sequence
    newer = queries.said_since(found, shown).exclude(actor_id=request.actor.id).last()
    facts = {"present": _present(request, found), "newer": newer, "found": found}
    return render(request, "support/console/_presence.html", facts)


def _present(request: AccountRequest, found: Request) -> Any:
    return queries.present_on(found, but=request.account, at=clock.now())
