"""The register of application accounts, read from inside an environment for the page that sets both side by side."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from livret.clients.rules.registers import ApplicationEntry
from livret.core.tenancy.queries import inside_environment
from livret.suite.company import queries as company


def application_register(environment_id: UUID) -> Iterable[ApplicationEntry]:
    """Return everybody's application account in an environment. Raises EnvironmentUnavailable while it is closed."""
    with inside_environment(environment_id):
        return [
            ApplicationEntry(
                row.person_id, row.name, tuple(sorted({room for room, _company, _right in row.rights})), row.is_active
            )
            for row in company.register()
        ]
