"""How many people may hold a seat, and where each limit is written.

Source: Sprint S-3 (what is ordered), S-4 (ceilings by module); Care C-3.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from livret.booklet.entitlements import USERS, Entitlements


@dataclass(frozen=True, slots=True)
class SeatLimit:
    """A limit that one more person would pass. module: empty for the limit of the whole order."""

    module: str
    held: int
    allowed: int
    clause: str

    @property
    def is_ceiling(self) -> bool:
        return bool(self.module)


def passed_limit(
    entitlements: Entitlements, *, person: UUID, modules: Collection[str], holders: Mapping[UUID, Collection[str]]
) -> SeatLimit | None:
    """Return the first limit that seating *person* in *modules* would pass, or None when there is room.

    holders: the people who hold a seat, each with the modules of their seats. A person who already holds one costs
    nothing more to the order, and nothing more to a module they already have.
    """
    users = entitlements.named_users
    if person not in holders and users.ordered is not None and len(holders) >= users.ordered:
        return SeatLimit("", len(holders), users.ordered, users.ordered_clause or "")
    for module in sorted(modules):
        allowance = entitlements.meters.get(f"{module}.{USERS}")
        seated = {holder for holder, theirs in holders.items() if module in theirs}
        if allowance and allowance.ceiling is not None and person not in seated and len(seated) >= allowance.ceiling:
            return SeatLimit(module, len(seated), allowance.ceiling, allowance.ceiling_clause or "")
    return None
