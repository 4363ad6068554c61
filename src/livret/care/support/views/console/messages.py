"""Words of the publisher on a request: an answer to the client or a note for colleagues, and how they will look."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livret.care.support import access, services
from livret.care.support.forms_queue import StaffMessageForm
from livret.care.support.models import Request
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.care.support.views.console.desk import READERS, desk_query, newer_words
from livret.care.support.views.console.request import INTERNAL, page
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock


@require_POST
@staff_required(*READERS)
def messages(request: AccountRequest, number: str) -> HttpResponse:
    """An answer to the client, or a note for colleagues."""
    found = access.console_request(number)
    form = StaffMessageForm(request.POST, request.FILES)
    if form.is_valid():
        is_internal = form.cleaned_data["audience"] == INTERNAL
        if not is_internal and not access.may_act(request.account, found):
            return _answer_refused(request, found, form)
        try:
            if _added(request, found, form, is_internal=is_internal):
                return redirect(_after(request, found, is_internal=is_internal))
        except services.Changed as refusal:
            return _changed(request, refusal, form)
    return page(request, found, form, status=422)


def _after(request: AccountRequest, found: Request, *, is_internal: bool) -> str:
    query = desk_query(request)
    if is_internal:
        query = f"{query}&audience=internal" if query else "?audience=internal"
    return f"{found.get_console_url()}{query}#fin"


def _answer_refused(request: AccountRequest, found: Request, form: StaffMessageForm) -> HttpResponse:
    """Refuse the answer; the page keeps its words where the person may still leave them, in the note."""
    form.add_error(None, _("Nothing was sent. What you typed is kept below, where it can be left as an internal note."))
    if form.cleaned_data["attachments"]:
        form.add_error("attachments", _("Choose the files again."))
    return page(request, found, form, status=403)


def _changed(request: AccountRequest, refusal: services.Changed, form: StaffMessageForm) -> HttpResponse:
    """Show what was written meanwhile; the words stay, and are sent by pressing again."""
    found = access.console_request(refusal.request.number)
    kept = request.POST.copy()
    kept["seen"] = str(found.last_sequence)
    again = StaffMessageForm(kept)
    if form.cleaned_data["attachments"]:
        again.add_error("attachments", _("Choose the files again."))
    return page(request, found, again, newer=newer_words(found, refusal.seen), status=409)


def _added(request: AccountRequest, found: Request, form: StaffMessageForm, *, is_internal: bool) -> bool:
    typed = form.cleaned_data
    try:
        services.add_message(
            found,
            typed["text"],
            account=request.account,
            by=request.actor,
            now=clock.now(),
            files=typed["attachments"],
            is_internal=is_internal,
            nonce=typed["nonce"],
            seen=typed["seen"],
            site=site_of(request),
        )
    except services.NothingSaid:
        form.add_error("text", _("Write a message or choose a file: there is nothing to send."))
        return False
    except services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
        return False
    return True


@require_POST
@staff_required(*READERS)
def message_preview(request: AccountRequest, number: str) -> HttpResponse:
    """How the words typed so far will look; nothing is sent."""
    found = access.console_request(number)
    text = request.POST.get("text", "")
    if request.headers.get("HX-Request"):
        return render(request, "support/console/_preview.html", {"text": text, "is_asked": True})
    return page(request, found, StaffMessageForm(initial=request.POST.dict()), preview=text, is_asked=True)
