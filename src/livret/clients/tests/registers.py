"""An application register where nobody has rights yet."""

from __future__ import annotations

from uuid import UUID

from livret.clients.rules.registers import ApplicationEntry


def nobody(environment_id: UUID) -> list[ApplicationEntry]:
    return []
