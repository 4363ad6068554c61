"""The mails of support, written in the language of the person who gets them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.care.support import queries, telling, wording
from livret.care.support.models import Request, RequestEvent, Suspension, SuspensionLift
from livret.care.support.rules.replies import NotThreaded
from livret.core import installation
from livret.core.mail import services as mail
from livret.core.mail.models import Message
from livret.core.mail.rules.addresses import thread_address
from livret.core.mail.services import Joined

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

_SUBJECT_LENGTH = 190
STYLE = Path(__file__).with_name("mail.css")


@dataclass(frozen=True, slots=True)
class Notice:
    """The words of a plain notice: its subject and its first sentence, with the names of facts and %(number)s."""

    subject: Promise
    lead: Promise


NOTICES: dict[str, Notice] = {
    "files_refused": Notice(
        gettext_lazy("Request %(number)s: files not accepted"),
        gettext_lazy("Your words are in the request, but some files of your mail could not be added:"),
    ),
}
NOT_THREADED: dict[NotThreaded, Promise] = {
    NotThreaded.NO_REQUEST: gettext_lazy(
        "It names no request that we know. Answer the latest mail of the request, or write in the request itself."
    ),
    NotThreaded.BAD_ADDRESS: gettext_lazy(
        "The address it was sent to is not one of ours, or is not valid any more. "
        "Answer the latest mail of the request, or write in the request itself."
    ),
    NotThreaded.MAY_NOT_READ: gettext_lazy(
        "Your account does not open that request. Ask whoever filed it to share it with you, or file one of your own."
    ),
    NotThreaded.NO_WORDS: gettext_lazy(
        "It holds no words and no file of its own. Write above the mail that you answer, and send it again."
    ),
    NotThreaded.NOT_TAKEN: gettext_lazy("The request takes no message now: its page says why."),
}


def send_acknowledgement(request: Request, *, to: AccessAccount, now: datetime, site: str = "") -> Message:
    """Tell the person that the request is registered: number, call code, due instant and its working."""
    clock = queries.clock_of(request, queries.as_events(request.events.all()))
    with translation.override(to.language):
        facts = {
            **_facts(request, to, site),
            "clock": clock,
            "due": wording.instant(clock.due_at) if clock and clock.due_at else "",
            "target": wording.duration(clock.commitment.target_s) if clock else "",
            "working": wording.working_lines(clock) if clock else [],
            "reading": wording.reading(queries.booklet_of(request)),
            "origin": wording.hours_origin(clock.hours) if clock else "",
            "is_customer_service": request.kind == Request.Kind.CUSTOMER_SERVICE,
        }
        subject = _("Request %(number)s registered: %(subject)s") % _titles(request)
        return _send(request, to, subject, "acknowledgement", facts, now)


def send_answer(request: Request, event: RequestEvent, *, to: AccessAccount, now: datetime, site: str = "") -> Message:
    """Tell one of the client's readers what the publisher answered."""
    with translation.override(to.language):
        facts = {**_facts(request, to, site), "answer": event, "files": list(event.attachments.all())}
        subject = _("Request %(number)s: an answer from support") % _titles(request)
        return _send(request, to, subject, "answer", facts, now)


def send_event(request: Request, event: RequestEvent, *, to: AccessAccount, now: datetime, site: str = "") -> Message:
    """Tell somebody, of either side, what happened to a request: the title, facts and words of *event*."""
    if event.kind in (RequestEvent.Kind.MESSAGE, RequestEvent.Kind.FILES_ADDED) and not to.is_of_publisher:
        return send_answer(request, event, to=to, now=now, site=site)
    with translation.override(to.language):
        title, _tone, _icon = telling.event_title(event)
        told = telling.event_facts(event, registered_at=request.registered_at)
        facts = {**_facts(request, to, site), "event": event, "title": title, "told": told}
        subject = _("%(number)s – %(title)s: %(subject)s") % {**_titles(request), "title": title}
        return _send(request, to, subject, "event", facts, now)


def send_suspension(suspension: Suspension, *, to: AccessAccount, now: datetime, site: str = "") -> Message:
    """Tell a client's administrator that support is suspended, why and by which clause, or that it is open again."""
    lift = SuspensionLift.objects.filter(suspension=suspension).first()
    with translation.override(to.language):
        cause = wording.cause_label(suspension.cause)
        start = mail.site_address(site)
        page = f"{start}{reverse('support:requests')}" if start else ""
        facts = {"suspension": suspension, "lift": lift, "to": to, "cause": cause, "link": page}
        facts["since"] = wording.instant(suspension.from_at)
        subject = _("Support is open to you again") if lift else _("Support is suspended for your company")
        return send_letter("suspension", subject, facts, to=to, about=suspension, now=now)


def send_notice(
    request: Request, *, kind: str, to: AccessAccount, facts: Mapping[str, Any], now: datetime, site: str = ""
) -> Message:
    """Tell somebody about a request by the notice *kind*, an entry of NOTICES; of an event, `send_event` tells.

    facts: what the words of the notice name; besides, "lines" are listed under them and "text" is quoted, where given.
    """
    with translation.override(to.language):
        notice = NOTICES[kind]
        named = {**facts, **_titles(request)}
        shown = {"lead": str(notice.lead) % named, "lines": facts.get("lines", ()), "quoted": facts.get("text", "")}
        subject = str(notice.subject) % named
        return _send(request, to, subject, "notice", {**_facts(request, to, site), **shown}, now)


def send_refusal(to: AccessAccount, *, reason: str, subject: str, about: Model, now: datetime) -> Message:
    """Tell somebody that their mail did not reach any request, why, and what to do."""
    with translation.override(to.language):
        facts = {
            "to": to,
            "reason": NOT_THREADED[NotThreaded(reason)],
            "subject": subject,
            "link": _page_of_requests(to),
        }
        title = _("Your mail was not added to a request")
        return send_letter("refusal", title, facts, to=to, about=about, now=now)


def send_letter(
    name: str,
    subject: str,
    facts: Mapping[str, object],
    *,
    to: AccessAccount,
    about: Model,
    now: datetime,
    reply_to: str = "",
    files: Sequence[Joined] = (),
) -> Message:
    """Write the pair of templates `support/mail/<name>`, both over `_base`, in the language that is active.

    facts: what the templates name; of every letter, `to` and `link`, the address of its button, empty for none.
    files: stored files, read when the mail leaves.
    """
    shown = {**facts, "publisher": mail.sender_name(), "answers": bool(reply_to), "style": _style()}
    text = render_to_string(f"support/mail/{name}.txt", shown).strip() + "\n"
    return mail.send(
        to=to.email,
        subject=subject[:_SUBJECT_LENGTH],
        text=re.sub(r"\n{3,}", "\n\n", text),
        html=render_to_string(f"support/mail/{name}.html", shown),
        about=about,
        at=now,
        reply_to=reply_to,
        references=mail.thread_of(about),
        files=files,
    )


def key() -> str:
    """Return the secret that signs the addresses for answers."""
    return installation.derived("mail.replies")


def holder(account: AccessAccount) -> str:
    """Return whom an address for answers is made for: each person of the publisher, and all readers of the client."""
    return account.pk.hex if account.is_of_publisher else ""


def _page_of_requests(to: AccessAccount) -> str:
    page = reverse("support_console:queue") if to.is_of_publisher else reverse("support:requests")
    site = mail.site_address()
    return f"{site}{page}" if site else ""


def _facts(request: Request, to: AccessAccount, site: str) -> dict[str, object]:
    page = request.get_console_url() if to.is_of_publisher else request.get_absolute_url()
    start = mail.site_address(site)
    link = f"{start}{page}" if start else ""
    return {"request": request, "to": to, "link": link, "registered": wording.instant(request.registered_at)}


def _titles(request: Request) -> dict[str, str]:
    return {"number": request.number, "subject": " ".join(request.subject.split())}


def _send(
    request: Request, to: AccessAccount, subject: str, name: str, facts: dict[str, object], now: datetime
) -> Message:
    """Write a mail of the conversation about *request*; an answer to it finds its way back."""
    reply_to = thread_address(settings.MAIL_REPLIES, request.number, key=key(), holder=holder(to))
    return send_letter(name, subject, facts, to=to, about=request, now=now, reply_to=reply_to)


@cache
def _style() -> SafeString:
    """Return the style of mails, inside them since mail programs fetch nothing."""
    return format_html("<style>{}</style>", mark_safe(STYLE.read_text(encoding="utf-8")))  # noqa: S308 - our own file.
