"""The notice file: a letter that ends or changes a contract, its days, and what the booklet makes of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DEADLINE_FIRST = F("accepted_until").asc(nulls_last=True)


class NoticeFile(models.Model):
    """What follows a request to end or change a contract. The fields below `opened_at` repeat what the events say.

    sent_on, received_on: days of the registered letter. effect_on: last day of the contract, computed by
    `rules.notice`, empty while no letter is known or the booklet is silent. safe_on, accepted_until: last days of
    notice, as they stood when the file was opened, for the order of lists; pages compute them again.
    """

    class Kind(models.TextChoices):
        TERMINATION = "termination", _("Termination of the contract")
        CHANGE = "contract_change", _("Change of the contract")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("notice file", "Open")
        WITHDRAWN = "withdrawn", pgettext_lazy("notice file", "Withdrawn")
        CLOSED = "closed", pgettext_lazy("notice file", "Closed")

    request = models.OneToOneField("support.Request", on_delete=models.PROTECT, related_name="notice_file")
    contract = models.ForeignKey("clients.Contract", on_delete=models.PROTECT, related_name="notice_files")
    kind = models.CharField(max_length=16, choices=Kind)
    opened_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    letter_reference = models.CharField(max_length=60, default="", blank=True)
    sent_on = models.DateField(null=True, blank=True)
    received_on = models.DateField(null=True, blank=True)
    effect_on = models.DateField(null=True, blank=True)
    safe_on = models.DateField(null=True, blank=True)
    accepted_until = models.DateField(null=True, blank=True)
    last_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["termination", "contract_change"]), name="notice_file_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "withdrawn", "closed"]), name="notice_file_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(sent_on=None) | Q(received_on=None) | Q(received_on__gte=F("sent_on")),
                name="notice_file_received_after_sent",
            ),
            models.CheckConstraint(
                condition=Q(effect_on=None) | Q(sent_on__isnull=False) | Q(received_on__isnull=False),
                name="notice_file_effect_has_a_letter",
            ),
        ]
        indexes: ClassVar = [
            models.Index(DEADLINE_FIRST, "id", condition=Q(state="open"), name="notice_file_open_by_deadline"),
        ]

    def __str__(self) -> str:
        return self.request.number

    def get_absolute_url(self) -> str:
        return reverse("service:notice", args=[self.request.number])

    def get_console_url(self) -> str:
        return reverse("service_console:notice", args=[self.request.number])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class NoticeEvent(models.Model):
    """One act on a notice file. Rows are only ever added: a day recorded again stands beside the first.

    said: the message of the request that carries the proof. data: days as ISO text, and for a computed effect the day
    counted, its reading and the last day of the contract.
    """

    class Kind(models.TextChoices):
        REGISTERED = "registered", _("Notice file opened")
        SENT = "sent", _("Letter sent")
        RECEIVED = "received", _("Letter received")
        EFFECT_COMPUTED = "effect_computed", _("End of the contract computed")
        WITHDRAWN = "withdrawn", _("Notice withdrawn")
        CLOSED = "closed", _("Notice file closed")

    file = models.ForeignKey(NoticeFile, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10)
    text = models.TextField(default="", blank=True)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    said = models.ForeignKey("support.RequestEvent", on_delete=models.PROTECT, null=True, related_name="notice_events")

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "sequence"], name="notice_event_in_its_place"),
            models.UniqueConstraint(
                fields=["file"], condition=Q(kind="registered"), name="notice_event_registered_once"
            ),
            models.UniqueConstraint(
                fields=["file"], condition=Q(kind__in=["withdrawn", "closed"]), name="notice_event_ends_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["withdrawn", "closed"]) | ~Q(text=""), name="notice_event_end_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.sequence} {self.kind}"
