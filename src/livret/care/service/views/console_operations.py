"""The console of operations: what clients asked of their data, started, reported or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from livret.booklet import library
from livret.care.service import access, queries, services, wording
from livret.care.service.forms import DumpForm, ReasonForm, ReportForm
from livret.care.service.models import DataOperation
from livret.care.service.queries.carrying import dumps_folder
from livret.care.service.rules import operations as rules
from livret.care.service.views.operations import operation_row
from livret.care.support import services as support_services
from livret.care.support.views.answers import add_files_refusal, site_of
from livret.care.support.wording import booklet_title
from livret.clients import queries as clients
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.ops.environments.restoring import RestorationUnderWay

PAGE_SIZE = 50
ROLE = access.OPERATIONS
BY_PLATFORM, BY_HAND = "platform", "hand"


@require_GET
@staff_required(ROLE)
def operations(request: AccountRequest) -> HttpResponse:
    """The operations asked, the oldest that wait first."""
    page = Paginator(queries.operations(), PAGE_SIZE).get_page(request.GET.get("page"))
    facts = {"page": page, "rows": [operation_row(one) for one in page]}
    return render(request, "service/console/operations.html", facts)


@require_GET
@staff_required(ROLE)
def operation(request: AccountRequest, number: str) -> HttpResponse:
    return _page(request, access.console_operation(number))


@require_POST
@staff_required(ROLE)
def start(request: AccountRequest, number: str) -> HttpResponse:
    """Start the operation: by the platform where it can, else by hand."""
    found = access.console_operation(number)
    facts: dict[str, Any] = {"account": request.account, "by": request.actor, "now": clock.now()}
    if request.POST.get("way") != BY_PLATFORM:
        return _tried(request, found, lambda: services.start_operation(found, **facts))
    if found.kind == rules.EXPORT:
        return _tried(request, found, lambda: services.start_export(found, **facts))
    if found.kind != rules.RESTORE or found.environment is None:
        return _page(request, found, refusal=_("The platform does not do this by itself: start it by hand."))
    chosen = DumpForm(queries.dumps_of(found.environment), request.POST)
    if not chosen.is_valid():
        return _page(request, found, chosen=chosen, status=422)
    name = chosen.cleaned_data["dump"]
    return _tried(request, found, lambda: services.start_restoration(found, name, **facts))


def _tried(request: AccountRequest, found: DataOperation, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except services.NotThisStep as refusal:
        mark = wording.OPERATION_STATES.get(refusal.state)
        state = mark.label if mark else refusal.state
        words = _("Somebody was faster: this operation is now “%(state)s”.") % {"state": state}
        return _page(request, access.console_operation(str(found)), refusal=words, status=409)
    except (services.NoDump, RestorationUnderWay) as refusal:
        return _page(request, found, refusal=str(refusal), status=409)
    return redirect(found.get_console_url())


@require_POST
@staff_required(ROLE)
def report(request: AccountRequest, number: str) -> HttpResponse:
    """The report of what was done, with the files to hand over."""
    found = access.console_operation(number)
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, reported=form, status=422)
    facts: dict[str, Any] = {
        "account": request.account,
        "by": request.actor,
        "now": clock.now(),
        "site": site_of(request),
    }
    cleaned = form.cleaned_data
    try:
        return _tried(
            request,
            found,
            lambda: services.finish_operation(found, report=cleaned["text"], files=cleaned["attachments"], **facts),
        )
    except support_services.FilesRefused as refusal:
        add_files_refusal(form, refusal)
        return _page(request, found, reported=form, status=422)


@require_POST
@staff_required(ROLE)
def refusal(request: AccountRequest, number: str) -> HttpResponse:
    """Refuse the operation, with the reason."""
    found = access.console_operation(number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refused=form, status=422)
    facts: dict[str, Any] = {
        "account": request.account,
        "by": request.actor,
        "now": clock.now(),
        "site": site_of(request),
    }
    reason = form.cleaned_data["text"]
    return _tried(request, found, lambda: services.refuse_operation(found, reason=reason, **facts))


def _page(
    request: AccountRequest,
    found: DataOperation,
    *,
    refusal: str = "",
    chosen: DumpForm | None = None,
    reported: ReportForm | None = None,
    refused: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    booklet = library()[found.request.booklet, found.request.booklet_version]
    rows = list(found.events.order_by("sequence"))
    dumps = queries.dumps_of(found.environment) if found.kind == rules.RESTORE and found.environment else []
    facts = {
        **operation_row(found),
        "found": found.request,
        "refusal": refusal,
        "steps": [(row, wording.OPERATION_STATES[row.kind]) for row in rows],
        "has_failed": rows[-1].kind == "failed",
        "booklet": booklet,
        "booklet_title": booklet_title(booklet),
        "reserved_clause": rules.reserved_clause(booklet),
        "external": _external(found, rules.external_clause(booklet)),
        "dumps": dumps,
        "dumps_folder": str(dumps_folder(found.environment)) if found.environment else "",
        "outcome": clients.outcome_of(found.instruction) if found.instruction else None,
        "chosen": chosen or DumpForm(dumps),
        "reported": reported or ReportForm(),
        "refused": refused or ReasonForm(),
    }
    return render(request, "service/console/operation.html", facts, status=status)


def _external(found: DataOperation, clause: str) -> str:
    return wording.external_words(found.asked_by.full_name, found.company_name, clause) if found.is_external else ""
