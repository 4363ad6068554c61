"""Application registers: one where nobody has rights yet, one that is closed for the moment."""

from __future__ import annotations

from uuid import UUID

from livret.clients.rules.registers import ApplicationEntry
from livret.core.tenancy.context import EnvironmentUnavailable


def nobody(environment_id: UUID) -> list[ApplicationEntry]:
    return []


def closed(environment_id: UUID) -> list[ApplicationEntry]:
    raise EnvironmentUnavailable("being migrated")
