"""Writing and sending mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model

from livret.core.jobs import queue
from livret.core.mail.models import Message


@transaction.atomic
def send(*, to: str, subject: str, text: str, at: datetime, html: str = "", about: Model | None = None) -> Message:
    """Write a mail in the control transaction that runs now, and ask for its sending after the commit."""
    message = Message.objects.create(
        to=to,
        subject=subject,
        text=text,
        html=html,
        written_at=at,
        about_type=about._meta.label_lower if about else "",
        about_id=str(about.pk) if about else "",
    )
    queue.defer("mail.deliver", message_id=message.pk)
    return message


@transaction.atomic
def deliver(message_id: int, *, at: datetime) -> Message:
    """Hand a waiting mail to the mail server, once: the row is locked meanwhile. A demonstration only keeps it.

    Raises OSError or smtplib.SMTPException when the server refuses; the job then tries again later.
    """
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != Message.State.WAITING:
        return message
    if settings.IS_DEMO:
        message.state = Message.State.KEPT
    else:
        _hand_to_server(message)
        message.state = Message.State.SENT
    message.sent_at = at
    message.save(update_fields=["state", "sent_at"])
    return message


def _hand_to_server(message: Message) -> None:
    mail = EmailMultiAlternatives(message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.to])
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    mail.send()
