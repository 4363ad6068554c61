"""The shape of an audit row, the same in both planes."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One act. `actor_id` is a person's UUID, kept as a value; `detail` holds no personal data beyond names."""

    at = models.DateTimeField()
    actor_id = models.UUIDField()
    actor_name = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=10)
    address = models.CharField(max_length=120, default="", blank=True)
    action = models.CharField(max_length=80)
    object_type = models.CharField(max_length=80)
    object_id = models.CharField(max_length=64)
    object_label = models.CharField(max_length=200)
    detail = models.JSONField(default=dict, blank=True)

    append_only = True

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["-at"], name="%(app_label)s_audit_at"),
            models.Index(fields=["object_type", "object_id"], name="%(app_label)s_audit_object"),
            models.Index(fields=["actor_id", "-at"], name="%(app_label)s_audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action} {self.object_label}"
