"""What the publisher sets for all its clients: the hours of customer service where a booklet is silent."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q


class ServiceHours(models.Model):
    """The hours of customer service published by the publisher, in one version, from a day on. Rows are only added.

    hours: zone, week, holidays and dated exceptions, as `livret.booklet` writes a calendar.
    Source: Sprint is silent about customer service; Care C-16 states its hours.
    """

    version = models.PositiveIntegerField(unique=True)
    from_on = models.DateField()
    hours: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(version__gt=0), name="service_hours_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"publisher/{self.version}"
