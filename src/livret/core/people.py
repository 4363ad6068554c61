"""Who acts: a value that services take, known to both planes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["client", "staff", "program", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts. `address` is where from: an IP address, or the name of a command or job."""

    id: UUID
    name: str
    kind: Kind
    address: str = ""


def system_actor(address: str) -> Actor:
    """Return the platform itself, acting in a job or a command named *address*."""
    return Actor(UUID(int=0), "Livret", "system", address)
