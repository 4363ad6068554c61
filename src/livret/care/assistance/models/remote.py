"""Remote sessions with their events, and the external tool that the publisher chose."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from livret.care.assistance.rules import remote as rules
from livret.care.assistance.rules import tool

IS_LIVE = Q(state__in=["proposed", "consented", "started"])


class RemoteTool(models.Model):
    """The external tool, as the publisher set it. Never edited: the latest row rules; not active, there is no tool.

    url_template: the address of a session in it, with {code} where its code stands.
    """

    name = models.CharField(max_length=60)
    url_template = models.CharField(max_length=300)
    is_active = models.BooleanField(default=True)
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="remote_tool_has_a_name"),
            models.CheckConstraint(
                condition=Q(url_template__regex=r"^https://[^/]+.*[{]code[}]"), name="remote_tool_is_under_https"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RemoteSession(models.Model):
    """One remote session of a request: what was proposed, and what is cached of its events.

    purpose: what the technician will see and do. code: of the session in the tool. expires_at: until when the present
    step holds, empty once it is over. has_report: somebody wrote what was done.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("remote session", "Proposed")
        CONSENTED = "consented", pgettext_lazy("remote session", "Accepted")
        STARTED = "started", pgettext_lazy("remote session", "In progress")
        ENDED = "ended", pgettext_lazy("remote session", "Ended")
        REFUSED = "refused", pgettext_lazy("remote session", "Refused")
        CANCELLED = "cancelled", pgettext_lazy("remote session", "Cancelled")
        WITHDRAWN = "withdrawn", pgettext_lazy("remote session", "Agreement withdrawn")
        EXPIRED = "expired", pgettext_lazy("remote session", "Expired")

    request = models.ForeignKey("support.Request", on_delete=models.PROTECT, related_name="remote_sessions")
    technician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="remote_sessions")
    purpose = models.TextField()
    minutes = models.PositiveSmallIntegerField()
    tool = models.ForeignKey(RemoteTool, on_delete=models.PROTECT, related_name="sessions")
    code = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    expires_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    has_report = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request"], condition=IS_LIVE, name="remote_session_one_live_by_request"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "proposed",
                        "consented",
                        "started",
                        "ended",
                        "refused",
                        "cancelled",
                        "withdrawn",
                        "expired",
                    ]
                ),
                name="remote_session_state_is_known",
            ),
            models.CheckConstraint(condition=~Q(purpose="") & ~Q(code=""), name="remote_session_says_its_purpose"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="remote_session_lasts_some_minutes"),
            models.CheckConstraint(
                condition=IS_LIVE & Q(expires_at__isnull=False, over_at=None)
                | ~IS_LIVE & Q(expires_at=None, over_at__isnull=False),
                name="remote_session_live_until_an_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="started") | Q(started_at__isnull=False), name="remote_session_began_at_an_instant"
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(has_report=True), name="remote_session_ends_with_a_report"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=IS_LIVE, name="remote_session_by_expiry"),
            models.Index(fields=["request", "-proposed_at"], name="remote_session_by_request"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.proposed_at}"

    @property
    def is_live(self) -> bool:
        return self.state in rules.LIVE

    @property
    def is_report_owed(self) -> bool:
        return self.started_at is not None and not self.is_live and not self.has_report

    @property
    def address(self) -> str:
        """Where both meet in the tool; shown between the agreement and the end only."""
        return tool.address_of(self.tool.url_template, self.code)


class RemoteSessionEvent(models.Model):
    """One thing that happened to a remote session. data: facts of the kind, such as the wording agreed to."""

    session = models.ForeignKey(RemoteSession, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    by_kind = models.CharField(max_length=10)
    text = models.TextField(default="", blank=True)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "sequence"], name="remote_event_in_its_place"),
            models.UniqueConstraint(fields=["session", "kind"], name="remote_event_of_a_kind_once"),
            models.CheckConstraint(condition=Q(sequence__gt=0), name="remote_event_sequence_from_one"),
            models.CheckConstraint(
                condition=~Q(kind__in=["ended", "reported"]) | ~Q(text=""), name="remote_event_report_has_words"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["consented", "refused", "withdrawn"]) | Q(by_kind="client"),
                name="remote_event_consent_is_the_clients",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.sequence} {self.kind}"
