"""The customer space: web sessions to come, registering, the agenda file, replays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from livret.care.assistance import access, mails, queries, refusing, services, wording
from livret.care.assistance.models import Registration, WebSession
from livret.care.assistance.rules.defaults import web_defaults
from livret.care.assistance.rules.web import Opening
from livret.care.assistance.views.shown import site_of, web_shown
from livret.clients.access import AccountRequest, client_required
from livret.core import clock
from livret.kernel.errors import Refusal

MOST_REPLAYS = 50


@require_GET
@client_required
def sessions(request: AccountRequest) -> HttpResponse:
    """The sessions to come for the products of the contract, and the replays."""
    opening, now = _opening(request), clock.now()
    if opening is None or not opening.is_open:
        return _closed(request, opening)
    mine = queries.registrations_of(request.account)
    rows = queries.with_counts(queries.sessions_open_to(opening))
    coming = rows.filter(state=WebSession.State.PLANNED).order_by("starts_at", "pk")
    facts = {
        **_booklet_facts(opening),
        "coming": [web_shown(row, mine.get(row.pk), now=now) for row in coming if now < row.ends_at],
        "replays": [web_shown(row, mine.get(row.pk), now=now) for row in queries.replays(rows)[:MOST_REPLAYS]],
    }
    return render(request, "assistance/portal/web_sessions.html", facts)


@require_GET
@client_required
def session(request: AccountRequest, pk: int) -> HttpResponse:
    """One session: what it is about, the person's registration, the link once it opens, the replay."""
    opening = _opening(request)
    if opening is None or not opening.is_open:
        return _closed(request, opening)
    return _page(request, opening, access.readable_session(opening, pk))


@require_POST
@client_required
def registration(request: AccountRequest, pk: int) -> HttpResponse:
    """A registration for a session: a place, or the waiting list."""
    return _act(request, pk, services.register)


@require_POST
@client_required
def cancellation(request: AccountRequest, pk: int) -> HttpResponse:
    """The end of a registration."""
    return _act(request, pk, services.cancel_registration)


def _act(request: AccountRequest, pk: int, verb: Callable[..., Registration]) -> HttpResponse:
    opening = _opening(request)
    if opening is None or not opening.is_open:
        return _closed(request, opening, status=422)
    found = access.readable_session(opening, pk)
    try:
        verb(found, account=request.account, by=request.actor, now=clock.now(), site=site_of(request))
    except Refusal as refused:
        found = access.readable_session(opening, pk)
        words, status = refusing.words_of(refused), refusing.status_of(refused)
        return _page(request, opening, found, refused=words, status=status)
    return redirect(found)


@require_GET
@client_required
def agenda(request: AccountRequest, pk: int) -> HttpResponse:
    """The session as an iCalendar file."""
    found = access.readable_session(_opening(request), pk)
    content = mails.agenda_file(found, now=clock.now(), site=site_of(request))
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    name = slugify(found.title)[:60] or "session"
    answer["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _opening(request: AccountRequest) -> Opening | None:
    return queries.opening_for(request.account, day=clock.today())


def _booklet_facts(opening: Opening) -> dict[str, Any]:
    return {
        "booklet": opening.booklet,
        "booklet_title": wording.booklet_title(opening.booklet),
        "clause_id": opening.clause,
        "join_before": web_defaults().join_before_minutes,
    }


def _closed(request: AccountRequest, opening: Opening | None, *, status: int = 200) -> HttpResponse:
    plans = {"plans": wording.plans_of(opening), **_booklet_facts(opening)} if opening else {}
    facts = {"has_contract": opening is not None, **plans}
    return render(request, "assistance/portal/web_closed.html", facts, status=status)


def _page(
    request: AccountRequest, opening: Opening, found: WebSession, *, refused: str = "", status: int = 200
) -> HttpResponse:
    now = clock.now()
    shown = web_shown(found, queries.registrations_of(request.account).get(found.pk), now=now)
    facts = {
        **_booklet_facts(opening),
        "shown": shown,
        "found": queries.with_counts(WebSession.objects.filter(pk=found.pk)).get(),
        "may_register": found.is_planned and now < found.ends_at and shown.registration is None,
        "may_leave": found.is_planned and now < found.starts_at and shown.registration is not None,
        "refused": refused,
    }
    return render(request, "assistance/portal/web_session.html", facts, status=status)
