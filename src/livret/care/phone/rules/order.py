"""In which order callers are answered, and how long each may expect to wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call that waits. serial: the order in which it was reported, for two that arrived at the same instant."""

    call: UUID
    is_priority: bool
    arrived_at: datetime
    serial: int


def order_of(calls: Iterable[Waiting]) -> list[Waiting]:
    """Return *calls* in the order in which they are answered: priority callers by arrival, then the others by arrival.

    Nobody moves up by waiting: the clause knows no ageing. Source: Sprint S-13, plan Private.
    """
    return sorted(calls, key=lambda call: (not call.is_priority, call.arrived_at, call.serial))


def position_of(call: UUID, calls: Iterable[Waiting]) -> int | None:
    """Return the place of *call*, 1 for who is answered next, None when it does not wait."""
    for place, one in enumerate(order_of(calls), start=1):
        if one.call == call:
            return place
    return None


def expected_wait_s(position: int, *, handling_s: Sequence[int], technicians: int, fewest: int) -> int | None:
    """Return how many seconds the caller at *position* may expect to wait, None when nothing honest can be said.

    handling_s: how long the latest calls of the same class took; technicians: how many are on the telephone. Each place
    ahead, the caller's own included, waits for a technician to end a call of median length. Our own choice.
    None with fewer than *fewest* calls, or with nobody on the telephone.
    """
    if position < 1:
        raise ValueError(f"a place in the queue is counted from 1, got {position}")
    if len(handling_s) < fewest or not handling_s or technicians < 1:
        return None
    return round(position * median(handling_s) / technicians)
