"""What the page of a request shows on the technicians' desk beside what both sides see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livret.care.support import access, queries, wording
from livret.care.support.forms_queue import QueueFilterForm
from livret.care.support.models import Attachment, Request, RequestEvent
from livret.care.support.rules.commitment import offer_of
from livret.care.support.telling import CONTESTED, event_title
from livret.care.support.views.answers import request_facts
from livret.clients.access import AccountRequest
from livret.core import clock

READERS = (access.TECHNICIAN, access.CUSTOMER_SERVICE)
SUPPORT = (Request.Kind.MALFUNCTION, Request.Kind.QUESTION)


@dataclass(frozen=True, slots=True)
class ActLink:
    """An act that the request's state allows. key: its single-key shortcut; url: of its form, within the queue."""

    name: str
    label: str
    icon: str
    key: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Newer:
    """Words that were added since the page was opened."""

    title: str
    by: str
    at: datetime
    text: str


def desk_query(request: AccountRequest) -> str:
    """Return the part of the address that says which queue the technician walks, "?" included; empty for their own."""
    kept = request.GET.copy()
    for name in set(kept) - {"scope", "order", "urgency", "kind", "product", "q"}:
        kept.pop(name)
    return f"?{kept.urlencode()}" if kept else ""


def desk_url(found: Request, request: AccountRequest) -> str:
    """Return the address of a request, within the queue that the technician walks."""
    return found.get_console_url() + desk_query(request)


def newer_words(found: Request, seen: int) -> list[Newer]:
    """Return what was written after the event *seen*, for whoever had read only as far."""
    return [_newer(row) for row in queries.said_since(found, seen)]


def _newer(row: RequestEvent) -> Newer:
    return Newer(event_title(row)[0], row.actor_name, row.at, row.text)


def file_url(file: Attachment) -> str:
    return reverse("support_console:attachment", args=[file.request.number, file.pk])


def preview_url(file: Attachment) -> str:
    return reverse("support_console:preview", args=[file.request.number, file.pk])


def desk_facts(request: AccountRequest, found: Request) -> dict[str, Any]:
    """Return everything that the page of a request shows to a technician."""
    now, may_act = clock.now(), access.may_act(request.account, found)
    facts = request_facts(found, is_staff=True, now=now, file_url=file_url, preview_url=preview_url)
    asked = QueueFilterForm(request.GET).asked()
    before, after = queries.neighbours(found, asked, account=request.account, now=now)
    query = desk_query(request)
    others = list(queries.other_open_requests(found)[: queries.MOST_OTHERS])
    return {
        **facts,
        "plan_title": wording.plan_title(facts["booklet"], found.plan),
        "not_yours": access.refusal_to_act(request.account, found),
        "may_act": may_act,
        "acts": _linked(_acts(found), found, query) if may_act else [],
        "more": _linked(_more(found), found, query) if may_act else [],
        "contests_to_answer": _contests(facts["contests"]) if may_act else [],
        "query": query,
        "before": before,
        "after": after,
        "others": queries.lines(others, now=now, is_staff=True),
        "duplicates": list(queries.duplicates_of(found)[: queries.MOST_OTHERS]),
        "suspension": queries.suspension_in_force(found.client_id, at=now),
        "team": found.team.name if found.team else "",
        "channel": found.get_channel_display(),
        "origin": _origin(found),
    }


def act_links(found: Request, query: str) -> list[ActLink]:
    """Return every act that the state of *found* allows, the next step's first."""
    return _linked([*_acts(found), *_more(found)], found, query)


def _linked(links: list[ActLink], found: Request, query: str) -> list[ActLink]:
    """Return *links* with the addresses of their forms."""
    return [replace(one, url=reverse(f"support_console:{one.name}", args=[found.number]) + query) for one in links]


def _origin(found: Request) -> list[tuple[str, str]]:
    """Return what travelled with the request, each with its label."""
    labels = {"page": _("Page"), "version": pgettext("software", "Version"), "error": _("Last error")}
    return [(label, found.origin[key]) for key, label in labels.items() if found.origin.get(key)]


def _acts(found: Request) -> list[ActLink]:
    """Return the acts that stand as buttons: those of the request's next step."""
    if found.is_closed:
        return [ActLink("reopening", _("Reopen"), "rotate-ccw", "o")]
    assign = ActLink("assignment", _("Assign"), "user-round-plus", "a")
    if not found.is_picked_up:
        return [assign]
    qualify = ActLink("qualification", _("Qualify"), "microscope", "q")
    propose = ActLink("proposal", pgettext("act", "Propose"), "wrench", "s")
    close = ActLink("closing", pgettext("act", "Close"), "circle-check", "c")
    return [assign, qualify, propose, close] if found.kind in SUPPORT else [assign, propose, close]


def _more(found: Request) -> list[ActLink]:
    """Return the acts that are rarer, for the menu."""
    open_, links = not found.is_closed, []
    if open_ and found.criticality and len(offer_of(queries.booklet_of(found), found.plan).levels) > 1:
        links.append(ActLink("criticality", _("Change the criticality"), "flag", "m"))
    if open_ and found.second_due_at and not found.second_stopped_at and not found.is_paused:
        links.append(ActLink("pause", _("Pause the clock"), "circle-pause", "z"))
    if open_:
        links.append(ActLink("duplicate", _("Link as a duplicate"), "copy", "d"))
    if found.hours and not found.is_excluded:
        links.append(ActLink("exclusion", _("Leave out of the share"), "circle-slash"))
    return links


def _contests(contests: Any) -> list[tuple[str, str]]:
    """Return what the client contests and nobody answered, with its words."""
    return [(one.what, str(CONTESTED[one.what])) for one in contests if one.state == "open"]
