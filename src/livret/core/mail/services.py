"""Writing and sending mail."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.text import Truncator
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.jobs import queue
from livret.core.logs import without_link_tokens
from livret.core.mail.models import Message

SUBJECT_LENGTH = 200
MOST_WORDS = 8
DELIVERY = "mail.deliver"


@transaction.atomic
def send(*, to: str, subject: str, text: str, at: datetime, html: str = "", about: Model | None = None) -> Message:
    """Write a mail in the control transaction that runs now, and ask for its sending after the commit.

    subject: brought to one line, which a mail header must be, and cut at what the row holds.
    """
    message = Message.objects.create(
        to=to,
        subject=Truncator(" ".join(subject.split())).chars(SUBJECT_LENGTH),
        text=text,
        html=html,
        written_at=at,
        about_type=about._meta.label_lower if about else "",
        about_id=str(about.pk) if about else "",
    )
    queue.defer(DELIVERY, message_id=message.pk)
    return message


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
    mail = EmailMultiAlternatives(message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [message.to])
    if message.html:
        mail.attach_alternative(message.html, "text/html")
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
