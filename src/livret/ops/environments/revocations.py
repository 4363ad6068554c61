"""Closed accounts stay closed in a restored environment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from livret.clients import queries as clients
from livret.core.people import Actor
from livret.suite.company import services as company


def apply(environment_id: UUID, *, by: Actor, at: datetime) -> None:
    """Take away, inside the environment entered, every account that the control plane knows to be revoked."""
    for person_id in clients.revoked_people(environment_id):
        company.revoke_person(person_id, by=by, at=at)
