"""The page of a request in the customer space: both clocks, the timeline, and the acts that its state opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from livret.care.support import access, queries, wording
from livret.care.support import forms_portal as typed
from livret.care.support.forms import MessageForm
from livret.care.support.models import Attachment, Request, RequestShare
from livret.care.support.rules import events as rules
from livret.care.support.rules.commitment import offer_of, phone_of
from livret.care.support.views.answers import request_facts
from livret.care.support.views.second_shown import ContestShown
from livret.clients import queries as clients
from livret.clients.access import AccountRequest
from livret.clients.models import AccessAccount
from livret.core import clock


@dataclass(frozen=True, slots=True)
class ActShown:
    """An act as the page offers it. is_opened: its form was just refused, and is shown with what is wrong."""

    form: forms.Form
    is_opened: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """What the person may do with the request as it stands; None where the act does not apply."""

    confirm: ActShown | None
    reopen: ActShown | None
    withdraw: ActShown | None
    contest: ActShown | None
    rate: ActShown | None
    share: ActShown | None
    readers: Sequence[RequestShare] = field(default=())


def page_of(
    request: AccountRequest,
    found: Request,
    *,
    message: MessageForm | None = None,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; refused: the form of an act that was refused, by the act's name."""

    def file_url(file: Attachment) -> str:
        return reverse("support:attachment", args=[found.number, file.pk])

    def preview_url(file: Attachment) -> str:
        return reverse("support:preview", args=[found.number, file.pk])

    facts = request_facts(found, is_staff=False, now=clock.now(), file_url=file_url, preview_url=preview_url)
    facts["phone"] = phone_of(offer_of(facts["booklet"], found.plan))
    facts["form"] = message or MessageForm(initial={"nonce": uuid4()})
    facts["contested"] = [row for row in facts["contests"] if row.mark]
    facts["origin"] = wording.origin_lines(found.origin)
    facts["is_owner"] = access.owns(request.account, found, day=clock.today())
    facts["acts"] = _acts(found, facts["contests"], refused or {}, is_owner=facts["is_owner"])
    facts["refused"] = next(iter((refused or {}).values()), None)
    return render(request, "support/portal/request.html", facts, status=status)


def _acts(found: Request, contests: Sequence[ContestShown], refused: dict[str, forms.Form], *, is_owner: bool) -> Acts:
    """Return the acts that the state of *found* opens to the person; a refused one is shown whatever the state."""
    contestable = [(row.what, row.label) for row in contests if row.may_contest]
    colleagues = colleagues_of(found) if is_owner else []

    def act(name: str, form: Any, *, applies: bool) -> ActShown | None:
        if name in refused:
            return ActShown(refused[name], is_opened=True)
        return ActShown(form()) if applies else None

    return Acts(
        confirm=act("confirm", confirmation_form, applies=found.state == Request.State.ANSWERED),
        reopen=act("reopen", reopening_form, applies=may_reopen(found)),
        withdraw=act("withdraw", withdrawal_form, applies=is_owner and not found.is_closed),
        contest=act("contest", lambda: contest_form(contestable), applies=bool(contestable)),
        rate=act("rate", rating_form, applies=found.is_closed),
        share=act("share", lambda: share_form(colleagues), applies=bool(colleagues)),
        readers=list(found.shares.select_related("account").order_by("account__full_name")) if is_owner else (),
    )


def may_reopen(found: Request) -> bool:
    """Tell whether the client may say that it is not over: it is closed, or what was proposed waits for a word."""
    if found.is_closed or found.state != Request.State.ANSWERED:
        return found.is_closed and found.is_picked_up
    last = rules.latest(queries.as_events(found.events.all()), rules.PROPOSED, rules.REOPENED)
    return last is not None and last.kind == rules.PROPOSED


def colleagues_of(found: Request) -> list[AccessAccount]:
    """Return whom *found* may still be shared with: the open accounts of the company that do not read it yet."""
    readers = found.shares.values("account")
    wide = clients.administrator_accounts(found.client, day=clock.today()).values("pk")
    people = clients.open_accounts(found.client).exclude(pk=found.filed_by_id)
    return list(people.exclude(pk__in=readers).exclude(pk__in=wide))


def confirmation_form(data: Any = None) -> typed.ConfirmationForm:
    return typed.ConfirmationForm(data, auto_id="confirm_%s")


def reopening_form(data: Any = None) -> typed.ReopeningForm:
    return typed.ReopeningForm(data, auto_id="reopen_%s")


def withdrawal_form(data: Any = None) -> typed.WithdrawalForm:
    return typed.WithdrawalForm(data, auto_id="withdraw_%s")


def contest_form(known: Sequence[tuple[str, Any]], data: Any = None) -> typed.ContestForm:
    first = {"what": known[0][0]} if len(known) == 1 else {}
    return typed.ContestForm(known, data, auto_id="contest_%s", initial=first)


def rating_form(data: Any = None) -> typed.RatingForm:
    return typed.RatingForm(data, auto_id="rate_%s")


def share_form(colleagues: Sequence[AccessAccount], data: Any = None) -> typed.ShareForm:
    return typed.ShareForm(colleagues, data, auto_id="share_%s")
