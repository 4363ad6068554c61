"""The console of customer service: the queue, the notice files, the register of complaints, the hours."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.service import access, queries, services, wording
from livret.care.service.forms import EndForm, OpeningForm, OutcomeForm, ReceptionForm
from livret.care.service.models import Complaint, NoticeFile
from livret.care.service.rules import notice as rules
from livret.care.service.views import shown
from livret.care.service.views.portal import outcome_mark
from livret.care.support import services as support_services
from livret.care.support.forms import HoursForm, hours_as_typed
from livret.care.support.models import Request
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.care.support.wording import hours_lines, state_mark
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.core import clock
from livret.core.ui import figures

PAGE_SIZE = 50
ROLE = access.CUSTOMER_SERVICE
READERS = (access.CUSTOMER_SERVICE, access.OPERATIONS)


@require_GET
@staff_required(ROLE)
def queue(request: AccountRequest) -> HttpResponse:
    """The requests to customer service: those that wait first, by arrival."""
    page = Paginator(queries.waiting_first(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, wording.topic_label(row.topic), state_mark(row.state, is_staff=True)) for row in page]
    facts = {"page": page, "rows": rows, "may_publish": holds_role(request.account, access.ADMINISTRATOR)}
    return render(request, "service/console/queue.html", facts)


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def of_request(request: AccountRequest, number: str) -> HttpResponse:
    """Lead from a request to what stands beside it; else offer customer service to open it."""
    found = access.console_request(number)
    beside = queries.beside(found)
    if beside is not None:
        return redirect(beside.get_console_url())
    may_open = holds_role(request.account, ROLE) and found.kind == Request.Kind.CUSTOMER_SERVICE
    form = OpeningForm(request.POST if request.method == "POST" and may_open else None)
    if form.is_bound and form.is_valid():
        return redirect(_opened(request, found, form.cleaned_data["opens"]).get_console_url())
    facts = {"found": found, "form": form, "may_open": may_open}
    return render(request, "service/console/of_request.html", facts, status=422 if form.is_bound else 200)


def _opened(request: AccountRequest, found: Request, what: str) -> NoticeFile | Complaint:
    kind, _colon, category = what.partition(":")
    if category:
        return services.register_complaint(found, category, by=request.actor, now=clock.now())
    return services.open_notice(found, kind, by=request.actor, now=clock.now())


@require_GET
@staff_required(ROLE)
def notices(request: AccountRequest) -> HttpResponse:
    """The notice files, the soonest deadline first."""
    page = Paginator(queries.notices(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(file, wording.topic_label(file.kind), wording.NOTICE_STATES[file.state]) for file in page]
    return render(request, "service/console/notices.html", {"page": page, "rows": rows})


@require_GET
@staff_required(ROLE)
def notice(request: AccountRequest, number: str) -> HttpResponse:
    return _notice_page(request, access.console_notice(number), ReceptionForm(), EndForm())


@require_POST
@staff_required(ROLE)
def reception(request: AccountRequest, number: str) -> HttpResponse:
    """Customer service records that the letter was received."""
    file = access.console_notice(number)
    form = ReceptionForm(request.POST, request.FILES)
    if form.is_valid() and _received(request, file, form):
        return redirect(file.get_console_url())
    return _notice_page(request, file, form, EndForm(), status=422)


def _received(request: AccountRequest, file: NoticeFile, form: ReceptionForm) -> bool:
    cleaned = form.cleaned_data
    try:
        services.record_received(
            file,
            cleaned["received_on"],
            account=request.account,
            by=request.actor,
            now=clock.now(),
            sent_on=cleaned["sent_on"],
            reference=cleaned["reference"],
            files=cleaned["attachments"],
            site=site_of(request),
        )
    except rules.BadDay as refusal:
        form.add_error("sent_on" if refusal.day == cleaned["sent_on"] else "received_on", wording.bad_day(refusal))
    except support_services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
    except services.NotOpen:
        form.add_error(None, _closed_file())
    return not form.errors


def _closed_file() -> str:
    return _("This notice file is closed or withdrawn: nothing more is recorded in it.")


@require_POST
@staff_required(ROLE)
def notice_end(request: AccountRequest, number: str) -> HttpResponse:
    """Customer service closes the file, or withdraws it with the client."""
    file = access.console_notice(number)
    form = EndForm(request.POST)
    if form.is_valid() and _ended(request, file, form):
        return redirect(file.get_console_url())
    return _notice_page(request, file, ReceptionForm(), form, status=422)


def _ended(request: AccountRequest, file: NoticeFile, form: EndForm) -> bool:
    facts: dict[str, Any] = {
        "account": request.account,
        "by": request.actor,
        "now": clock.now(),
        "site": site_of(request),
    }
    words = form.cleaned_data["text"]
    try:
        if form.cleaned_data["end"] == NoticeFile.State.WITHDRAWN:
            services.withdraw_notice(file, reason=words, **facts)
        else:
            services.close_notice(file, words=words, **facts)
    except services.NotOpen:
        form.add_error(None, _closed_file())
    except services.NoLetter:
        form.add_error(None, _("No letter is known yet: record its reception first, so that the end can be computed."))
    return not form.errors


def _notice_page(
    request: AccountRequest, file: NoticeFile, received: ReceptionForm, end: EndForm, *, status: int = 200
) -> HttpResponse:
    facts = {**shown.notice_facts(file, now=clock.now()), "reception": received, "end": end}
    return render(request, "service/console/notice.html", facts, status=status)


@require_GET
@staff_required(ROLE)
def complaints(request: AccountRequest) -> HttpResponse:
    """The register of complaints: those without outcome first."""
    page = Paginator(queries.complaints(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(one, wording.category_label(one.category), outcome_mark(one)) for one in page]
    return render(request, "service/console/complaints.html", {"page": page, "rows": rows})


@require_GET
@staff_required(ROLE)
def complaints_csv(request: AccountRequest) -> HttpResponse:
    """The whole register as CSV, by number."""
    text = io.StringIO()
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow([str(title) for title, _value in _columns()])
    for one in queries.complaints().order_by("number"):
        sheet.writerow([_plain(value(one)) for _title, value in _columns()])
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="reclamations.csv"'
    return answer


def _columns() -> Iterator[tuple[str, Callable[[Complaint], object]]]:
    yield _("Number"), lambda one: one.number
    yield _("Request"), lambda one: one.request.number
    yield _("Client"), lambda one: one.request.client.name
    yield _("Filed by"), lambda one: one.request.filed_by.full_name
    yield _("Subject"), lambda one: one.request.subject
    yield _("Category"), lambda one: wording.category_label(one.category)
    yield _("Received"), lambda one: figures.instant_text(one.received_at)
    yield _("Answered"), lambda one: _of(one, lambda given: figures.instant_text(given.answered_at))
    yield pgettext("complaint", "Outcome"), lambda one: _of(one, lambda given: wording.OUTCOMES[given.outcome].label)
    yield _("Answer to the client"), lambda one: _of(one, lambda given: given.words)
    yield _("Measures taken"), lambda one: _of(one, lambda given: given.measures)


def _of(complaint: Complaint, read: Callable[[Any], object]) -> object:
    given = getattr(complaint, "outcome", None)
    return read(given) if given else ""


def _plain(value: object) -> str:
    """Return a cell that no spreadsheet runs: what somebody typed may begin as a formula does."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@require_http_methods(["GET", "POST"])
@staff_required(ROLE)
def complaint(request: AccountRequest, number: str) -> HttpResponse:
    """A complaint, and the form of its outcome while it has none."""
    found = access.console_complaint(number)
    if request.method == "GET":
        return _complaint_page(request, found, OutcomeForm())
    form = OutcomeForm(request.POST)
    if form.is_valid() and _answered(request, found, form):
        return redirect(found.get_console_url())
    return _complaint_page(request, found, form, status=422)


def _answered(request: AccountRequest, found: Complaint, form: OutcomeForm) -> bool:
    cleaned = form.cleaned_data
    try:
        services.answer_complaint(
            found,
            cleaned["outcome"],
            words=cleaned["words"],
            measures=cleaned["measures"],
            account=request.account,
            by=request.actor,
            now=clock.now(),
            site=site_of(request),
        )
    except services.Answered:
        form.add_error(None, _("This complaint already has its outcome, which is never edited."))
    return not form.errors


def _complaint_page(request: AccountRequest, found: Complaint, form: OutcomeForm, *, status: int = 200) -> HttpResponse:
    facts = {
        "complaint": found,
        "found": found.request,
        "category": wording.category_label(found.category),
        "mark": outcome_mark(found),
        "outcome": getattr(found, "outcome", None),
        "form": form,
    }
    return render(request, "service/console/complaint.html", facts, status=status)


@require_http_methods(["GET", "POST"])
@staff_required(access.ADMINISTRATOR)
def hours(request: AccountRequest) -> HttpResponse:
    """The hours of customer service that the publisher announces where a booklet leaves them to it."""
    if request.method == "GET":
        latest = queries.hours_versions().first()
        typed = hours_as_typed(latest.hours) if latest else {}
        return _hours_page(request, HoursForm(initial={"from_on": clock.today() + timedelta(days=1), **typed}))
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            services.publish_hours(
                form.hours(), from_on=form.cleaned_data["from_on"], by=request.actor, now=clock.now()
            )
        except support_services.HoursRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("service_console:hours")
    return _hours_page(request, form, status=422)


def _hours_page(request: AccountRequest, form: HoursForm, *, status: int = 200) -> HttpResponse:
    form.fields["from_on"].label = _("In force from")
    versions = [(row, hours_lines(row.hours)) for row in queries.hours_versions()]
    return render(request, "service/console/hours.html", {"form": form, "versions": versions}, status=status)
