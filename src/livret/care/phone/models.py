"""Calls and what happened to them, the keys of telephone systems, the number of the line."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from livret.care.phone.rules import steps

# The order in which callers are answered, spelt once so that the index matches it; `rules.order` is its judge.
ANSWERED_NEXT_FIRST = (F("is_priority").desc(), F("arrived_at").asc(), F("id").asc())


class CtiKey(models.Model):
    """The key by which a telephone system reports calls. digest: SHA-256 of its secret, which is shown once."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=200)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_name = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="cti_key_digest_is_sha256"),
            models.CheckConstraint(condition=~Q(name=""), name="cti_key_has_a_name"),
            models.UniqueConstraint(fields=["name"], condition=Q(revoked_at=None), name="cti_key_named_once"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by_name="") | Q(revoked_at__isnull=False) & ~Q(revoked_by_name=""),
                name="cti_key_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PhoneNumber(models.Model):
    """The number of support that the publisher announces where a booklet gives none. The latest row rules."""

    number = models.CharField(max_length=16)
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__regex=r"^\+?[0-9]{3,15}$"), name="phone_number_can_be_dialled"),
        ]

    def __str__(self) -> str:
        return self.number


class Call(models.Model):
    """A call to support. What follows `arrived_at` repeats what its events say, for lists and sorting.

    key: the system that reported it, none for one that a technician wrote down. external_id: its name there. line: the
    number that was called. number: of the caller; erased after the time that the publisher set.
    plan, is_priority, clause: as they stood when it arrived or was identified. refusal: why it was not taken.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("call", "Waiting")
        ANSWERED = "answered", pgettext_lazy("call", "On the phone")
        ENDED = "ended", pgettext_lazy("call", "Ended")
        GIVEN_UP = "given_up", pgettext_lazy("call", "Hung up before the answer")
        REFUSED = "refused", pgettext_lazy("call", "Not taken")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.ForeignKey(CtiKey, on_delete=models.PROTECT, null=True, blank=True, related_name="calls")
    external_id = models.CharField(max_length=100)
    line = models.CharField(max_length=16, default="", blank=True)
    number = models.CharField(max_length=16, default="", blank=True)
    arrived_at = models.DateTimeField()

    reported_at = models.DateTimeField()
    booklet = models.SlugField(max_length=40, default="", blank=True)
    booklet_version = models.CharField(max_length=20, default="", blank=True)
    plan = models.CharField(max_length=20, default="", blank=True)
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="support_calls"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="support_calls"
    )
    request = models.ForeignKey(
        "support.Request", on_delete=models.PROTECT, null=True, blank=True, related_name="calls"
    )
    is_priority = models.BooleanField(default=False)
    clause = models.CharField(max_length=10, default="", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    refusal = models.SlugField(max_length=20, default="", blank=True)
    next_open_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="calls_answered"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "external_id"], name="call_reported_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "answered", "ended", "given_up", "refused"]),
                name="call_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & Q(refusal=""),
                name="call_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["answered", "ended"], answered_by__isnull=False, answered_at__isnull=False)
                | Q(state__in=["waiting", "given_up", "refused"], answered_by=None, answered_at=None),
                name="call_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ended", "given_up"], ended_at__isnull=False)
                | Q(state__in=["waiting", "answered", "refused"], ended_at=None),
                name="call_over_has_its_end",
            ),
            models.CheckConstraint(condition=Q(is_priority=False) | ~Q(clause=""), name="call_goes_first_by_a_clause"),
        ]
        indexes: ClassVar = [
            models.Index(*ANSWERED_NEXT_FIRST, condition=Q(state="waiting"), name="call_waiting_in_order"),
            models.Index(fields=["state", "-ended_at"], name="call_by_end"),
            models.Index(fields=["key", "-reported_at"], name="call_by_report"),
            models.Index(fields=["number", "-reported_at"], condition=~Q(number=""), name="call_by_number"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    def get_console_url(self) -> str:
        return reverse("phone_console:call", args=[self.uuid])

    @property
    def is_over(self) -> bool:
        return self.state in steps.OVER

    @property
    def spoken_s(self) -> int | None:
        """How long it was spoken, in seconds, None while it lasts or when nobody answered."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return int((self.ended_at - self.answered_at).total_seconds())


class CallEvent(models.Model):
    """One thing that happened to a call. data: facts of the kind, such as to whom it was transferred."""

    class Kind(models.TextChoices):
        ARRIVED = "arrived", pgettext_lazy("call", "Arrived")
        REFUSED = "refused", pgettext_lazy("call", "Not taken")
        IDENTIFIED = "identified", pgettext_lazy("call", "Caller named")
        LINKED = "linked", pgettext_lazy("call", "Request opened")
        ANSWERED = "answered", pgettext_lazy("call", "Answered")
        TRANSFERRED = "transferred", pgettext_lazy("call", "Transferred")
        ENDED = "ended", pgettext_lazy("call", "Ended")
        GIVEN_UP = "given_up", pgettext_lazy("call", "Hung up before the answer")

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "sequence"], name="call_event_in_its_place"),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="call_event_sequence_from_one"),
            models.UniqueConstraint(fields=["call"], condition=Q(kind="answered"), name="call_answered_once"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(kind__in=["ended", "given_up", "refused"]), name="call_over_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.sequence} {self.kind}"
