"""The customer space: list of requests, a new one, and each with its timeline."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.booklet import clock as business
from livret.care.support import access, queries, services, wording
from livret.care.support.forms import ListFilter, MessageForm, RequestForm
from livret.care.support.models import Attachment, Request
from livret.care.support.rules.commitment import Offer, customer_service_clause, offer_of, phone_of, silent_clause
from livret.care.support.views import shown
from livret.care.support.views.answers import add_files_refusal, file_answer, request_facts, site_of
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.clients.models import Contract

PAGE_SIZE = 25


@require_GET
@client_required
def requests(request: AccountRequest) -> HttpResponse:
    """The person's requests, or all of the company for its administrators."""
    wide = access.reads_whole_company(request.account, day=clock.today())
    filters = ListFilter(request.GET)
    words, state = filters.chosen("q"), filters.chosen("state")
    found = queries.listed_for_client(request.account, whole_company=wide, words=words, state=state)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, wording.state_mark(row.state, is_staff=False)) for row in page]
    facts = {"page": page, "rows": rows, "filters": filters, "is_wide": wide, "is_filtered": bool(words or state)}
    return render(request, "support/portal/requests.html", facts)


@require_http_methods(["GET", "POST"])
@client_required
def new_request(request: AccountRequest) -> HttpResponse:
    """The form of a new request, with what is promised if it is sent now."""
    now = clock.now()
    contract = _contract(request, now)
    if contract is None:
        return render(request, "support/portal/no_contract.html", status=200 if request.method == "GET" else 422)
    offer = queries.offer_for(contract)
    if request.method == "GET":
        first = {"nonce": uuid4(), "kind": _first_kind(offer), "menu_path": request.GET.get("menu", "")[:300]}
        return _new_page(request, RequestForm(contract, offer, initial=first), offer, now)
    form = RequestForm(contract, offer, request.POST, request.FILES)
    if form.is_valid() and (filed := _filed(request, form, now)):
        return redirect(filed)
    return _new_page(request, form, offer, now, status=422)


def _first_kind(offer: Offer) -> str:
    return Request.Kind.MALFUNCTION if offer.has_support else Request.Kind.CUSTOMER_SERVICE


def _contract(request: AccountRequest, now: datetime) -> Contract | None:
    client = request.account.client
    return clients.contract_in_force(client, day=now.astimezone(PARIS).date()) if client else None


def _filed(request: AccountRequest, form: RequestForm, now: datetime) -> Request | None:
    """File what the form holds; None when it is refused, with the reason in the form."""
    try:
        return services.file_request(
            request.account,
            form.wanted(),
            nonce=form.cleaned_data["nonce"],
            by=request.actor,
            now=now,
            files=form.cleaned_data["attachments"],
            site=site_of(request),
        )
    except services.AlreadyFiled as refusal:
        return refusal.request
    except services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
    return None


def _new_page(
    request: AccountRequest, form: RequestForm, offer: Offer, now: datetime, *, status: int = 200
) -> HttpResponse:
    facts = {**_promise_facts(request, offer, now), "form": form, "limits": queries.attachment_limits()}
    return render(request, "support/portal/new.html", facts, status=status)


@require_GET
@client_required
def promise(request: AccountRequest) -> HttpResponse:
    """What a request filed now would be promised, for the kind and criticality chosen so far."""
    now = clock.now()
    contract = _contract(request, now)
    if contract is None:
        return render(request, "support/portal/no_contract.html")
    return render(request, "support/portal/_promise.html", _promise_facts(request, queries.offer_for(contract), now))


def _promise_facts(request: AccountRequest, offer: Offer, now: datetime) -> dict[str, Any]:
    chosen = request.POST if request.method == "POST" else request.GET
    hours = queries.HoursBook().on(now.astimezone(PARIS).date(), offer.booklet)
    offered = shown.promises(offer, hours, now=now)
    opening = business.opening(hours.calendar, now) if hours else None
    level = wording.level_label(chosen.get("criticality", ""))
    only = [row for row in offered if str(row.level) == str(level)]
    kind = chosen.get("kind") or _first_kind(offer)
    is_service = kind == Request.Kind.CUSTOMER_SERVICE
    return {
        "offer": offer,
        "booklet": offer.booklet,
        "booklet_title": wording.booklet_title(offer.booklet),
        "promises": [] if is_service else only or offered,
        "is_customer_service": is_service,
        "service_clause": customer_service_clause(offer.booklet),
        "silent_clause": silent_clause(offer.booklet),
        "opens": wording.instant(opening.next_open_at) if opening and opening.next_open_at else "",
        "is_open": opening is not None and opening.is_open,
    }


@require_GET
@client_required
def request_page(request: AccountRequest, number: str) -> HttpResponse:
    """One request: its summary, why it is due at that hour, its timeline."""
    found = access.own_request(request.account, number, day=clock.today())
    return _page(request, found, MessageForm(initial={"nonce": uuid4()}))


@require_POST
@client_required
def messages(request: AccountRequest, number: str) -> HttpResponse:
    """Words and files added by the client."""
    found = access.own_request(request.account, number, day=clock.today())
    form = MessageForm(request.POST, request.FILES)
    if form.is_valid() and _added(request, found, form):
        return redirect(found.get_absolute_url() + "#fin")
    return _page(request, found, form, status=422)


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


def _page(request: AccountRequest, found: Request, form: MessageForm, *, status: int = 200) -> HttpResponse:
    def file_url(file: Attachment) -> str:
        return reverse("support:attachment", args=[found.number, file.pk])

    facts = request_facts(found, is_staff=False, now=clock.now(), file_url=file_url)
    facts["phone"] = phone_of(offer_of(facts["booklet"], found.plan))
    return render(request, "support/portal/request.html", {**facts, "form": form}, status=status)
