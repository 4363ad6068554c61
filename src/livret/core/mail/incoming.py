"""Mails that arrive: kept once as they came, then handed once to the room that answers for them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string
from procrastinate.contrib.django.models import ProcrastinateJob

from livret.core.blobs import store
from livret.core.jobs import queue
from livret.core.mail.models import IncomingMail, Mailbox
from livret.core.mail.rules.limits import limits
from livret.core.mail.rules.reading import Mail, Unread, Unreadable, read
from livret.core.mail.services import MOST_WORDS

OWNER = uuid.UUID(int=0x11A11)  # The store's owner of the mails received: they are the publisher's, of no client.
THREADING = "mail.thread"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail. reason: a code, empty when it was threaded; about: what it belongs to, if anything."""

    reason: str = ""
    detail: str = ""
    about: Model | None = None


def receive(raw: bytes, *, at: datetime) -> IncomingMail:
    """Keep a mail as it came, and ask for its handling; the same bytes are kept and handled once.

    When this returns outside a transaction, the mail is safe and whoever brought it may forget it.
    """
    blob = store.put([raw], owner=str(OWNER))
    facts = _facts(raw)
    with transaction.atomic():
        mail, is_new = IncomingMail.objects.get_or_create(
            message_id=facts.pop("message_id"),
            digest=blob.digest,
            defaults={**facts, "size": blob.size, "received_at": at},
        )
        if is_new:
            queue.defer(THREADING, mail_id=mail.pk)
    return mail


def _facts(raw: bytes) -> dict[str, str]:
    """Return what lists show of a mail; nothing where it cannot be read."""
    try:
        mail = read(raw, bounds=limits().bounds)
    except Unreadable:
        return {"message_id": ""}
    return {"message_id": mail.message_id[:250], "sender": mail.sender[:254], "subject": mail.subject}


def receive_head(head: bytes, *, size: int, at: datetime) -> IncomingMail:
    """Keep the headers of a mail too large to be taken, and refuse it."""
    blob = store.put([head], owner=str(OWNER))
    facts = _facts(head)
    mail, _is_new = IncomingMail.objects.get_or_create(
        message_id=facts.pop("message_id"),
        digest=blob.digest,
        defaults={
            **facts,
            "size": size,
            "received_at": at,
            "state": IncomingMail.State.REFUSED,
            "reason": Unread.TOO_LARGE.value,
            "handled_at": at,
        },
    )
    return mail


@transaction.atomic
def thread(mail_id: int, *, at: datetime) -> IncomingMail:
    """Hand a kept mail to its room, once: what the room does and the row that says so are one transaction."""
    row = IncomingMail.objects.select_for_update().get(pk=mail_id)
    if row.state != IncomingMail.State.RECEIVED:
        return row
    outcome = _handled(row, at)
    row.state = IncomingMail.State.REFUSED if outcome.reason else IncomingMail.State.THREADED
    row.reason, row.detail, row.handled_at = outcome.reason, outcome.detail, at
    if outcome.about is not None:
        row.about_type, row.about_id = outcome.about._meta.label_lower, str(outcome.about.pk)
    row.save(update_fields=["state", "reason", "detail", "handled_at", "about_type", "about_id"])
    return row


def _handled(row: IncomingMail, at: datetime) -> Outcome:
    try:
        mail = mail_of(row)
    except Unreadable as refusal:
        return Outcome(refusal.reason.value, str(refusal))
    outcome: Outcome = import_string(settings.INCOMING_MAIL_HANDLER)(mail, row=row, now=at)
    return outcome


def mail_of(row: IncomingMail) -> Mail:
    """Return what a kept mail says. Raises Unreadable."""
    return read(raw_of(row), bounds=limits().bounds)


def raw_of(row: IncomingMail) -> bytes:
    with store.open_blob(row.digest, owner=str(OWNER)) as content:
        return content.read()


def about_of(row: IncomingMail) -> Model | None:
    """Return what a mail was threaded into or names, None when that is nothing."""
    if not row.about_type:
        return None
    found: Model | None = apps.get_model(row.about_type)._default_manager.filter(pk=row.about_id).first()
    return found


@transaction.atomic
def ask_again(mail_id: int) -> IncomingMail:
    """Have a refused mail handled anew, once its cause is gone; any other is left as it is."""
    row = IncomingMail.objects.select_for_update().get(pk=mail_id)
    if row.state == IncomingMail.State.REFUSED and row.reason != Unread.TOO_LARGE:
        row.state, row.reason, row.detail, row.handled_at = IncomingMail.State.RECEIVED, "", "", None
        row.save(update_fields=["state", "reason", "detail", "handled_at"])
        queue.defer(THREADING, mail_id=row.pk)
    return row


def ask_forgotten(*, received_before: datetime) -> int:
    """Ask anew for the handling of mails that still wait though no job of theirs does; return how many."""
    living = ProcrastinateJob.objects.filter(task_name=THREADING, status__in=["todo", "doing"])
    asked = set(living.values_list("args__mail_id", flat=True))
    waiting = IncomingMail.objects.filter(state=IncomingMail.State.RECEIVED, received_at__lt=received_before)
    forgotten = [pk for pk in waiting.order_by("pk").values_list("pk", flat=True) if pk not in asked]
    for pk in forgotten:
        queue.defer(THREADING, mail_id=pk)
    return len(forgotten)


def is_flooding(sender: str, about: Model, *, now: datetime) -> bool:
    """Tell whether *sender* wrote about the same thing too often within the hour: two programs answering each other."""
    threaded = IncomingMail.objects.filter(
        about_type=about._meta.label_lower, about_id=str(about.pk), sender=sender, received_at__gt=now - HOUR
    )
    return threaded.exclude(state=IncomingMail.State.RECEIVED).count() >= limits().replies_per_hour


def was_threaded(message_id: str, sender: str) -> bool:
    """Tell whether another copy of this mail was threaded: two addresses of ours may each have got one."""
    twins = IncomingMail.objects.filter(message_id=message_id, sender=sender, state=IncomingMail.State.THREADED)
    return bool(message_id) and twins.exists()


def search(words: str = "", *, state: str = "") -> QuerySet[IncomingMail]:
    """Return the mails received whose sender or subject holds every word, the latest first."""
    found = IncomingMail.objects.order_by("-received_at", "-pk")
    for word in words.replace("\0", " ").split()[:MOST_WORDS]:
        found = found.filter(Q(sender__icontains=word) | Q(subject__icontains=word))
    return found.filter(state=state) if state else found


def mailboxes() -> QuerySet[Mailbox]:
    """Return the mail boxes that are fetched, each with its last reading."""
    return Mailbox.objects.order_by("name")
