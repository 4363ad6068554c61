"""What happened to a request, and the files that came with it: rows are only ever added."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.care.support.models.requests import Request


class RequestEvent(models.Model):
    """One thing that happened, in its place in the single timeline that both sides read.

    is_internal: a note of the publisher's people, which the client never sees. data: facts of the kind, such as the
    target and hours of a registration or the verdict of a pick-up. nonce: identity of the form that said it.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Request registered")
        ACKNOWLEDGED = "acknowledged", _("Receipt acknowledged")
        PICKED_UP = "picked_up", _("Picked up")
        MESSAGE = "message", _("Message")
        FILES_ADDED = "files_added", _("Files added")
        CRITICALITY_CHANGED = "criticality_changed", _("Criticality changed")
        HOURS_SET = "hours_set", _("Opening hours published")
        ASSIGNED = "assigned", _("Assigned")
        QUALIFIED = "qualified", _("Qualified")
        PAUSED = "paused", _("Clock paused")
        RESUMED = "resumed", _("Clock resumed")
        PROPOSED = "proposed", _("Proposed")
        CLOSED = "closed", pgettext_lazy("request", "Closed")
        REOPENED = "reopened", _("Reopened")
        DUPLICATE_LINKED = "duplicate_linked", _("Linked as a duplicate")
        EXCLUDED = "excluded", _("Left out of the share")
        CONTESTED = "contested", _("Contested")
        CONTEST_ANSWERED = "contest_answered", _("Contest answered")
        RATED = "rated", _("Rated")
        SHARED = "shared", _("Shared")
        UNSHARED = "unshared", _("No longer shared")
        ALERTED = "alerted", _("Alert before the target")
        CALL = "call", _("Call")
        REMOTE = "remote", _("Remote assistance")
        OPERATION = "operation", _("Operation on data")

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=30, choices=Kind)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10)
    is_internal = models.BooleanField(default=False)
    text = models.TextField(default="", blank=True)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    nonce = models.UUIDField(null=True, blank=True)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "sequence"], name="request_event_in_its_place"),
            models.UniqueConstraint(fields=["request", "nonce"], name="request_event_said_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(kind="registered"), name="request_event_registered_once"
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(kind="picked_up"), name="request_event_picked_up_once"
            ),
            models.CheckConstraint(
                condition=Q(is_internal=False) | Q(actor_kind__in=["staff", "system"]),
                name="request_event_internal_of_publisher",
            ),
            models.CheckConstraint(condition=~Q(kind="message") | ~Q(text=""), name="request_event_message_has_words"),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="request_event_sequence_from_one"),
            models.CheckConstraint(
                condition=~Q(kind__in=["paused", "reopened", "excluded", "contested"]) | ~Q(text=""),
                name="request_event_gives_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.sequence} {self.kind}"


class Attachment(models.Model):
    """A file of an event. digest: SHA-256 of its content, in the store of the client's own files."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="attachments")
    event = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="attachment_digest_is_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0) & ~Q(name=""), name="attachment_has_name_and_content"),
            models.UniqueConstraint(F("event"), F("digest"), F("name"), name="attachment_once_by_event"),
        ]

    def __str__(self) -> str:
        return self.name
