"""Web sessions, who registered, and who was invited."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy


class WebSession(models.Model):
    """A live session by a technician or a trainer, about one product or about all of them (empty).

    version: grows with each change of it; agendas and two people who edit at once go by it.
    article: slug of the article of the knowledge base that announces the replay.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("web session", "Planned")
        HELD = "held", pgettext_lazy("web session", "Held")
        CANCELLED = "cancelled", pgettext_lazy("web session", "Cancelled")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=150)
    topic = models.TextField()
    product = models.SlugField(max_length=40, default="", blank=True)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="web_sessions")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    join_url = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    cancel_reason = models.TextField(default="", blank=True)
    replay_url = models.CharField(max_length=500, default="", blank=True)
    article = models.SlugField(max_length=80, default="", blank=True)
    version = models.PositiveIntegerField(default=0)
    nonce = models.UUIDField(unique=True)
    planned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["planned", "held", "cancelled"]), name="web_session_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(topic=""), name="web_session_says_what_it_is_about"),
            models.CheckConstraint(condition=Q(minutes__gt=0, capacity__gt=0), name="web_session_has_time_and_places"),
            models.CheckConstraint(condition=Q(join_url__startswith="https://"), name="web_session_link_is_https"),
            models.CheckConstraint(
                condition=Q(replay_url="") | Q(replay_url__startswith="https://", state="held"),
                name="web_session_replay_of_one_held",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="web_session_cancelled_for_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "starts_at"], name="web_session_by_start")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assistance:web_session", args=[self.pk])

    def get_console_url(self) -> str:
        return reverse("assistance_console:web_session", args=[self.pk])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED


class Registration(models.Model):
    """A person's registration. place: its number, empty while they wait for one, in the order of *at* then of key.

    seated_at: when they got the place. attended: said once the session was held. reminded_at: of the time it has now.
    """

    session = models.ForeignKey(WebSession, on_delete=models.PROTECT, related_name="registrations")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="web_registrations")
    at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    seated_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "account"], condition=Q(cancelled_at=None), name="registration_once_by_person"
            ),
            models.UniqueConstraint(fields=["session", "place"], name="registration_has_its_own_place"),
            models.CheckConstraint(condition=Q(place=None) | Q(place__gt=0), name="registration_place_from_one"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(place=None), name="registration_cancelled_frees_its_place"
            ),
            models.CheckConstraint(
                condition=Q(place=None) | Q(seated_at__gte=F("at")), name="registration_seated_at_an_instant"
            ),
            models.CheckConstraint(
                condition=Q(attended=None) | Q(place__isnull=False), name="registration_attended_from_a_place"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["session", "at"], name="registration_in_order")]

    def __str__(self) -> str:
        return f"{self.session_id} {self.account_id}"

    @property
    def is_seated(self) -> bool:
        return self.place is not None


class WebInvitation(models.Model):
    """A person was invited to a session by mail: once, however often clients are invited."""

    session = models.ForeignKey(WebSession, on_delete=models.PROTECT, related_name="invitations")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="web_invitations")
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "account"], name="web_invitation_once_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.account_id}"
