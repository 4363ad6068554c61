"""The desk of seats of one environment, for the person who grants rights in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from livret.clients import queries, services
from livret.clients.models import AccessAccount
from livret.core import clock
from livret.core.people import Actor
from livret.suite.company.seats import Newcomer


@dataclass(frozen=True, slots=True)
class ContractSeats:
    """Seats of the contract that rules an environment."""

    environment_id: UUID
    account: AccessAccount
    by: Actor

    def reserve(self, person_id: UUID, *, modules: Iterable[str]) -> str:
        seat = services.reserve_seat(
            self.environment_id, person_id, modules=modules, today=clock.today(), by=self.by, at=clock.now()
        )
        return str(seat.pk) if seat else ""

    def people(self) -> Sequence[Newcomer]:
        client = self.account.client
        found = queries.open_accounts(client) if client else ()
        return [Newcomer(one.pk, one.full_name, one.email) for one in found]
