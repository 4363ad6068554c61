"""What both sides' pages answer with: the page of a request, a refusal in a form, a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from livret.care.support import access, previews, queries, services, wording
from livret.care.support.models import Request
from livret.care.support.views import second_shown, shown
from livret.core.blobs import store


def site_of(request: HttpRequest) -> str:
    """Return the start of the addresses of this site, for links in mails."""
    return request.build_absolute_uri("/").rstrip("/")


def request_facts(
    found: Request,
    *,
    is_staff: bool,
    now: datetime,
    file_url: shown.FileUrl,
    preview_url: shown.FileUrl | None = None,
) -> dict[str, Any]:
    """Return what the page of a request shows: the same on both sides, but for the publisher's notes."""
    rows = list(queries.timeline(found, is_staff=is_staff))
    booklet = queries.booklet_of(found)
    events = queries.as_events(rows)
    clock, second = queries.clock_of(found, events), queries.second_clock_of(found, events)
    reason, clause = ("", "") if clock else shown.no_due_reason(found, booklet)
    return {
        "found": found,
        "booklet": booklet,
        "booklet_title": wording.booklet_title(booklet),
        "summary": shown.summary_of(found, is_staff=is_staff),
        "due": shown.due_shown(clock, booklet, now=now) if clock else None,
        "no_due_reason": reason,
        "no_due_clause": clause,
        "standing": second_shown.standing_shown(found),
        "qualified": second_shown.qualified_shown(rows, booklet, has_clock=second is not None),
        "second": second_shown.second_shown(second, rows, now=now) if second else None,
        "contests": second_shown.contests_shown(rows),
        "events": shown.events_shown(rows, file_url=file_url, preview_url=preview_url),
    }


def add_files_refusal(form: forms.Form, refusal: services.FilesRefused) -> None:
    """Say beside the files field what is wrong with each; nothing was kept."""
    limits = queries.attachment_limits()
    for file in refusal.files:
        form.add_error("attachments", wording.file_refusal(file, limits))
    form.add_error(None, _("Nothing was sent. What you typed is still here; choose the files again."))


def file_answer(found: Request, pk: int, *, is_staff: bool) -> FileResponse:
    """Return a file as a download: never shown inside our pages, whatever it holds."""
    file = access.attachment_of(found, pk, is_staff=is_staff)
    content = store.open_blob(file.digest, owner=str(found.client.uuid))
    answer = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def preview_answer(found: Request, pk: int, *, is_staff: bool) -> HttpResponse:
    """Return what a file shows at a glance, made anew as an image or plain text. Raises Http404 when nothing is."""
    preview = previews.attachment_preview(access.attachment_of(found, pk, is_staff=is_staff))
    if preview is None:
        raise Http404
    answer = HttpResponse(preview.content, content_type=preview.content_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
