"""The desk that gives seats: the contract's named users live in the control plane, which the suite does not know.

The edge brings a desk with each request. A seat is reserved there first, then the right is granted here, and a job of
the outbox confirms it; so a process killed between the two leaves a reservation that is freed by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

GRANTED_TASK, GIVEN_BACK_TASK = "clients.seat_granted", "clients.seat_given_back"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody of the client who may come in (an access account) and has no application account here."""

    person_id: UUID
    name: str
    email: str


class SeatDesk(Protocol):
    """What the contract says of people: who may come in, and whether there is a seat for one more."""

    def reserve(self, person_id: UUID, *, modules: Iterable[str]) -> str:
        """Hold a seat and return its reference, empty where none is needed. Raises Refusal with figures and clause."""

    def people(self) -> Sequence[Newcomer]:
        """Return everybody of the client who may come in, by name."""
