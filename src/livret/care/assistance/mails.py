"""The mails of web sessions, in the language of the person who gets them, with the session for their agenda."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from livret.care.assistance import wording
from livret.care.assistance.models import Registration, WebSession
from livret.care.assistance.rules.defaults import web_defaults
from livret.care.assistance.rules.ics import Entry, calendar_file
from livret.core.blobs import store
from livret.core.mail import services as mail
from livret.core.mail.models import Message
from livret.core.ui.figures import duration_text

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

INVITATION, SEATED, WAITING, MOVED = "invitation", "seated", "waiting", "moved"
CANCELLED, REMINDER, REPLAY = "cancelled", "reminder", "replay"
STYLE = Path(__file__).with_name("mail.css")
FILE, CONTENT_TYPE = "livret.ics", "text/calendar"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one kind of mail: its subject, its first sentence, what its link is called, and whether the session
    comes with it for the agenda."""

    subject: Promise
    lead: Promise
    link: Promise
    has_file: bool = True


SESSION_PAGE = gettext_lazy("The session and your registration")
KINDS: Mapping[str, Words] = {
    INVITATION: Words(
        gettext_lazy("Web assistance: %(title)s"),
        gettext_lazy("You are invited to a web assistance session, given live. Register in your customer space:"),
        pgettext_lazy("web session", "Register"),
        has_file=False,
    ),
    SEATED: Words(
        gettext_lazy("You have a place: %(title)s"),
        gettext_lazy("Your place at this web assistance session is confirmed."),
        SESSION_PAGE,
    ),
    WAITING: Words(
        gettext_lazy("On the waiting list: %(title)s"),
        gettext_lazy("The session is full. You are on the waiting list and get a mail if a place becomes free."),
        SESSION_PAGE,
        has_file=False,
    ),
    MOVED: Words(
        gettext_lazy("New time: %(title)s"),
        gettext_lazy("The session has a new time. Your registration stays; leave it if you cannot come."),
        SESSION_PAGE,
    ),
    CANCELLED: Words(
        gettext_lazy("Cancelled: %(title)s"),
        gettext_lazy("The session does not take place."),
        gettext_lazy("The other sessions"),
    ),
    REMINDER: Words(
        gettext_lazy("Tomorrow: %(title)s"),
        gettext_lazy("You are registered for this web assistance session."),
        SESSION_PAGE,
        has_file=False,
    ),
    REPLAY: Words(
        gettext_lazy("Replay: %(title)s"),
        gettext_lazy("The replay of the session is published."),
        gettext_lazy("Watch the replay"),
        has_file=False,
    ),
}


def send(
    session: WebSession,
    kind: str,
    *,
    to: AccessAccount,
    now: datetime,
    site: str = "",
    registration: Registration | None = None,
) -> Message:
    """Write a mail of *kind*, one of KINDS, about *session*; who waits for a place gets no entry for their agenda."""
    with translation.override(to.language):
        words = KINDS[kind]
        facts = _facts(session, words, kind, to, site)
        has_file = words.has_file and (registration is None or registration.is_seated)
        return mail.send(
            to=to.email,
            subject=str(words.subject) % {"title": session.title},
            text=render_to_string("assistance/mail/web.txt", facts).strip() + "\n",
            html=render_to_string("assistance/mail/web.html", facts),
            about=session,
            at=now,
            files=[_file(session, to, now=now, site=site)] if has_file else [],
        )


def agenda_file(session: WebSession, *, now: datetime, site: str = "") -> bytes:
    """Return *session* as an iCalendar file in the language of the moment; its link stays in our page."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    limits = web_defaults()
    start = mail.site_address(site)
    note = _("The link opens %(minutes)s minutes before the beginning, on the page of the session.")
    entry = Entry(
        uid=f"{session.uuid}@{address.rpartition('@')[2] or 'livret'}",
        sequence=session.version,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=session.title,
        text=f"{session.topic}\n\n{note % {'minutes': limits.join_before_minutes}}",
        url=f"{start}{session.get_absolute_url()}" if start else "",
        organiser=name or address,
        organiser_address=address,
        is_cancelled=session.state == WebSession.State.CANCELLED,
    )
    return calendar_file(entry, written_at=now, alarm_minutes=limits.join_before_minutes)


def replay_article(session: WebSession, language: str) -> str:
    """Return the text of the article that leads to a replay, in Markdown; the page behind it checks the contract."""
    with translation.override(language):
        said = _("Replay of the web assistance session of %(day)s.") % {"day": wording.day(session.starts_at)}
        return f"{session.topic}\n\n{said}\n\n[{_('Watch the replay')}]({session.get_absolute_url()})"


def _facts(session: WebSession, words: Words, kind: str, to: AccessAccount, site: str) -> dict[str, object]:
    page = reverse("assistance:web_sessions") if kind == CANCELLED else session.get_absolute_url()
    start = mail.site_address(site)
    return {
        "to": to,
        "session": session,
        "lead": words.lead,
        "link_words": words.link,
        "link": f"{start}{page}" if start else "",
        "when": wording.instant(session.starts_at),
        "lasts": duration_text(timedelta(minutes=session.minutes)),
        "reason": session.cancel_reason if kind == CANCELLED else "",
        "has_topic": kind in (INVITATION, SEATED),
        "join_before": web_defaults().join_before_minutes if kind in (SEATED, REMINDER, MOVED) else 0,
        "publisher": mail.sender_name(),
        "style": _style(),
    }


def _file(session: WebSession, to: AccessAccount, *, now: datetime, site: str) -> mail.Joined:
    if to.client is None:
        raise ValueError(f"{to} belongs to no client: web sessions are for the people of clients")
    blob = store.put([agenda_file(session, now=now, site=site)], owner=str(to.client.uuid))
    return mail.Joined(FILE, CONTENT_TYPE, to.client.uuid, blob.digest)


@cache
def _style() -> SafeString:
    """Return the style of mails, inside them since mail programs fetch nothing."""
    return format_html("<style>{}</style>", mark_safe(STYLE.read_text(encoding="utf-8")))  # noqa: S308 - our own file.
