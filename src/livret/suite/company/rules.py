"""Pure rules: identifiers of companies, lawful fiscal years, the order of rights, the modules of an offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from livret.booklet.entitlements import Allowance, Entitlements
from livret.kernel.legislation import dated_series
from livret.kernel.periods import ONE_DAY, DayPeriod, add_months

RIGHTS = ("read", "write", "validate", "administer")
COMPANY = "company"
# The rooms of the suite that a person may be let into, with the modules of an order that open each.
ROOMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {COMPANY: (), "finance": ("finance", "finance_express"), "trade": ("trade",), "hr": ("hr",)}
)


def clean_number(text: str) -> str:
    """Return an identifier without the spaces, dots and dashes that people type in it."""
    return "".join(char for char in text if char not in " .-\u00a0\u202f")


def is_siren(number: str) -> bool:
    """Tell whether *number* is nine digits with a right key. Source: décret n° 97-497, art. 5; key of Luhn."""
    return number.isascii() and number.isdigit() and bool(siren_number.is_valid(number))


def is_siret(number: str, *, siren: str) -> bool:
    """Tell whether *number* is fourteen digits with a right key and belongs to *siren*."""
    return number.startswith(siren) and number.isdigit() and bool(siret_number.is_valid(number))


def usual_months(first_day: date) -> int:
    return int(dated_series("fiscal-years.toml")["usual"].on(first_day).value)


def longest_months(first_day: date) -> int:
    return int(dated_series("fiscal-years.toml")["longest"].on(first_day).value)


def lasts_at_most(months: int, *, first_day: date, last_day: date) -> bool:
    """Tell whether the days, both included, fit in so many months."""
    return last_day < add_months(first_day, months)


def is_usual_length(days: DayPeriod) -> bool:
    """Tell whether a fiscal year lasts as long as years usually do: twelve months, to the day."""
    return days.last_day == add_months(days.first_day, usual_months(days.first_day)) - ONE_DAY


def following_year(last: DayPeriod | None, *, today: date) -> DayPeriod:
    """Return the year to propose: the usual months after *last*, the calendar year of *today* for a first one."""
    first = last.last_day + ONE_DAY if last else today.replace(month=1, day=1)
    return DayPeriod(first, add_months(first, usual_months(first)) - ONE_DAY)


def opens_room(entitlements: Entitlements, room: str) -> bool:
    """Tell whether the contract lets anyone into *room*; the companies' own pages need no module."""
    modules = ROOMS[room]
    return not modules or any(entitlements.has_module(module) for module in modules)


def allowance_of(entitlements: Entitlements, room: str, meter: str) -> Allowance | None:
    """Return how much of *meter* the contract allows in *room*: the widest of its modules, None when none says."""
    found = [entitlements.meters.get(f"{module}.{meter}") for module in ROOMS[room] if entitlements.has_module(module)]
    stated = [allowance for allowance in found if allowance is not None]
    return max(
        stated, key=lambda allowance: float("inf") if allowance.ceiling is None else allowance.ceiling, default=None
    )


@dataclass(frozen=True, slots=True)
class Permit:
    """A right on a room, for one company or, when `company_id` is None, for all."""

    room: str
    company_id: int | None
    right: str

    def allows(self, room: str, right: str, company_id: int | None) -> bool:
        """Tell whether it gives *right*, or a higher one, on *room* for a company (None: for any company at all)."""
        is_here = company_id is None or self.company_id in (None, company_id)
        return self.room == room and is_here and RIGHTS.index(self.right) >= RIGHTS.index(right)


@dataclass(frozen=True, slots=True)
class Member:
    """A person at work in this environment, with what they may do."""

    account_id: int
    person_id: UUID
    name: str
    permits: tuple[Permit, ...]

    def may(self, room: str, right: str, *, company_id: int | None = None) -> bool:
        """Tell whether the member has *right* on *room*, for a company or for one at least."""
        return any(permit.allows(room, right, company_id) for permit in self.permits)

    def sees_all(self, room: str) -> bool:
        return any(permit.room == room and permit.company_id is None for permit in self.permits)

    @property
    def is_administrator(self) -> bool:
        """Tell whether the member administers one company at least."""
        return self.may(COMPANY, "administer")

    def administers(self, company_id: int | None) -> bool:
        """Tell whether the member may give and take rights on a company; on all of them when it is None."""
        held = [permit for permit in self.permits if permit.allows(COMPANY, "administer", None)]
        return any(permit.company_id in (None, company_id) for permit in held)
