"""Finding environments and entering them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from livret.core.tenancy.context import EnvironmentUnavailable, Place, Role, inside
from livret.core.tenancy.models import Environment


def active_place(environment_id: UUID) -> Place:
    """Return where an environment is now. Raises EnvironmentUnavailable while it is migrated, swapped or closed."""
    environment = Environment.objects.select_related("cell").get(pk=environment_id)
    if not environment.is_active:
        raise EnvironmentUnavailable(f"environment {environment} is {environment.state}")
    return environment.place


@contextmanager
def inside_environment(environment_id: UUID, *, role: Role = "app") -> Iterator[Place]:
    """Enter an environment by its id, where it is now."""
    place = active_place(environment_id)
    with inside(place, role=role):
        yield place
