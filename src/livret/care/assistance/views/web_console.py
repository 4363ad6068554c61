"""The console: web sessions planned, changed, cancelled, held; invitations; the replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livret.care.assistance import access, queries, refusing, services, wording
from livret.care.assistance.forms import (
    HeldForm,
    InvitationForm,
    ReasonForm,
    ReplayForm,
    WebSessionForm,
    as_typed,
)
from livret.care.assistance.models import WebSession
from livret.care.assistance.views.shown import site_of, web_shown
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.kernel.errors import Refusal

PAGE_SIZE = 50


@require_GET
@staff_required(*access.HOSTS)
def sessions(request: AccountRequest) -> HttpResponse:
    """Every session: those to come first, then the latest."""
    now = clock.now()
    page = Paginator(queries.sessions_listed(now=now), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [web_shown(row, None, now=now) for row in page]
    return render(request, "assistance/console/web_sessions.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@staff_required(*access.HOSTS)
def new_session(request: AccountRequest) -> HttpResponse:
    """The form of a new session."""
    if request.method == "GET":
        first = {"nonce": uuid4(), "version": 0, "host": str(request.account.pk)}
        return _writing(request, WebSessionForm(initial=first))
    form = WebSessionForm(request.POST)
    if not form.is_valid():
        return _writing(request, form, status=422)
    try:
        nonce = form.cleaned_data["nonce"]
        made = services.plan_session(form.plan(), nonce=nonce, by=request.actor, now=clock.now())
    except Refusal as refused:
        form.add_error(None, refusing.words_of(refused))
        return _writing(request, form, status=refusing.status_of(refused))
    return redirect(made.get_console_url())


@require_http_methods(["GET", "POST"])
@staff_required(*access.HOSTS)
def change(request: AccountRequest, pk: int) -> HttpResponse:
    """The form that changes a session until it is held."""
    found = access.console_session(pk)
    if request.method == "GET":
        return _writing(request, WebSessionForm(initial=as_typed(found)), found=found)
    form = WebSessionForm(request.POST)
    if not form.is_valid():
        return _writing(request, form, found=found, status=422)
    try:
        version = form.cleaned_data["version"]
        services.change_session(
            found, form.plan(), version=version, by=request.actor, now=clock.now(), site=site_of(request)
        )
    except Refusal as refused:
        form.add_error(None, refusing.words_of(refused))
        return _writing(request, form, found=found, status=refusing.status_of(refused))
    return redirect(found.get_console_url())


def _writing(
    request: AccountRequest, form: WebSessionForm, *, found: WebSession | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "assistance/console/web_writing.html", {"form": form, "found": found}, status=status)


@require_GET
@staff_required(*access.HOSTS)
def session(request: AccountRequest, pk: int) -> HttpResponse:
    """One session with who registered."""
    return _page(request, access.console_session(pk))


@require_POST
@staff_required(*access.HOSTS)
def invitation(request: AccountRequest, pk: int) -> HttpResponse:
    """Mails to the people of the clients concerned."""
    found = access.console_session(pk)
    form = InvitationForm(found, request.POST)

    def invite(**acting: Any) -> None:
        services.ask_invitations(found, products=form.products_chosen(), **acting)

    return _act(request, found, "invitation", form, invite)


@require_POST
@staff_required(*access.HOSTS)
def cancelling(request: AccountRequest, pk: int) -> HttpResponse:
    """The cancelling of a session; who registered is told."""
    found, form = access.console_session(pk), ReasonForm(request.POST)

    def cancel(**acting: Any) -> None:
        services.cancel_session(found, reason=form.cleaned_data["reason"], **acting)

    return _act(request, found, "reason", form, cancel)


@require_POST
@staff_required(*access.HOSTS)
def holding(request: AccountRequest, pk: int) -> HttpResponse:
    """Who was there."""
    found = access.console_session(pk)
    form = HeldForm(_seats(found), request.POST)

    def hold(site: str, **acting: Any) -> None:
        services.mark_held(found, present=form.keys(), **acting)

    return _act(request, found, "held", form, hold)


@require_POST
@staff_required(*access.HOSTS)
def replay(request: AccountRequest, pk: int) -> HttpResponse:
    """The replay, with the article that leads to it."""
    found, form = access.console_session(pk), ReplayForm(request.POST)

    def publish(**acting: Any) -> None:
        services.publish_replay(found, **form.cleaned_data, **acting)

    return _act(request, found, "replay", form, publish)


def _act(
    request: AccountRequest, found: WebSession, name: str, form: forms.Form, verb: Callable[..., None]
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, found, typed={name: form}, status=422)
    try:
        verb(by=request.actor, now=clock.now(), site=site_of(request))
    except Refusal as refused:
        form.add_error(None, refusing.words_of(refused))
        return _page(request, access.console_session(found.pk), typed={name: form}, status=refusing.status_of(refused))
    done = "?invitees=1" if name == "invitation" else ""
    return redirect(found.get_console_url() + done)


def _seats(found: WebSession) -> list[tuple[int, str]]:
    seated = [row for row in queries.standing_registrations(found) if row.is_seated]
    return [(row.pk, f"{row.account.full_name} – {wording.company_of(row.account)}") for row in seated]


def _page(
    request: AccountRequest, found: WebSession, *, typed: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    now, typed = clock.now(), typed or {}
    rows = list(queries.standing_registrations(found))
    empty: dict[str, forms.Form] = {
        "invitation": InvitationForm(found),
        "reason": ReasonForm(),
        "held": HeldForm(_seats(found)),
        "replay": ReplayForm(initial={"url": found.replay_url}),
    }
    facts = {
        "found": found,
        "shown": web_shown(found, None, now=now),
        "registrations": rows,
        "seated_count": sum(row.is_seated for row in rows),
        "has_begun": now >= found.starts_at,
        "invited_count": found.invitations.count(),
        "were_invited": request.GET.get("invitees") == "1",
        "forms": {**empty, **typed},
    }
    return render(request, "assistance/console/web_session.html", facts, status=status)
