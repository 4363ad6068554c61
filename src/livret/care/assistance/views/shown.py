"""What the pages of both sides show of remote and web sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import pgettext

from livret.care.assistance import queries, wording
from livret.care.assistance.models import Registration, RemoteSession, WebSession
from livret.care.assistance.rules import remote as rules
from livret.care.assistance.rules.defaults import web_defaults, wording_named, wording_on
from livret.care.assistance.rules.web import is_link_open
from livret.care.support import queries as support
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.care.support.models import Request


@dataclass(frozen=True, slots=True)
class RemoteShown:
    """A remote session as a page shows it. state: at the moment of the page, whether or not a job ended it already.

    address: of the tool, between the agreement and the end only; report: what was done, empty while nobody said it.
    """

    row: RemoteSession
    state: str
    label: Any
    tone: str
    icon: str
    address: str
    report: str
    agreed_by: str
    agreed_at: datetime | None
    agreed_to: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        return self.state in rules.LIVE

    @property
    def owes_report(self) -> bool:
        """Tell whether it began and is over without a report, whether or not a job ended it."""
        return self.row.started_at is not None and not self.is_live and not self.row.has_report


@dataclass(frozen=True, slots=True)
class WebShown:
    """A web session as a page shows it to a person; before: how many wait before them."""

    row: WebSession
    product: Any
    label: Any
    tone: str
    icon: str
    registration: Registration | None
    is_link_open: bool
    before: int


def site_of(request: HttpRequest) -> str:
    """Return the start of the addresses of this site, for links in mails."""
    return request.build_absolute_uri("/").rstrip("/")


def is_part(request: HttpRequest) -> bool:
    """Tell whether a page asks for its part of this one, rather than a person for the whole."""
    return request.headers.get("HX-Request") == "true"


def panel_facts(found: Request, *, now: datetime) -> dict[str, Any]:
    """Return what the remote assistance of a request shows on both sides."""
    sessions = [remote_shown(row, now=now) for row in queries.remote_sessions(found)]
    obstacle = queries.obstacle_to(found, now=now)
    booklet = support.booklet_of(found)
    is_current = bool(sessions) and (sessions[0].is_live or sessions[0].owes_report)
    return {
        "found": found,
        "current": sessions[0] if is_current else None,
        "past": sessions[1:] if is_current else sessions,
        "is_support": found.kind in rules.KINDS,
        "obstacle": wording.obstacle(obstacle) if obstacle else "",
        "obstacle_clause": obstacle.clause if obstacle else "",
        "booklet": booklet,
        "booklet_title": wording.booklet_title(booklet),
        "consent": wording_on(now.astimezone(PARIS).date()),
        "consent_lines": wording_on(now.astimezone(PARIS).date()).lines(wording.language()),
    }


def remote_shown(row: RemoteSession, *, now: datetime) -> RemoteShown:
    holds = row.is_live and row.expires_at is not None and now < row.expires_at and not row.request.is_closed
    state = row.state if holds or not row.is_live else rules.EXPIRED
    events = {event.kind: event for event in row.events.all()}
    agreed, said = events.get(rules.CONSENTED), events.get(rules.ENDED) or events.get(rules.REPORTED)
    tone, icon = wording.REMOTE_STATES[state]
    return RemoteShown(
        row=row,
        state=state,
        label=RemoteSession.State(state).label,
        tone=tone,
        icon=icon,
        address=row.address if state in (rules.CONSENTED, rules.STARTED) else "",
        report=said.text if said else "",
        agreed_by=agreed.by_name if agreed else "",
        agreed_at=agreed.at if agreed else None,
        agreed_to=wording_named(agreed.data["wording"]).lines(wording.language()) if agreed else (),
    )


def web_shown(row: WebSession, registration: Registration | None, *, now: datetime) -> WebShown:
    tone, icon = wording.WEB_STATES[row.state]
    joins = row.is_planned and is_link_open(
        row.starts_at, row.minutes, now=now, join_before_minutes=web_defaults().join_before_minutes
    )
    waits = registration is not None and not registration.is_seated
    return WebShown(
        row=row,
        product=wording.product_label(row.product),
        label=WebSession.State(row.state).label
        if now < row.ends_at or not row.is_planned
        else pgettext("web session", "Over"),
        tone=tone,
        icon=icon,
        registration=registration,
        is_link_open=joins and registration is not None and registration.is_seated,
        before=queries.waiting_before(registration) if waits and registration else 0,
    )
