"""Every message that the platform sent or is about to send, and every mail that arrived."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """One mail to one person. A demonstration keeps it here and sends nothing.

    message_id: the same however often it is handed over, empty on those older than this column. references: the ids of
    the mails before it in the conversation, the oldest first. reply_to: where answers go, empty for nowhere of its own.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        KEPT = "kept"  # A demonstration: nothing leaves.

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(default="", blank=True)
    message_id = models.CharField(max_length=250, default="", blank=True)
    references = models.TextField(default="", blank=True)
    reply_to = models.CharField(max_length=320, default="", blank=True)
    about_type = models.CharField(max_length=80, default="", blank=True)
    about_id = models.CharField(max_length=64, default="", blank=True)
    written_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="mail_message_id_once"),
        ]
        indexes = [
            models.Index(fields=["-written_at"], name="mail_written_at"),
            models.Index(fields=["about_type", "about_id"], name="mail_about"),
        ]

    def __str__(self) -> str:
        return self.subject


class Enclosure(models.Model):
    """A file sent with a message, read from the store of its owner when the message leaves."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="enclosures")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    owner = models.UUIDField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="enclosure_digest_is_sha256"),
            models.CheckConstraint(condition=~Q(name=""), name="enclosure_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class IncomingMail(models.Model):
    """A mail that arrived. digest: SHA-256 of its bytes as they came, in the store of the mails received.

    Received until the room that answers for it threads or refuses it; reason: why it is refused, by a code.
    detail: what the room adds to the reason for the publisher's people. about: what it was threaded into, or names.
    """

    class State(models.TextChoices):
        RECEIVED = "received"
        THREADED = "threaded"
        REFUSED = "refused"

    message_id = models.CharField(max_length=250, default="", blank=True)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sender = models.CharField(max_length=254, default="", blank=True)
    subject = models.CharField(max_length=200, default="", blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    reason = models.CharField(max_length=40, default="", blank=True)
    detail = models.TextField(default="", blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    about_type = models.CharField(max_length=80, default="", blank=True)
    about_id = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message_id", "digest"], name="incoming_mail_kept_once"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="incoming_mail_digest_is_sha256"),
            models.CheckConstraint(
                condition=Q(state__in=["received", "threaded", "refused"]), name="incoming_mail_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="incoming_mail_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="received", handled_at=None) | ~Q(state="received") & Q(handled_at__isnull=False),
                name="incoming_mail_handled_has_its_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-received_at", "-id"], name="incoming_mail_latest"),
            models.Index(fields=["state", "-received_at"], name="incoming_mail_by_state"),
            models.Index(fields=["about_type", "about_id", "sender", "-received_at"], name="incoming_mail_of_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or self.digest[:12]


class Mailbox(models.Model):
    """When a mail box was last read, and what its server said the last time it could not be; one row by mail box."""

    name = models.CharField(max_length=255, primary_key=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return self.name
