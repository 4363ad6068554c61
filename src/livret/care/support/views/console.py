"""The console: the technicians' queue, each request with its pick-up, the publisher's opening hours."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.support import access, queries, services, wording
from livret.care.support.forms import HoursForm, MessageForm, QueueFilterForm, StaffMessageForm, hours_as_typed
from livret.care.support.models import Attachment, Request
from livret.care.support.views.answers import add_files_refusal, file_answer, request_facts, site_of
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.core import clock
from livret.core.audit import queries as audit
from livret.core.ui import figures

PAGE_SIZE = 50
INTERNAL = "internal"
READERS = (access.TECHNICIAN, access.CUSTOMER_SERVICE)


@require_GET
@staff_required(*READERS)
def queue(request: AccountRequest) -> HttpResponse:
    """The requests in due order."""
    now, filters = clock.now(), QueueFilterForm(request.GET)
    asked = filters.asked()
    found = queries.queue(asked, account=request.account, now=now)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    counts = queries.queue_counts(account=request.account, now=now)
    facts = {
        "page": page,
        "rows": queries.lines(page, now=now, is_staff=True),
        "filters": filters,
        "counts": counts,
        "scope": asked.scope,
        "may_publish_hours": holds_role(request.account, access.ADMINISTRATOR),
        "is_filtered": bool(asked.urgency or asked.kind or asked.words),
    }
    return render(request, "support/console/queue.html", facts)


@require_GET
@staff_required(*READERS)
def request_page(request: AccountRequest, number: str) -> HttpResponse:
    """One request as the publisher sees it: the client's timeline and the internal notes."""
    audience = INTERNAL if request.GET.get("audience") == INTERNAL else "client"
    return _page(request, access.console_request(number), _fresh_form(audience))


def _fresh_form(audience: str = "client") -> StaffMessageForm:
    return StaffMessageForm(initial={"nonce": uuid4(), "audience": audience})


@require_POST
@staff_required(*READERS)
def pick_up(request: AccountRequest, number: str) -> HttpResponse:
    """Take a request."""
    found = access.console_request(number)
    access.require_may_act(request.account, found)
    try:
        services.pick_up(found, technician=request.account, by=request.actor, now=clock.now())
    except services.AlreadyPickedUp as refusal:
        words = _("%(name)s picked up this request at %(at)s.") % {
            "name": refusal.request.assigned_to,
            "at": figures.instant_text(refusal.request.picked_up_at or clock.now()),
        }
        return _page(request, access.console_request(number), _fresh_form(), refusal=words, status=409)
    return redirect(found.get_console_url())


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
        if _added(request, found, form, is_internal=is_internal):
            return redirect(found.get_console_url() + ("?audience=internal#fin" if is_internal else "#fin"))
    return _page(request, found, form, status=422)


def _answer_refused(request: AccountRequest, found: Request, form: StaffMessageForm) -> HttpResponse:
    """Refuse the answer; the page keeps its words where the person may still leave them, in the note."""
    form.add_error(None, _("Nothing was sent. What you typed is kept below, where it can be left as an internal note."))
    if form.cleaned_data["attachments"]:
        form.add_error("attachments", _("Choose the files again."))
    return _page(request, found, form, status=403)


def _added(request: AccountRequest, found: Request, form: MessageForm, *, is_internal: bool) -> bool:
    try:
        services.add_message(
            found,
            form.cleaned_data["text"],
            account=request.account,
            by=request.actor,
            now=clock.now(),
            files=form.cleaned_data["attachments"],
            is_internal=is_internal,
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
@staff_required(*READERS)
def attachment(request: AccountRequest, number: str, pk: int) -> FileResponse:
    """A file of a request, as a download."""
    return file_answer(access.console_request(number), pk, is_staff=True)


@require_GET
@staff_required(*READERS)
def trail(request: AccountRequest, number: str) -> HttpResponse:
    """What the audit trail holds about a request."""
    found = access.console_request(number)
    acts = audit.search(client_plane=False).filter(object_type="support.request", object_id=str(found.pk))
    page = Paginator(acts, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "support/console/trail.html", {"found": found, "page": page})


@require_http_methods(["GET", "POST"])
@staff_required(access.ADMINISTRATOR)
def hours(request: AccountRequest) -> HttpResponse:
    """The opening hours that the publisher announces where a booklet leaves them to it."""
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
        except services.HoursRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("support_console:hours")
    return _hours_page(request, form, status=422)


def _hours_page(request: AccountRequest, form: HoursForm, *, status: int = 200) -> HttpResponse:
    versions = [(row, wording.hours_lines(row.hours)) for row in queries.hours_versions()]
    return render(request, "support/console/hours.html", {"form": form, "versions": versions}, status=status)


def _page(
    request: AccountRequest, found: Request, form: StaffMessageForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    def file_url(file: Attachment) -> str:
        return reverse("support_console:attachment", args=[found.number, file.pk])

    facts = request_facts(found, is_staff=True, now=clock.now(), file_url=file_url)
    facts["plan_title"] = wording.plan_title(facts["booklet"], found.plan)
    facts["not_yours"] = access.refusal_to_act(request.account, found)
    facts["may_act"] = facts["not_yours"] is None
    return render(request, "support/console/request.html", {**facts, "form": form, "refusal": refusal}, status=status)
