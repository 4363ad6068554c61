"""The mail box pages: every mail that left, every mail that arrived, and what became of each."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.console import received as words_of
from livret.console.forms import ReceivedFilter, ReplyForm
from livret.console.navigation import SUPPORT
from livret.core import clock
from livret.core.blobs import store
from livret.core.mail import incoming
from livret.core.mail import services as mail_box
from livret.core.mail.models import IncomingMail, Message
from livret.core.mail.replies import reply_to
from livret.core.mail.rules.addresses import masked
from livret.core.mail.rules.reading import Unreadable

PER_PAGE = 50
OF_REQUESTS = ("support.", "figures.")


@require_safe
@staff_required()
def mails(request: AccountRequest) -> HttpResponse:
    """List every mail that the platform wrote, the latest first."""
    words = request.GET.get("q", "").strip()
    page = Paginator(_readable(request, mail_box.search(words)), PER_PAGE).get_page(request.GET.get("page"))
    facts = {"page": page, "words": words, "reads_received": holds_role(request.account, *SUPPORT)}
    return render(request, "console/mails.html", facts)


@require_safe
@staff_required()
def mail(request: AccountRequest, pk: int) -> HttpResponse:
    return _mail_page(request, get_object_or_404(_readable(request, Message.objects.all()), pk=pk), ReplyForm())


def _readable(request: AccountRequest, found: QuerySet[Message]) -> QuerySet[Message]:
    """Return the mails of *found* that the person may read: those of requests are for who reads requests."""
    if holds_role(request.account, *SUPPORT):
        return found
    return found.exclude(reduce(or_, (Q(about_type__startswith=name) for name in OF_REQUESTS)))


def _mail_page(request: AccountRequest, found: Message, form: ReplyForm, *, status: int = 200) -> HttpResponse:
    facts = {
        "mail": found,
        "text": mail_box.shown_text(found),
        "answers_to": masked(found.reply_to, base=settings.MAIL_REPLIES),
        "files": list(found.enclosures.order_by("pk")),
        "form": form if settings.IS_DEMO else None,
    }
    return render(request, "console/mail.html", facts, status=status)


@require_POST
@staff_required()
def replies(request: AccountRequest, pk: int) -> HttpResponse:
    """In a demonstration, write the answer of a mail's addressee: it takes the way of any mail that arrives."""
    if not settings.IS_DEMO:
        raise Http404
    found = get_object_or_404(_readable(request, Message.objects.all()), pk=pk)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _mail_page(request, found, form, status=422)
    files = [(file.name or "", file.read()) for file in request.FILES.getlist("attachments")]
    now = clock.now()
    row = incoming.receive(reply_to(found, form.cleaned_data["text"], files=files, at=now), at=now)
    return redirect("console:received_mail", pk=row.pk)


@require_safe
@staff_required(*SUPPORT)
def received(request: AccountRequest) -> HttpResponse:
    """List the mails that arrived, the latest first, with what became of each."""
    filters = ReceivedFilter(request.GET)
    words, state = filters.chosen("q"), filters.chosen("state")
    page = Paginator(incoming.search(words, state=state), PER_PAGE).get_page(request.GET.get("page"))
    facts: dict[str, Any] = {"page": page, "filters": filters, "is_filtered": bool(words or state)}
    rows = [(row, *words_of.STATES[row.state], words_of.why_of(row)) for row in page]
    return render(request, "console/received.html", {**facts, "rows": rows, "boxes": list(incoming.mailboxes())})


@require_safe
@staff_required(*SUPPORT)
def received_mail(request: AccountRequest, pk: int) -> HttpResponse:
    """One mail that arrived: who, when, what became of it and why, what to do next, its words as text."""
    row = get_object_or_404(IncomingMail, pk=pk)
    try:
        read = incoming.mail_of(row)
    except Unreadable:
        read = None
    label, tone = words_of.STATES[row.state]
    facts = {"row": row, "read": read, "state": label, "tone": tone, "why": words_of.why_of(row)}
    can_retry = row.state == IncomingMail.State.REFUSED and row.reason != "too_large"
    about = incoming.about_of(row)
    url = about.get_console_url() if about is not None and hasattr(about, "get_console_url") else ""
    return render(request, "console/received_mail.html", {**facts, "can_retry": can_retry, "about": about, "url": url})


@require_POST
@staff_required(*SUPPORT)
def retry(request: AccountRequest, pk: int) -> HttpResponse:
    """Have a refused mail handled anew."""
    row = incoming.ask_again(get_object_or_404(IncomingMail, pk=pk).pk)
    return redirect("console:received_mail", pk=row.pk)


@require_safe
@staff_required(*SUPPORT)
def original(request: AccountRequest, pk: int) -> FileResponse:
    """The mail as it came, as a download: never shown inside our pages, whatever it holds."""
    row = get_object_or_404(IncomingMail, pk=pk)
    content = store.open_blob(row.digest, owner=str(incoming.OWNER))
    answer = FileResponse(content, as_attachment=True, filename=f"{row.digest[:12]}.eml", content_type="message/rfc822")
    answer["X-Content-Type-Options"], answer["Cache-Control"] = "nosniff", "private, no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
