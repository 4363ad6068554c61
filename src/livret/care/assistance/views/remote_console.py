"""The console: remote assistance of a request, proposed, begun, ended with a report; and the external tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.assistance import access, queries, refusing, services
from livret.care.assistance.forms import ProposalForm, ReportForm, ToolForm
from livret.care.assistance.models import RemoteSession
from livret.care.assistance.views.shown import is_part, panel_facts, site_of
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.care.support.models import Request

USUAL_MINUTES = 30


@require_GET
@staff_required(*access.READERS)
def panel(request: AccountRequest, number: str) -> HttpResponse:
    """The remote assistance of a request; the page of the request takes its part from here."""
    return _page(request, access.console_request(number))


@require_POST
@staff_required(access.TECHNICIAN)
def proposal(request: AccountRequest, number: str) -> HttpResponse:
    """A session proposed to the client."""
    found, form = access.console_request(number), ProposalForm(request.POST)
    if not form.is_valid():
        return _page(request, found, proposal=form, status=422)
    typed = form.cleaned_data
    try:
        services.propose(
            found,
            purpose=typed["purpose"],
            minutes=typed["minutes"],
            code=typed["code"],
            technician=request.account,
            by=request.actor,
            now=clock.now(),
            site=site_of(request),
        )
    except Refusal as refused:
        return _refused(request, number, refused, proposal=form)
    return _back(found)


@require_POST
@staff_required(access.TECHNICIAN)
def cancelling(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """A proposal taken back."""
    return _act(request, number, pk, lambda session, technician, **acting: services.cancel(session, **acting))


@require_POST
@staff_required(access.TECHNICIAN)
def beginning(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """The beginning of a session that the client agreed to."""
    return _act(request, number, pk, lambda session, site, **acting: services.start(session, **acting))


@require_POST
@staff_required(access.TECHNICIAN)
def ending(request: AccountRequest, number: str, pk: int) -> HttpResponse:
    """The end of a session with its report, or the report of one that is over."""
    form = ReportForm(request.POST)
    if not form.is_valid():
        found = access.console_request(number)
        access.remote_session(found, pk)
        return _page(request, found, report=form, status=422)
    text = form.cleaned_data["report"]
    return _act(request, number, pk, lambda session, **acting: services.end(session, text=text, **acting), form)


def _act(
    request: AccountRequest,
    number: str,
    pk: int,
    verb: Callable[..., RemoteSession],
    report: ReportForm | None = None,
) -> HttpResponse:
    found = access.console_request(number)
    session = access.remote_session(found, pk)
    try:
        verb(session, technician=request.account, by=request.actor, now=clock.now(), site=site_of(request))
    except Refusal as refused:
        return _refused(request, number, refused, report=report)
    return _back(found)


def _refused(
    request: AccountRequest,
    number: str,
    refused: Refusal,
    *,
    proposal: ProposalForm | None = None,
    report: ReportForm | None = None,
) -> HttpResponse:
    """Show the page again with what was typed and why nothing happened."""
    words, status = refusing.words_of(refused), refusing.status_of(refused)
    found = access.console_request(number)
    return _page(request, found, proposal=proposal, report=report, refused=words, status=status)


def _back(found: Request) -> HttpResponse:
    return redirect(found.get_console_url() + "#teleassistance")


def _page(
    request: AccountRequest,
    found: Request,
    *,
    proposal: ProposalForm | None = None,
    report: ReportForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    facts = panel_facts(found, now=clock.now())
    current = facts["current"]
    facts |= {
        "proposal": proposal or ProposalForm(initial={"minutes": USUAL_MINUTES}),
        "report": report or ReportForm(),
        "refused": refused,
        "is_part": is_part(request),
        "may_propose": access.may_propose(request.account),
        "is_mine": current is not None and current.row.technician_id == request.account.pk,
    }
    return render(request, "assistance/console/remote.html", facts, status=status)


@require_http_methods(["GET", "POST"])
@staff_required(access.ADMINISTRATOR)
def tool(request: AccountRequest) -> HttpResponse:
    """The external tool of remote assistance, and its earlier settings."""
    settings = queries.tool_settings()
    if request.method == "GET":
        latest = settings.first()
        typed = (
            {"name": latest.name, "url_template": latest.url_template, "is_active": latest.is_active} if latest else {}
        )
        return render(request, "assistance/console/tool.html", {"form": ToolForm(initial=typed), "settings": settings})
    form = ToolForm(request.POST)
    if form.is_valid():
        services.set_tool(**form.cleaned_data, by=request.actor, now=clock.now())
        return redirect("assistance_console:tool")
    return render(request, "assistance/console/tool.html", {"form": form, "settings": settings}, status=422)
