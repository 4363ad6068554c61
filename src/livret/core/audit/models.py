"""The publisher's audit trail."""

from __future__ import annotations

from livret.core.audit.entry import AuditEntry


class AuditEvent(AuditEntry):
    """Who did what in the control plane."""

    class Meta(AuditEntry.Meta):
        abstract = False
