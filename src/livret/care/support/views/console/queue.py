"""The technicians' queue: who has what, in which order, and what is done to several requests at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from livret.care.support import access, queries, services
from livret.care.support.forms_queue import QueueFilterForm, SelectionForm
from livret.care.support.models import Request
from livret.care.support.refusing import refusal_words
from livret.care.support.views.console.desk import READERS, desk_query
from livret.clients.access import AccountRequest, holds_role, staff_required
from livret.core import clock
from livret.core.ui.context import Link
from livret.kernel.errors import Refusal

PAGE_SIZE = 50


@require_GET
@staff_required(*READERS)
def queue(request: AccountRequest) -> HttpResponse:
    """The requests of a scope in the order asked for; a page that refreshes itself asks for its lines alone."""
    now, filters = clock.now(), QueueFilterForm(request.GET)
    asked = filters.asked()
    page = _page(request, asked)
    counts = queries.queue_counts(account=request.account, now=now)
    facts = {
        "page": page,
        "rows": queries.lines(page, now=now, is_staff=True),
        "filters": filters,
        "counts": counts,
        "scope": asked.scope,
        "scopes": _scopes(counts),
        "query": desk_query(request),
        "is_filtered": bool(asked.urgency or asked.kind or asked.words or asked.product),
    }
    if request.headers.get("HX-Target") == "queue-lines":
        return render(request, "support/console/_refresh.html", facts)
    facts |= {"selection": SelectionForm(), "pages": _pages(request)}
    return render(request, "support/console/queue.html", facts)


def _page(request: AccountRequest, asked: queries.QueueFilter) -> Page[Any]:
    now, asked_page = clock.now(), request.GET.get("page")
    found = queries.queue(asked, account=request.account, now=now)
    if asked.scope == queries.CLOSED:
        # Their index alone gives the keys of a page, however far it is.
        return _rows_of(Paginator(found.values_list("pk", flat=True), PAGE_SIZE).get_page(asked_page), found)
    if asked.order == queries.BY_LEFT:
        return _rows_of(Paginator(queries.by_time_left(found, now=now), PAGE_SIZE).get_page(asked_page), found)
    return Paginator(found, PAGE_SIZE).get_page(asked_page)


def _rows_of(page: Page[Any], found: QuerySet[Request]) -> Page[Any]:
    """Put on *page*, which holds keys, their requests; one that left the queue meanwhile is left out."""
    keys = list(page)
    rows = found.in_bulk(keys)
    page.object_list = [rows[key] for key in keys if key in rows]
    return page


def _scopes(counts: dict[str, int]) -> list[tuple[str, str, int | None]]:
    """Return the tabs of the queue, each with its count; the closed ones are never counted."""
    return [
        (queries.TEAM, pgettext("requests", "My teams"), counts["team"]),
        (queries.MINE, pgettext("requests", "Mine"), counts["mine"]),
        (queries.UNASSIGNED, pgettext("requests", "Unassigned"), counts["unassigned"]),
        (queries.ALL, pgettext("requests", "All"), counts["all"]),
        (queries.CLOSED, pgettext("requests", "Closed"), None),
    ]


def _pages(request: AccountRequest) -> list[Link]:
    """Return the other pages of support that the person may open."""
    links = [
        Link(_("Canned answers"), reverse("support_console:canned_answers"), "message-square-quote"),
        Link(_("Suspensions"), reverse("support_console:suspensions"), "ban"),
    ]
    if holds_role(request.account, access.ADMINISTRATOR):
        links += [
            Link(pgettext("support", "Teams"), reverse("support_console:teams"), "users"),
            Link(_("Opening hours"), reverse("support_console:hours"), "clock"),
        ]
    return links


@require_POST
@staff_required(*READERS)
def pick_ups(request: AccountRequest) -> HttpResponse:
    """Take every request that is ticked."""

    def take(found: Request) -> None:
        services.pick_up(found, technician=request.account, by=request.actor, now=clock.now())

    return _each(request, SelectionForm(request.POST), take, _picked_up)


@require_POST
@staff_required(*READERS)
def assignments(request: AccountRequest) -> HttpResponse:
    """Give every request that is ticked to a technician or a team."""
    form = SelectionForm(request.POST)
    to, team = form.receiver() if form.is_valid() else (None, None)

    def give(found: Request) -> None:
        services.assign(found, to=to, team=team, by=request.actor, now=clock.now())

    if form.is_valid() and to is None and team is None:
        form.add_error("to", _("Choose a technician or a team to give them to."))
    return _each(request, form, give, _assigned)


def _each(
    request: AccountRequest, form: SelectionForm, do: Callable[[Request], None], done: Callable[[int], str]
) -> HttpResponse:
    """Do the same to each request, each in its own transaction: one that is refused says why and stops no other."""
    if not form.is_valid():
        for error in (error for errors in form.errors.values() for error in errors):
            notices.error(request, str(error))
        return redirect(reverse("support_console:queue") + desk_query(request))
    count = 0
    for found in form.requests():
        refused = _refused(request, found, do)
        count += not refused
        if refused:
            notices.warning(request, _("%(number)s: %(why)s") % {"number": found.number, "why": refused})
    if count:
        notices.success(request, done(count))
    return redirect(reverse("support_console:queue") + desk_query(request))


def _refused(request: AccountRequest, found: Request, do: Callable[[Request], None]) -> str:
    """Do it; return why not, empty when it is done."""
    forbidden = access.refusal_to_act(request.account, found)
    if forbidden is not None:
        return str(forbidden)
    try:
        do(found)
    except Refusal as refusal:
        return refusal_words(refusal)
    return ""


def _picked_up(count: int) -> str:
    return ngettext("%(count)s request picked up.", "%(count)s requests picked up.", count) % {"count": count}


def _assigned(count: int) -> str:
    return ngettext("%(count)s request assigned.", "%(count)s requests assigned.", count) % {"count": count}
