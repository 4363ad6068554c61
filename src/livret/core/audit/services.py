"""Writing to the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model

from livret.core.audit.entry import AuditEntry
from livret.core.audit.queries import trail_for
from livret.core.people import Actor
from livret.core.tenancy.routing import is_client_plane


def record(
    action: str, thing: Model, *, by: Actor, at: datetime, detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Add a row to the trail of the plane that *thing* lives in, in the transaction that runs now."""
    trail = trail_for(client_plane=is_client_plane(thing._meta.app_label))
    row: AuditEntry = trail.create(
        at=at,
        actor_id=by.id,
        actor_name=by.name,
        actor_kind=by.kind,
        address=by.address,
        action=action,
        object_type=thing._meta.label_lower,
        object_id=str(thing.pk),
        object_label=str(thing)[:200],
        detail=dict(detail or {}),
    )
    return row
