"""The customer space: list of requests, and each with its timeline and what may be done with it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from livret.care.support import access, queries, services, wording
from livret.care.support.forms import MessageForm
from livret.care.support.forms_portal import OPEN, OwnListFilter
from livret.care.support.models import Request, RequestShare
from livret.care.support.models.requests import IS_OPEN
from livret.care.support.views.answers import add_files_refusal, file_answer, preview_answer, site_of
from livret.care.support.views.portal_page import page_of
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.core.ui import figures

if TYPE_CHECKING:
    from datetime import datetime

PAGE_SIZE = 25
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@client_required
def requests(request: AccountRequest) -> HttpResponse:
    """The person's requests, or all of the company for its administrators."""
    filters, now = OwnListFilter(request.GET), clock.now()
    page = Paginator(_listed(request, filters), PAGE_SIZE).get_page(request.GET.get("page"))
    facts = {
        "page": page,
        "rows": queries.lines(page, now=now, is_staff=False),
        "filters": filters,
        "is_wide": access.reads_whole_company(request.account, day=clock.today()),
        "is_filtered": any(filters.chosen(name) for name in ("q", "state", "kind")),
        "query": request.GET.urlencode(),
    }
    return render(request, "support/portal/requests.html", facts)


def _listed(request: AccountRequest, filters: OwnListFilter) -> QuerySet[Request]:
    """Return the requests that the filters leave, each with `is_shared`: a colleague shared it with the person."""
    wide = access.reads_whole_company(request.account, day=clock.today())
    state, kind = filters.chosen("state"), filters.chosen("kind")
    found = queries.listed_for_client(
        request.account, whole_company=wide, words=filters.chosen("q"), state="" if state == OPEN else state
    )
    found = found.filter(IS_OPEN) if state == OPEN else found
    found = found.filter(kind=kind) if kind else found
    shares = RequestShare.objects.filter(request=OuterRef("pk"), account=request.account)
    return found.select_related("client", "filed_by", "assigned_to").annotate(is_shared=Exists(shares))


@require_GET
@client_required
def listing(request: AccountRequest) -> HttpResponse:
    """The same list, whole, as a sheet."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow(
        [
            *(_("Number"), _("Subject"), str(wording.KIND_LABEL), _("Product"), _("State"), _("Criticality")),
            *(_("Filed by"), _("Registered"), _("Due on"), _("Picked up"), _("Closed on"), _("Rating out of 5")),
        ]
    )
    for row in _listed(request, OwnListFilter(request.GET)):
        sheet.writerow(_cells(row))
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="demandes-{clock.today()}.csv"'
    return answer


def _cells(row: Request) -> list[str]:
    typed = (row.number, row.subject, wording.KINDS[row.kind][0], wording.product_label(row.product))
    state = wording.state_mark(row.state, is_staff=False).label
    level = wording.level_label(row.criticality) if row.criticality else ""
    instants = (row.registered_at, row.next_due_at or row.due_at, row.picked_up_at, row.closed_at)
    rating = "" if row.rating is None else row.rating
    return [_plain(cell) for cell in (*typed, state, level, row.filed_by.full_name, *map(_at, instants), rating)]


def _at(at: datetime | None) -> str:
    return figures.instant_text(at) if at else ""


def _plain(cell: object) -> str:
    """Return *cell* as a sheet takes it for text: what people typed must not run as a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULAS) else text


@require_GET
@client_required
def request_page(request: AccountRequest, number: str) -> HttpResponse:
    """One request: where it stands and why, its timeline, what may be done."""
    return page_of(request, access.own_request(request.account, number, day=clock.today()))


@require_POST
@client_required
def messages(request: AccountRequest, number: str) -> HttpResponse:
    """Words and files added by the client."""
    found = access.own_request(request.account, number, day=clock.today())
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid() and _added(request, found, form):
        return redirect(found.get_absolute_url() + "#fin")
    return page_of(request, found, message=form, status=422)


def _added(request: AccountRequest, found: Request, form: MessageForm) -> bool:
    try:
        services.add_message(
            found,
            form.cleaned_data["text"],
            account=request.account,
            by=request.actor,
            now=clock.now(),
            files=form.cleaned_data["attachments"],
            nonce=form.cleaned_data["nonce"],
            site=site_of(request),
        )
    except services.NothingSaid:
        form.add_error("text", _("Write a message or choose a file: there is nothing to send."))
        return False
    except services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
        return False
    return True


@require_GET
@client_required
def attachment(request: AccountRequest, number: str, pk: int) -> FileResponse:
    """A file of a request, as a download."""
    found = access.own_request(request.account, number, day=clock.today())
    return file_answer(found, pk, is_staff=False)


@require_GET
@client_required
def preview(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """What a file of a request shows at a glance."""
    found = access.own_request(request.account, number, day=clock.today())
    return preview_answer(found, pk, is_staff=False)
