"""What the publisher sets for all its clients: hours where a booklet is silent, and limits of attachments."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q


class SupportHours(models.Model):
    """The opening hours of support published by the publisher, in one version, for requests filed from a day on.

    hours: zone, week, holidays and dated exceptions, as `livret.booklet` writes a calendar. Never edited: a new version
    replaces the one before. Source: Sprint S-13 leaves the hours to what the publisher's portal announces.
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
            models.CheckConstraint(condition=Q(version__gt=0), name="support_hours_version_from_one"),
        ]

    def __str__(self) -> str:
        return f"publisher/{self.version}"


class AttachmentLimits(models.Model):
    """How many files, and how large, the publisher accepts with one message. The latest row rules."""

    max_files = models.PositiveSmallIntegerField()
    max_file_bytes = models.PositiveBigIntegerField()
    max_total_bytes = models.PositiveBigIntegerField()
    set_by_id = models.UUIDField()
    set_by_name = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(max_files__gt=0, max_file_bytes__gt=0) & Q(max_total_bytes__gte=F("max_file_bytes")),
                name="attachment_limits_let_a_file_pass",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.max_files} × {self.max_file_bytes}"
