"""The mails of support, written in the language of the person who gets them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from livret.care.support import queries, wording
from livret.care.support.models import Request, RequestEvent
from livret.core.mail import services as mail
from livret.core.mail.models import Message

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

_SUBJECT_LENGTH = 190


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


def send_answer(request: Request, event: RequestEvent, *, now: datetime, site: str = "") -> Message:
    """Tell the person who filed the request that the publisher answered."""
    to = request.filed_by
    with translation.override(to.language):
        facts = {**_facts(request, to, site), "answer": event, "files": list(event.attachments.all())}
        subject = _("Request %(number)s: an answer from support") % _titles(request)
        return _send(request, to, subject, "answer", facts, now)


def _facts(request: Request, to: AccessAccount, site: str) -> dict[str, object]:
    link = f"{site}{request.get_absolute_url()}" if site else ""
    return {"request": request, "to": to, "link": link, "registered": wording.instant(request.registered_at)}


def _titles(request: Request) -> dict[str, str]:
    return {"number": request.number, "subject": " ".join(request.subject.split())}


def _send(
    request: Request, to: AccessAccount, subject: str, name: str, facts: dict[str, object], now: datetime
) -> Message:
    text = render_to_string(f"support/mail/{name}.txt", facts).strip() + "\n"
    html = render_to_string(f"support/mail/{name}.html", facts)
    return mail.send(to=to.email, subject=subject[:_SUBJECT_LENGTH], text=text, html=html, about=request, at=now)
