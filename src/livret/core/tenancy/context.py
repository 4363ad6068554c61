"""Which client environment the running code works in: set once at the edge, read by the router."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from livret.kernel.errors import Refusal

if TYPE_CHECKING:
    from livret.booklet.entitlements import Entitlements

Role = Literal["app", "owner", "report"]


class NoEnvironment(RuntimeError):
    """Client data was asked for outside an environment: a fault of ours, never of a user."""


class WrongEnvironment(RuntimeError):
    """An object of another environment, or a second environment, was about to be used in this one."""


class EnvironmentUnavailable(Refusal):
    """The environment is being migrated or swapped: try again shortly."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data of an environment is now; `generation` grows by one at each restore."""

    environment_id: UUID
    generation: int
    cell: str
    host: str
    port: int
    database: str

    def alias(self, role: Role = "app") -> str:
        """Return the Django alias of the connection, one for each environment, generation and role."""
        return f"env-{self.environment_id.hex}-g{self.generation}-{role}"


@dataclass(frozen=True, slots=True)
class _Scope:
    place: Place
    role: Role
    entitlements: Callable[[], Entitlements] | None


_scope: ContextVar[_Scope | None] = ContextVar("livret_environment", default=None)


@contextmanager
def inside(
    place: Place, *, role: Role = "app", entitlements: Callable[[], Entitlements] | None = None
) -> Iterator[None]:
    """Run the block inside the environment at *place*, connected as *role*.

    entitlements: answers what the contract allows here, each time it is asked; a long job asks again between batches.
    Raises WrongEnvironment when the code already works in an environment: a request or a job works in at most one.
    """
    from livret.core.tenancy import aliases

    present = _scope.get()
    if present is not None:
        raise WrongEnvironment(f"already inside environment {present.place.environment_id}: leave it first")
    aliases.use(place, role)
    token = _scope.set(_Scope(place, role, entitlements))
    try:
        yield
    finally:
        _scope.reset(token)


def has_place() -> bool:
    return _scope.get() is not None


def current_place() -> Place:
    """Return where the running code works. Raises NoEnvironment outside an environment."""
    return _required().place


def current_alias() -> str:
    """Return the Django alias of the current environment's connection. Raises NoEnvironment outside one."""
    scope = _required()
    return scope.place.alias(scope.role)


def current_entitlements() -> Entitlements:
    """Return what the contract allows here, read anew. Raises NoEnvironment where the edge gave no way to know."""
    entitlements = _required().entitlements
    if entitlements is None:
        raise NoEnvironment("no entitlements in this context: the edge that entered the environment must give them")
    return entitlements()


def _required() -> _Scope:
    scope = _scope.get()
    if scope is None:
        raise NoEnvironment(
            "client data can only be reached inside an environment: "
            "wrap the code in livret.core.tenancy.context.inside(place), at the edge"
        )
    return scope
