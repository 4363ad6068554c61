"""The customer space: customer service with its hours, the notice files, the complaints."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.booklet import library
from livret.care.service import access, queries, services, wording
from livret.care.service.forms import PostingForm, ReasonForm, ServiceForm
from livret.care.service.models import Complaint, DataOperation, NoticeFile
from livret.care.service.rules import notice as rules
from livret.care.service.views import shown
from livret.care.support import queries as support
from livret.care.support import services as support_services
from livret.care.support.models import Request
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.care.support.wording import Mark, booklet_title, hours_lines, state_mark
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, client_required, own_client
from livret.core import clock
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.clients.models import Contract

MOST_SHOWN = 20


@require_GET
@client_required
def home(request: AccountRequest) -> HttpResponse:
    """Customer service: open or not, how to reach it, what is under way."""
    now, wide = clock.now(), access.reads_whole_company(request.account)
    own = support.requests_of(request.account, whole_company=wide).filter(kind=Request.Kind.CUSTOMER_SERVICE)
    own = own.select_related("filed_by").order_by("-last_event_at", "-pk")[:MOST_SHOWN]
    facts = {
        **_desk_facts(request, now),
        "is_administrator": wide,
        "rows": [(row, wording.topic_label(row.topic), state_mark(row.state, is_staff=False)) for row in own],
        "notices": [_notice_row(file) for file in queries.notices_of(request.account, whole_company=wide)],
        "complaints": [_complaint_row(one) for one in queries.complaints_of(request.account, whole_company=wide)],
    }
    return render(request, "service/portal/home.html", facts)


def _notice_row(file: NoticeFile) -> dict[str, Any]:
    return {"file": file, "kind": wording.topic_label(file.kind), "mark": wording.NOTICE_STATES[file.state]}


def _complaint_row(complaint: Complaint) -> dict[str, Any]:
    return {
        "complaint": complaint,
        "category": wording.category_label(complaint.category),
        "mark": outcome_mark(complaint),
    }


def outcome_mark(complaint: Complaint) -> Mark:
    outcome = getattr(complaint, "outcome", None)
    return wording.OUTCOMES[outcome.outcome] if outcome else wording.UNANSWERED


def _desk_facts(request: AccountRequest, now: datetime) -> dict[str, Any]:
    contract = clients.contract_in_force(own_client(request.account), day=now.astimezone(PARIS).date())
    if contract is None:
        return {"contract": None}
    booklet = library()[contract.booklet, contract.booklet_version]
    desk = queries.desk_of(booklet, now=now)
    return {
        "contract": contract,
        "booklet": booklet,
        "booklet_title": booklet_title(booklet),
        "desk": desk,
        "opening": wording.opening_words(desk),
        "is_open": desk.opening is not None and desk.opening.is_open,
        "hours": hours_lines(desk.calendar.as_plain()) if desk.calendar else [],
    }


@require_http_methods(["GET", "POST"])
@client_required
def new(request: AccountRequest) -> HttpResponse:
    """A new request to customer service."""
    now = clock.now()
    facts = _desk_facts(request, now)
    if facts["contract"] is None:
        return render(request, "support/portal/no_contract.html", status=200 if request.method == "GET" else 422)
    if request.method == "GET":
        first = {"nonce": uuid4(), "topic": request.GET.get("topic", "")}
        return _new_page(request, ServiceForm(initial=first), facts, now)
    form = ServiceForm(request.POST, request.FILES)
    if form.is_valid() and (filed := _filed(request, form, now)):
        return redirect("service:of_request", filed.number)
    return _new_page(request, form, facts, now, status=422)


def _new_page(
    request: AccountRequest, form: ServiceForm, facts: dict[str, Any], now: datetime, *, status: int = 200
) -> HttpResponse:
    contract: Contract = facts["contract"]
    terms = shown.terms_shown(contract, day=now.astimezone(PARIS).date())
    shown_facts = {**terms, **facts, "form": form, "limits": support.attachment_limits()}
    return render(request, "service/portal/new.html", shown_facts, status=status)


def _filed(request: AccountRequest, form: ServiceForm, now: datetime) -> Request | None:
    """File what the form holds; None when it is refused, with the reason in the form."""
    try:
        return services.file_service_request(
            request.account,
            form.asked(),
            nonce=form.cleaned_data["nonce"],
            by=request.actor,
            now=now,
            files=form.cleaned_data["attachments"],
            site=site_of(request),
        )
    except support_services.AlreadyFiled as refusal:
        return refusal.request
    except support_services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
    return None


@require_GET
@client_required
def of_request(request: AccountRequest, number: str) -> HttpResponse:
    """Lead from a request to what stands beside it: its notice file, its complaint, the operations; else to itself."""
    found = access.own_request(request.account, number)
    beside = queries.beside(found)
    if isinstance(beside, DataOperation):
        return redirect("support:request", number)
    return redirect(beside.get_absolute_url() if beside else reverse("support:request", args=[number]))


@require_GET
@client_required
def notice(request: AccountRequest, number: str) -> HttpResponse:
    """A notice file: the days that count, the letter, what it brings."""
    return _notice_page(request, access.own_notice(request.account, number), PostingForm(), ReasonForm())


@require_POST
@client_required
def posting(request: AccountRequest, number: str) -> HttpResponse:
    """The client says on which day the letter was posted, with its proof."""
    file = access.own_notice(request.account, number)
    form = PostingForm(request.POST, request.FILES)
    if form.is_valid() and _posted(request, file, form):
        return redirect(file)
    return _notice_page(request, file, form, ReasonForm(), status=422)


def _posted(request: AccountRequest, file: NoticeFile, form: PostingForm) -> bool:
    cleaned = form.cleaned_data
    try:
        services.record_sent(
            file,
            cleaned["sent_on"],
            account=request.account,
            by=request.actor,
            now=clock.now(),
            reference=cleaned["reference"],
            files=cleaned["attachments"],
            site=site_of(request),
        )
    except rules.BadDay as refusal:
        form.add_error("sent_on", wording.bad_day(refusal))
    except support_services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
    except (services.NotOpen, services.NotTheirs):
        form.add_error(None, _in_our_hands())
    return not form.errors


def _in_our_hands() -> str:
    return _("Customer service has recorded the letter or closed the file: write in the request to change anything.")


@require_POST
@client_required
def notice_withdrawal(request: AccountRequest, number: str) -> HttpResponse:
    """The client gives its notice up."""
    file = access.own_notice(request.account, number)
    access.require_owner(request.account, file.request)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_notice(
                file,
                reason=form.cleaned_data["text"],
                account=request.account,
                by=request.actor,
                now=clock.now(),
                site=site_of(request),
            )
        except (services.NotOpen, services.NotTheirs):
            form.add_error(None, _in_our_hands())
        else:
            return redirect(file)
    return _notice_page(request, file, PostingForm(), form, status=422)


def _notice_page(
    request: AccountRequest, file: NoticeFile, posting: PostingForm, withdrawal: ReasonForm, *, status: int = 200
) -> HttpResponse:
    facts = shown.notice_facts(file, now=clock.now())
    may_write = file.is_open and file.received_on is None
    facts |= {
        "posting": posting,
        "withdrawal": withdrawal,
        "may_write": may_write,
        "is_owner": access.is_owner(request.account, file.request),
        "limits": support.attachment_limits(),
    }
    return render(request, "service/portal/notice.html", facts, status=status)


@require_GET
@client_required
def complaint(request: AccountRequest, number: str) -> HttpResponse:
    """A complaint and what became of it."""
    return _complaint_page(request, access.own_complaint(request.account, number), ReasonForm())


@require_POST
@client_required
def complaint_withdrawal(request: AccountRequest, number: str) -> HttpResponse:
    """The client takes its complaint back."""
    found = access.own_complaint(request.account, number)
    access.require_owner(request.account, found.request)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_complaint(
                found, reason=form.cleaned_data["text"], by=request.actor, now=clock.now(), site=site_of(request)
            )
        except services.Answered:
            form.add_error(None, _("This complaint already has its outcome: it can no longer be withdrawn."))
        else:
            return redirect(found)
    return _complaint_page(request, found, form, status=422)


def _complaint_page(request: AccountRequest, found: Complaint, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    outcome = getattr(found, "outcome", None)
    if found.request.client_id is None:
        raise Http404
    facts = {**_complaint_row(found), "outcome": outcome, "form": form, "found": found.request}
    facts["is_owner"] = access.is_owner(request.account, found.request)
    return render(request, "service/portal/complaint.html", facts, status=status)
