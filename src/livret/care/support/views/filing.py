"""The customer space: the form of a new request, what it would be if sent now, and what looks like it already."""

from __future__ import annotations

from datetime import date, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from livret.booklet import clock as business
from livret.care.support import access, queries, services, wording
from livret.care.support.forms_portal import ORIGIN_LENGTH, RequestForm, kinds_open, products_of
from livret.care.support.models import Request
from livret.care.support.rules.commitment import Offer, customer_service_clause, silent_clause
from livret.care.support.rules.standing import PAID
from livret.care.support.views import second_shown, shown
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.core.clock import PARIS
from livret.core.last_error import last_error

if TYPE_CHECKING:
    from livret.clients.models import Contract

ROOMS = "/e/"
# What the person types first, in which a request of theirs may be recognised.
TYPED = ("words", "subject", "error_message")


@require_http_methods(["GET", "POST"])
@client_required
def new_request(request: AccountRequest) -> HttpResponse:
    """The form of a new request, with what it would be if it were sent now."""
    now = clock.now()
    contract = _contract(request, now)
    if contract is None:
        return render(request, "support/portal/no_contract.html", status=200 if request.method == "GET" else 422)
    offer, day = queries.offer_for(contract), _day(now)
    if request.method == "GET":
        form = RequestForm(request.account, contract, offer, day, initial=_first(request, contract))
        return _form_page(request, form, offer, now)
    form = RequestForm(request.account, contract, offer, day, request.POST, request.FILES)
    if form.is_valid() and (filed := _filed(request, form, now)):
        return redirect(filed)
    return _form_page(request, form, offer, now, status=422)


def _day(now: datetime) -> date:
    return now.astimezone(PARIS).date()


def _contract(request: AccountRequest, now: datetime) -> Contract | None:
    client = request.account.client
    return clients.contract_in_force(client, day=_day(now)) if client else None


def _first(request: HttpRequest, contract: Contract) -> dict[str, Any]:
    """Return what the form holds before anything is typed: what the page that led here says of itself."""
    told = {
        name: request.GET.get(name, "").replace("\0", "") for name in ("page", "title", "product", "menu", "subject")
    }
    page, title, error = told["page"] or _article(request), told["title"], last_error(request)
    products = [one for one in products_of(contract) if told["product"] and one.startswith(told["product"])]
    return {
        "nonce": uuid4(),
        "kind": Request.Kind.MALFUNCTION,
        "product": products[0] if products else "",
        "menu_path": told["menu"][:300],
        "subject": told["subject"][:150],
        "channel": Request.Channel.MODULE if page.startswith(ROOMS) else Request.Channel.SPACE,
        "origin_sent": True,
        "origin_page": (f"{title} – {page}" if title and page else page)[:ORIGIN_LENGTH],
        "origin_version": metadata.version("livret"),
        "origin_error": wording.last_error(error)[:ORIGIN_LENGTH] if error else "",
    }


def _article(request: HttpRequest) -> str:
    """Return the address of the article that did not answer the person, empty when none led here."""
    slug = request.GET.get("article", "")
    try:
        return reverse("knowledge:article", args=[slug]) if slug else ""
    except NoReverseMatch:
        return ""


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
    except services.Suspended:
        form.add_error(
            None, _("Nothing was sent: support is suspended for your company. What you typed is kept below.")
        )
    return None


def _form_page(
    request: AccountRequest, form: RequestForm, offer: Offer, now: datetime, *, status: int = 200
) -> HttpResponse:
    suspension = queries.suspension_in_force(request.account.client_id or 0, at=now)
    chosen = form.data if form.is_bound else form.initial
    facts = {
        **_promise_facts(request, offer, now, chosen),
        "form": form,
        "limits": queries.attachment_limits(),
        "suspension": suspension,
        "cause": wording.cause_label(suspension.cause) if suspension else "",
        "since": wording.instant(suspension.from_at) if suspension else "",
        "is_administrator": access.reads_whole_company(request.account, day=_day(now)),
        "is_form_shown": offer.has_support and (suspension is None or form.is_bound),
    }
    return render(request, "support/portal/new.html", facts, status=status)


@require_GET
@client_required
def promise(request: AccountRequest) -> HttpResponse:
    """What a request filed now would be, for the kind, topic and criticality chosen so far."""
    now = clock.now()
    contract = _contract(request, now)
    if contract is None:
        return render(request, "support/portal/no_contract.html")
    offer = queries.offer_for(contract)
    form = RequestForm(request.account, contract, offer, _day(now), initial=request.GET.dict())
    facts = {**_promise_facts(request, offer, now, request.GET), "form": form}
    return render(request, "support/portal/_promise.html", facts)


def _promise_facts(request: AccountRequest, offer: Offer, now: datetime, chosen: Any) -> dict[str, Any]:
    kind = str(chosen.get("kind") or Request.Kind.MALFUNCTION)
    topic = str(chosen.get("topic") or "") if kind == Request.Kind.QUESTION else ""
    standing = queries.standing(request.account, offer, kind=kind, topic=topic, day=_day(now))
    hours = queries.HoursBook().on(_day(now), offer.booklet)
    offered = shown.promises(offer, hours, now=now) if kind in kinds_open(offer) and standing.has_target else []
    opening = business.opening(hours.calendar, now) if hours else None
    level = wording.level_label(str(chosen.get("criticality") or ""))
    only = [row for row in offered if str(row.level) == str(level)]
    return {
        "offer": offer,
        "booklet": offer.booklet,
        "booklet_title": wording.booklet_title(offer.booklet),
        "standing": second_shown.standing_words(standing, kind=kind, topic=topic),
        "is_paid": standing.kind == PAID,
        "promises": only or offered,
        "is_customer_service": kind not in kinds_open(offer),
        "service_clause": customer_service_clause(offer.booklet),
        "silent_clause": silent_clause(offer.booklet),
        "opens": wording.instant(opening.next_open_at) if opening and opening.next_open_at else "",
        "is_open": opening is not None and opening.is_open,
    }


@require_GET
@client_required
def alike(request: AccountRequest) -> HttpResponse:
    """The person's own open requests that look like what is being typed, as a part of a page; empty when none does."""
    words = " ".join(request.GET[name] for name in TYPED if request.GET.get(name))
    wide = access.reads_whole_company(request.account, day=clock.today())
    found = queries.requests_alike(request.account, words, whole_company=wide)
    rows = [(row, wording.state_mark(row.state, is_staff=False)) for row in found.select_related("filed_by")]
    return render(request, "support/portal/_alike.html", {"rows": rows})
