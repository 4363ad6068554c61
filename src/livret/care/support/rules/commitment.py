"""What a booklet promises for a request: its hours, its levels, and the time within which it is picked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from json import dumps
from typing import Any

from livret.booklet import Absent, Booklet, Stated
from livret.booklet.calendar import Calendar, HolidayRule, calendar
from livret.booklet.holidays import holiday_law
from livret.booklet.support import pick_up_target_s
from livret.kernel.errors import Refusal

BY_PLAN, BY_CRITICALITY = "plan", "criticality"
SUPPORT_KINDS = frozenset({"malfunction", "question"})


class UnknownLevel(Refusal):
    """A criticality that the booklet does not know, or one where the plan decides."""

    def __init__(self, level: str, known: tuple[str, ...]) -> None:
        self.level, self.known = level, known
        super().__init__(f"no pick-up target for level {level!r}; this booklet knows: {', '.join(known) or 'none'}")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Opening hours by name. set_by_publisher: the booklet is silent and the publisher announces them.

    clause: the clause that gives the hours, or that leaves them open.
    """

    name: str
    calendar: Calendar
    clause: str
    set_by_publisher: bool = False

    @property
    def version(self) -> str:
        """The name with a fingerprint of the hours and of the list of public holidays that they were read with."""
        return f"{self.name}+{_fingerprint(self.calendar)}"


@lru_cache(maxsize=256)
def _fingerprint(hours: Calendar) -> str:
    law = holiday_law()
    written = dumps([hours.as_plain(), law.region, law.first_year, [repr(day) for day in law.holidays]], sort_keys=True)
    return sha256(written.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promised pick-up: *target_s* business seconds for *level* (a plan or a criticality), by *clause*."""

    level: str
    target_s: int
    clause: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a contract's plan opens in support.

    levels: the criticalities to choose from, the shortest target first; empty where the plan decides.
    support_clause: the clause that opens support to the plan, or keeps it to others.
    """

    booklet: Booklet
    plan: str
    has_support: bool
    support_clause: str
    levels: tuple[str, ...]

    def commitment(self, kind: str, criticality: str = "") -> Commitment | None:
        """Return what is promised for *kind*, None where no pick-up is promised. Raises UnknownLevel."""
        if kind not in SUPPORT_KINDS:
            return None
        return commitment_of(self.booklet, criticality if self.levels else self.plan)

    def check_level(self, kind: str, criticality: str) -> str:
        """Return the criticality to keep: empty where none counts. Raises UnknownLevel."""
        if kind not in SUPPORT_KINDS or not self.levels:
            return ""
        if criticality not in self.levels:
            raise UnknownLevel(criticality, self.levels)
        return criticality


def offer_of(booklet: Booklet, plan: str) -> Offer:
    """Return what *plan* opens. A plan that the booklet does not list opens what its booklet gives everybody.

    Source: Sprint S-13 keeps support to the plans Open and Private; Care C-14 gives it to every holder.
    """
    support = booklet.support
    listed = support.plans.get(plan)
    has_support = "support" in listed.value if listed else support.pick_up_by.value == BY_CRITICALITY
    by_level = sorted(support.pick_up.items(), key=lambda item: item[1].value)
    levels = tuple(level for level, _ in by_level) if support.pick_up_by.value == BY_CRITICALITY else ()
    return Offer(booklet, plan, has_support, (listed or support.pick_up_by).clause, levels)


def commitment_of(booklet: Booklet, level: str) -> Commitment:
    """Return the pick-up promised for a plan or criticality. Raises UnknownLevel."""
    stated = booklet.support.pick_up.get(level)
    if stated is None:
        raise UnknownLevel(level, tuple(booklet.support.pick_up))
    return Commitment(level, pick_up_target_s(booklet, level), stated.clause)


def booklet_hours(booklet: Booklet) -> OpeningHours | None:
    """Return the opening hours of support that the booklet states, None where it leaves them to the publisher."""
    stated = booklet.support.hours
    if isinstance(stated, Absent):
        return None
    return OpeningHours(str(booklet), stated.value, stated.clause)


def silent_clause(booklet: Booklet) -> str:
    """Return the clause that leaves the hours to the publisher, empty when the booklet states them."""
    entry = booklet.support.hours
    return "" if isinstance(entry, Stated) else entry.clause or ""


def calendar_from(plain: Mapping[str, Any]) -> Calendar:
    """Return the calendar of a plain form. Raises ValueError when it cannot be read or never opens."""
    made = calendar(
        plain["week"],
        zone=plain["zone"],
        holidays=HolidayRule(plain["holidays"]),
        exceptions=_dated(plain.get("exceptions", {})),
    )
    if not any(made.week):
        raise ValueError("opening hours need at least one open day in the week")
    return made


def _dated(exceptions: Mapping[str, object]) -> dict[date, object]:
    return {date.fromisoformat(day): hours for day, hours in exceptions.items()}


def customer_service_clause(booklet: Booklet) -> str:
    """Return the clause that says customer service promises no pick-up, empty where none says it."""
    entry = booklet.customer_service.has_pick_up_commitment
    return entry.clause or ""


@dataclass(frozen=True, slots=True)
class Phone:
    """The phone of support: its number by *clause*, and whether a request must exist before a call."""

    number: str
    clause: str
    needs_request: bool


def phone_of(offer: Offer) -> Phone | None:
    """Return the phone that the plan opens, None where it opens none or the booklet gives no number."""
    support = offer.booklet.support
    listed = support.plans.get(offer.plan)
    if isinstance(support.phone, Absent) or listed is None or "phone" not in listed.value:
        return None
    return Phone(support.phone.value, support.phone.clause, support.phone_needs_request.value)
