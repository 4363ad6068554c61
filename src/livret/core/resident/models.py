"""Tables that stand in every client database."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from livret.core.audit.entry import AuditEntry
from livret.core.tenancy.models_base import ClientModel


class Identity(ClientModel):
    """The one row that says which environment and generation this database is."""

    only = models.BooleanField(primary_key=True, default=True)
    environment_id = models.UUIDField()
    generation = models.PositiveIntegerField()

    append_only = True

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="identity_is_one_row")]

    def __str__(self) -> str:
        return f"{self.environment_id} g{self.generation}"


class OutboxMessage(ClientModel):
    """A job asked for by a transaction of this database; the relay hands it to the queue after the commit."""

    task = models.CharField(max_length=120)
    payload = models.JSONField()
    written_at = models.DateTimeField(db_default=Now())
    relayed_at = models.DateTimeField(null=True, blank=True)
    is_parked = models.BooleanField(default=False)  # It waited in a dump that was restored: it is never relayed.

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(relayed_at=None, is_parked=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.task}"


WAITING = models.Q(relayed_at=None, is_parked=False)


class Claim(ClientModel):
    """A delivery whose effect was written here: a second run of the same job finds it and does nothing."""

    key = models.CharField(max_length=160, primary_key=True)
    claimed_at = models.DateTimeField(db_default=Now())

    append_only = True

    def __str__(self) -> str:
        return self.key


class AuditEvent(AuditEntry, ClientModel):
    """Who did what in this environment."""

    class Meta(AuditEntry.Meta):
        abstract = False
