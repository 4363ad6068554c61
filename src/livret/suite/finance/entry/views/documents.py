"""Documents behind drafts and entries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.links import redirect_here
from livret.core.ui.uploads import takes
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.entry.access import document_for
from livret.suite.finance.entry.rules import documents as rules
from livret.suite.finance.entry.rules.documents import PDF, Incoming
from livret.suite.finance.entry.services import documents
from livret.suite.finance.models import Attachment, DraftEntry, Entry

# The browser's own reader needs these to show a PDF on a page of its own.
READER_POLICY = (
    "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)


def largest_together() -> int:
    return rules.LARGEST_TOGETHER_BYTES


@takes(largest_together)
@require_POST
@member_required(module="finance", right="write")
def of_draft(request: MemberRequest, siren: str, draft: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    _attach(request, access.draft_for(company, draft))
    return redirect_here(request, "finance:draft", siren=siren, draft=draft)


@takes(largest_together)
@require_POST
@member_required(module="finance", right="write")
def of_entry(request: MemberRequest, siren: str, entry: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    _attach(request, access.entry_for(company, entry))
    return redirect_here(request, "finance:entry", siren=siren, entry=entry)


def _attach(request: MemberRequest, to: DraftEntry | Entry) -> None:
    files: list[Any] = request.FILES.getlist("documents")
    if not files:
        messages.error(request, _("No document was chosen."))
        return
    try:
        documents.attach(
            [Incoming(file.name, file.size, file) for file in files], to=to, by=request.actor, at=clock.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))


@require_POST
@member_required(module="finance", right="write")
def removal(request: MemberRequest, siren: str, document: int) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    held = document_for(company, document)
    try:
        documents.take_off(held, by=request.actor, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    if held.draft_id:
        return redirect_here(request, "finance:draft", siren=siren, draft=held.draft_id)
    return redirect_here(request, "finance:entry", siren=siren, entry=held.entry_id)


@require_safe
@member_required(module="finance", right="read")
def document(request: MemberRequest, siren: str, document: int) -> FileResponse:
    """Send a document: a PDF on a page of its own, any other to be saved."""
    held = document_for(access.company_for(request, siren), document)
    is_shown = held.media_type == PDF
    content = documents.open_document(held)
    answer = FileResponse(content, as_attachment=not is_shown, filename=held.name, content_type=held.media_type)
    if is_shown:
        answer["Content-Security-Policy"] = READER_POLICY
    return answer


@require_safe
@member_required(module="finance", right="read")
def preview(request: MemberRequest, siren: str, document: int) -> HttpResponse:
    held = document_for(access.company_for(request, siren), document)
    etag = f'"{held.digest}.{documents.SMALL}"'
    response = get_conditional_response(request, etag=etag) or _small_image(held)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"  # Asked for again each time, since rights change; sent once.
    return response


def _small_image(held: Attachment) -> HttpResponse:
    image = documents.small_image(held)
    if image is None:
        raise Http404
    return HttpResponse(image, content_type="image/webp")
