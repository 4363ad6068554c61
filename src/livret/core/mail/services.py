"""Writing and sending mail."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.text import Truncator
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.blobs import store
from livret.core.jobs import queue
from livret.core.logs import without_link_tokens
from livret.core.mail.models import Enclosure, Message

SUBJECT_LENGTH = 200
MOST_WORDS = 8
MOST_REFERENCES = 20
DELIVERY = "mail.deliver"
MARK = ".livret"  # Ends the left part of every Message-ID of ours, so that one that comes back is known.


# Tells programs that answer by themselves not to (RFC 3834, 5; the second is what Exchange reads).
QUIET = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


@dataclass(frozen=True, slots=True)
class Joined:
    """A stored file to send with a mail: its owner's UUID and SHA-256 in the store, read when the mail leaves."""

    name: str
    content_type: str
    owner: UUID
    digest: str


@transaction.atomic
def send(
    *,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    about: Model | None = None,
    reply_to: str = "",
    references: Sequence[str] = (),
    files: Sequence[Joined] = (),
) -> Message:
    """Write a mail in the control transaction that runs now, and ask for its sending after the commit.

    subject: brought to one line, which a mail header must be, and cut at what the row holds. references: the
    Message-IDs of the conversation, the oldest first.
    """
    message = Message.objects.create(
        to=to,
        subject=Truncator(" ".join(subject.split())).chars(SUBJECT_LENGTH),
        text=text,
        html=html,
        written_at=at,
        message_id=f"<{uuid.uuid4().hex}{MARK}@{_domain()}>",
        references=" ".join(references),
        reply_to=reply_to,
        about_type=about._meta.label_lower if about else "",
        about_id=str(about.pk) if about else "",
    )
    Enclosure.objects.bulk_create(
        Enclosure(message=message, name=file.name, content_type=file.content_type, owner=file.owner, digest=file.digest)
        for file in files
    )
    queue.defer(DELIVERY, message_id=message.pk)
    return message


def sender_name() -> str:
    """Return the name that mails are sent under: the publisher's, from LIVRET_MAIL_FROM."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return name or address


def is_own(*, message_id: str, sender: str) -> bool:
    """Tell whether a mail that arrived is one of ours that came back."""
    ours = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower(), settings.MAIL_REPLIES.lower()}
    return sender.lower() in ours or message_id.endswith(f"{MARK}@{_domain()}>")


def thread_of(about: Model, *, most: int = MOST_REFERENCES) -> list[str]:
    """Return the Message-IDs of the mails sent about *about*, the oldest first, the latest *most* of them."""
    sent = Message.objects.filter(about_type=about._meta.label_lower, about_id=str(about.pk)).exclude(message_id="")
    return list(sent.order_by("-pk").values_list("message_id", flat=True)[:most])[::-1]


def about_of(message_ids: Sequence[str], kind: type[Model]) -> str | None:
    """Return the key of the *kind* of thing that the first of these mails of ours is about, None when none is known."""
    sent = Message.objects.filter(message_id__in=message_ids, about_type=kind._meta.label_lower)
    known = dict(sent.values_list("message_id", "about_id"))
    return next((known[one] for one in message_ids if one in known), None)


def site_address(of_page: str = "") -> str:
    """Return what links in a mail begin with: LIVRET_ADDRESS, else the page that it follows, empty when neither is."""
    return settings.SITE_ADDRESS or of_page


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower() or "localhost"


def deliver(message_id: int, *, at: datetime) -> Message:
    """Hand a waiting mail to the mail server, once: the row is locked meanwhile. A demonstration only keeps it.

    Raises OSError, of which smtplib.SMTPException is one, when the server refuses: the row says why, and the job
    tries again later.
    """
    try:
        return _deliver(message_id, at=at)
    except OSError as error:
        waiting = Message.objects.filter(pk=message_id, state=Message.State.WAITING)
        waiting.update(error=f"{at:%Y-%m-%d %H:%M:%S} UTC {type(error).__name__}: {error}")
        raise


@transaction.atomic
def _deliver(message_id: int, *, at: datetime) -> Message:
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != Message.State.WAITING:
        return message
    if settings.IS_DEMO:
        message.state = Message.State.KEPT
    else:
        _hand_to_server(message)
        message.state = Message.State.SENT
        message.text, message.html = without_link_tokens(message.text), without_link_tokens(message.html)
    message.sent_at, message.error = at, ""
    message.save(update_fields=["state", "sent_at", "error", "text", "html"])
    return message


def shown_text(message: Message) -> str:
    """Return the text that the publisher's people may read: the link of an invitation is its addressee's alone.

    In a demonstration nothing leaves, so that the mail box is where links are followed.
    """
    return message.text if settings.IS_DEMO else without_link_tokens(message.text)


def search(words: str) -> QuerySet[Message]:
    """Return the mails that hold every word, the latest first; their texts are searched where they are shown whole."""
    found = Message.objects.order_by("-written_at", "-pk")
    for word in words.replace("\0", " ").split()[:MOST_WORDS]:
        holds = Q(to__icontains=word) | Q(subject__icontains=word)
        found = found.filter(holds | Q(text__icontains=word) if settings.IS_DEMO else holds)
    return found


def _hand_to_server(message: Message) -> None:
    headers = {**QUIET, "Message-ID": message.message_id or f"<{message.pk}{MARK}@{_domain()}>"}
    if message.references:
        headers |= {"References": message.references, "In-Reply-To": message.references.split()[-1]}
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        headers=headers,
        reply_to=[message.reply_to] if message.reply_to else None,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for file in message.enclosures.order_by("pk"):
        with store.open_blob(file.digest, owner=str(file.owner)) as content:
            mail.attach(file.name, content.read(), file.content_type)
    mail.send()


def ask_again(*, written_before: datetime) -> int:
    """Ask anew for the sending of mails that still wait though no job of theirs does; return how many.

    A job gives up after some hours; a mail server may be away longer, and an acknowledgement is owed all the same.
    """
    living = ProcrastinateJob.objects.filter(task_name=DELIVERY, status__in=["todo", "doing"])
    asked = set(living.values_list("args__message_id", flat=True))
    waiting = Message.objects.filter(state=Message.State.WAITING, written_at__lt=written_before)
    forgotten = [pk for pk in waiting.order_by("pk").values_list("pk", flat=True) if pk not in asked]
    for pk in forgotten:
        queue.defer(DELIVERY, message_id=pk)
    return len(forgotten)
