"""A web session: whom a contract lets in, when its link opens, when people are reminded, who gets a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from livret.booklet import Booklet
from livret.booklet.instants import PARIS, at_wall_time, zone_of

ROOM = "web_assistance"
SPACE = "space"  # The customer space is no module that a contract orders: everybody who comes in has it.


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a contract opens web assistance, by which clause, about which products; other_plans: those that do."""

    booklet: Booklet
    is_open: bool
    clause: str
    products: frozenset[str]
    other_plans: tuple[str, ...]

    def holds(self, product: str) -> bool:
        """Tell whether sessions about *product*, empty for all of them, are open to the contract."""
        return self.is_open and (not product or product in self.products)


def opening_of(booklet: Booklet, plan: str, modules: Iterable[str]) -> Opening:
    """Return what *plan* opens to a contract that orders *modules*. Source: Sprint S-13; Care C-12 and C-13."""
    plans = booklet.support.plans
    listed = plans.get(plan)
    is_open = listed is not None and ROOM in listed.value
    others = tuple(name for name, one in plans.items() if ROOM in one.value)
    return Opening(booklet, is_open, listed.clause if listed else "", frozenset({*modules, SPACE}), others)


def ends_at(starts_at: datetime, minutes: int) -> datetime:
    return starts_at + timedelta(minutes=minutes)


def is_link_open(starts_at: datetime, minutes: int, *, now: datetime, join_before_minutes: int) -> bool:
    """Tell whether people may join now: from some minutes before the beginning until the end."""
    return starts_at - timedelta(minutes=join_before_minutes) <= now < ends_at(starts_at, minutes)


def reminder_at(starts_at: datetime) -> datetime:
    """Return when people are reminded: the day before in Paris, at the same time on the wall."""
    zone: ZoneInfo = zone_of(PARIS)
    local = starts_at.astimezone(zone)
    return at_wall_time(local.date() - timedelta(days=1), local, zone)


def is_reminded(*, starts_at: datetime, registered_at: datetime, now: datetime) -> bool:
    """Tell whether somebody registered at *registered_at* is reminded now.

    Who registered within the last day has just been told: they get no reminder.
    """
    return registered_at < reminder_at(starts_at) <= now < starts_at


def free_places(taken: Iterable[int], *, capacity: int) -> list[int]:
    """Return the numbers of the places that nobody has, the lowest first."""
    return sorted(set(range(1, capacity + 1)) - set(taken))


def seated(waiting: Sequence[int], taken: Iterable[int], *, capacity: int) -> list[tuple[int, int]]:
    """Return who of *waiting*, in their order, gets which of the places that are free."""
    return list(zip(waiting, free_places(taken, capacity=capacity), strict=False))
