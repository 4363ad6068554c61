"""An answer to one of our mails as its addressee's program would send it: what a demonstration has instead of one."""

from __future__ import annotations

import email.policy
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.conf import settings

from livret.core.clock import PARIS
from livret.core.mail.models import Message

MOST_QUOTED_LINES = 40


def reply_to(message: Message, text: str, *, files: Sequence[tuple[str, bytes]] = (), at: datetime) -> bytes:
    """Return the bytes of an answer to *message*, with the words it answers quoted below."""
    reply = EmailMessage(policy=email.policy.SMTP)
    reply["From"], reply["To"] = message.to, message.reply_to or settings.DEFAULT_FROM_EMAIL
    reply["Subject"], reply["Date"] = f"Re: {message.subject}", format_datetime(at)
    reply["Message-ID"] = make_msgid(domain=message.to.rpartition("@")[2])
    if message.message_id:
        reply["In-Reply-To"] = message.message_id
        reply["References"] = f"{message.references} {message.message_id}".strip()
    reply.set_content(f"{text}\n\n{_quote(message)}\n")
    for name, content in files:
        reply.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return reply.as_bytes()


def _quote(message: Message) -> str:
    written = message.written_at.astimezone(PARIS)
    lines = message.text.splitlines()[:MOST_QUOTED_LINES]
    head = f"Le {written:%d/%m/%Y} à {written:%H:%M}, {settings.DEFAULT_FROM_EMAIL} a écrit :"
    return "\n".join([head, *(f"> {line}".rstrip() for line in lines)])
