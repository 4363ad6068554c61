"""Reading the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Manager, Model, Q, QuerySet

from livret.core.audit.words import actions_saying
from livret.core.tenancy.routing import is_client_plane

MOST_WORDS = 8


def trail_for(*, client_plane: bool) -> Manager[Any]:
    """Return the trail of the current environment, or of the control plane."""
    label = "resident.AuditEvent" if client_plane else "audit.AuditEvent"
    manager: Manager[Any] = apps.get_model(label)._default_manager
    return manager


def acts_on(thing: Model) -> QuerySet[Any]:
    """Return the acts on *thing*, and on nothing else, the latest first."""
    trail = trail_for(client_plane=is_client_plane(thing._meta.app_label))
    return trail.filter(object_type=thing._meta.label_lower, object_id=str(thing.pk)).order_by("-at", "-pk")


def search(
    *,
    client_plane: bool,
    words: str = "",
    actor_id: UUID | None = None,
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Any]:
    """Return the matching acts, the latest first; *words* are looked for in names, labels, actions and their words."""
    found = trail_for(client_plane=client_plane).all()
    for word in words.replace("\0", " ").split()[:MOST_WORDS]:
        holds = Q(actor_name__icontains=word) | Q(object_label__icontains=word) | Q(action__icontains=word)
        holds |= Q(action__in=actions_saying(word))
        found = found.filter(holds | Q(object_id=word))
    if actor_id:
        found = found.filter(actor_id=actor_id)
    if action:
        found = found.filter(action__startswith=action.replace("\0", ""))
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return found.order_by("-at", "-pk")
