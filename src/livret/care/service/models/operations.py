"""Operations on data: asked by a SaaS administrator, carried out by operations, every step kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DataOperation(models.Model):
    """An operation asked for. parameters: what `rules.operations` keeps of its kind.

    is_external, company_name: the administrator's standing when they asked. state: repeats the last event.
    instruction, restoration: what carries it out, where the platform does.
    Source: Sprint S-9; Care C-9, C-11, C-15. The list of operations is our reading.
    """

    class Kind(models.TextChoices):
        RESTORE = "restore", _("Restore")
        PURGE = "purge", _("Purge")
        EXPORT = "export", _("Export of data")
        ACCOUNT_CHANGE = "account_change", _("Change of accounts")

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("operation", "Asked")
        STARTED = "started", pgettext_lazy("operation", "Started")
        DONE = "done", pgettext_lazy("operation", "Done")
        REFUSED = "refused", pgettext_lazy("operation", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("operation", "Withdrawn by the client")

    request = models.OneToOneField("support.Request", on_delete=models.PROTECT, related_name="data_operation")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="data_operations")
    kind = models.CharField(max_length=16, choices=Kind)
    environment = models.ForeignKey(
        "tenancy.Environment", on_delete=models.PROTECT, null=True, blank=True, related_name="data_operations"
    )
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="data_operations")
    asked_at = models.DateTimeField()
    is_external = models.BooleanField(default=False)
    company_name = models.CharField(max_length=160, default="", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    last_sequence = models.PositiveIntegerField(default=0)
    instruction = models.OneToOneField(
        "clients.Instruction", on_delete=models.PROTECT, null=True, blank=True, related_name="data_operation"
    )
    restoration = models.ForeignKey(
        "environments.Restoration", on_delete=models.PROTECT, null=True, blank=True, related_name="data_operations"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["restore", "purge", "export", "account_change"]),
                name="data_operation_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "started", "done", "refused", "withdrawn"]),
                name="data_operation_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind="account_change", environment=None, instruction__isnull=False)
                | ~Q(kind="account_change") & Q(environment__isnull=False, instruction=None),
                name="data_operation_says_on_what",
            ),
            models.CheckConstraint(
                condition=Q(is_external=False, company_name="") | Q(is_external=True) & ~Q(company_name=""),
                name="data_operation_external_has_a_company",
            ),
            models.CheckConstraint(
                condition=Q(restoration=None) | Q(kind="restore"), name="data_operation_restores_when_asked"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], condition=Q(state__in=["asked", "started"]), name="data_operation_open_by_age"
            ),
        ]

    def __str__(self) -> str:
        return self.request.number

    def get_console_url(self) -> str:
        return reverse("service_console:operation", args=[self.request.number])

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.ASKED, self.State.STARTED)


class DataOperationEvent(models.Model):
    """One step of an operation. Rows are only ever added. failed: what the platform tried and could not do.

    data: of an export done by the platform, the digest, size and name of its archive in the client's own store.
    """

    class Kind(models.TextChoices):
        ASKED = "asked", pgettext_lazy("operation", "Asked")
        STARTED = "started", pgettext_lazy("operation", "Started")
        FAILED = "failed", pgettext_lazy("operation", "Attempt failed")
        DONE = "done", pgettext_lazy("operation", "Done")
        REFUSED = "refused", pgettext_lazy("operation", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("operation", "Withdrawn by the client")

    operation = models.ForeignKey(DataOperation, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10)
    text = models.TextField(default="", blank=True)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "sequence"], name="data_operation_event_in_its_place"),
            models.UniqueConstraint(
                fields=["operation"],
                condition=Q(kind__in=["done", "refused", "withdrawn"]),
                name="data_operation_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["done", "refused", "failed"]) | ~Q(text=""),
                name="data_operation_event_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.sequence} {self.kind}"
