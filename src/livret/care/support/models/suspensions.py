"""Support suspended for a client: an act with its reason and clause, and the act that lifts it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Suspension(models.Model):
    """Support is suspended for a client from an instant on. Rows are only ever added.

    cause: one of the cases that the booklet of the contract names. Source: Sprint S-13; Care C-14.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="support_suspensions")
    contract = models.ForeignKey("clients.Contract", on_delete=models.PROTECT, related_name="support_suspensions")
    cause = models.SlugField(max_length=40)
    clause = models.CharField(max_length=10)
    reason = models.TextField()
    from_at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(cause="") & ~Q(clause=""), name="suspension_says_why"),
            models.CheckConstraint(condition=Q(from_at__gte=F("at")), name="suspension_is_not_backdated"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.cause}"


class SuspensionLift(models.Model):
    """The end of a suspension. Rows are only ever added."""

    suspension = models.OneToOneField(Suspension, on_delete=models.PROTECT, related_name="lift")
    reason = models.TextField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="suspension_lift_says_why")]

    def __str__(self) -> str:
        return f"{self.suspension_id}"
