"""Whether a call is taken, whether it goes first, and by which clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from livret.booklet import Booklet
from livret.booklet.clock import Opening

PHONE, PRIORITY = "phone", "phone_priority"


class Reason(StrEnum):
    """Why a call is not taken."""

    TOO_MANY_CODES = "too_many_codes"
    UNKNOWN_CODE = "unknown_code"
    CODE_WANTED = "code_wanted"
    NO_CONTRACT = "no_contract"
    NO_PHONE = "no_phone"
    SUSPENDED = "suspended"
    NEEDS_REQUEST = "needs_request"
    REQUEST_CLOSED = "request_closed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of who calls. plan: empty while only the line that was called is known.

    request: "open", "closed" or empty. suspension_clause: empty while support is not suspended.
    """

    booklet: Booklet
    plan: str = ""
    request: str = ""
    suspension_clause: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """What becomes of a call. clause: of the refusal, or of the priority; empty where no clause speaks.

    next_open_at: when the line opens, of a call that comes outside the hours.
    """

    reason: Reason | None = None
    clause: str = ""
    is_priority: bool = False
    next_open_at: datetime | None = None

    @property
    def is_accepted(self) -> bool:
        return self.reason is None


def admit(caller: Caller, *, opening: Opening | None, hours_clause: str = "") -> Admission:
    """Return what becomes of a call by *caller*; opening: of support now, None where no hours are published.

    Source: Sprint S-13 gives the telephone to the plans Open and Private, and lets Private go first; Care C-14 wants a
    request that exists. Refusing outside the opening hours, and about a closed request where one is wanted, is our
    reading of the same clauses.
    """
    refused = _refusal(caller)
    if refused is not None:
        return refused
    if opening is not None and not opening.is_open:
        return Admission(Reason.CLOSED, hours_clause, next_open_at=opening.next_open_at)
    clause = priority_clause(caller.booklet, caller.plan)
    return Admission(clause=clause, is_priority=bool(clause))


def _refusal(caller: Caller) -> Admission | None:
    if caller.plan and not has_phone(caller.booklet, caller.plan):
        return Admission(Reason.NO_PHONE, phone_clause(caller.booklet, caller.plan))
    if caller.suspension_clause:
        return Admission(Reason.SUSPENDED, caller.suspension_clause)
    needs = caller.booklet.support.phone_needs_request
    if needs.value and caller.request != "open":
        reason = Reason.REQUEST_CLOSED if caller.request else Reason.NEEDS_REQUEST
        return Admission(reason, needs.clause)
    return None


def has_phone(booklet: Booklet, plan: str) -> bool:
    listed = booklet.support.plans.get(plan)
    return listed is not None and PHONE in listed.value


def phone_clause(booklet: Booklet, plan: str) -> str:
    """Return the clause that gives the telephone to a plan, or keeps it to others."""
    listed = booklet.support.plans.get(plan)
    return listed.clause if listed else booklet.support.phone_needs_request.clause


def priority_clause(booklet: Booklet, plan: str) -> str:
    """Return the clause that lets the plan's callers go first, empty where none does."""
    listed = booklet.support.plans.get(plan)
    return listed.clause if listed and PRIORITY in listed.value else ""


def are_codes_locked(bad_by_number: int, bad_by_system: int, *, most_by_number: int, most_by_system: int) -> bool:
    """Tell whether call codes are refused unseen, after so many that do not exist."""
    return bad_by_number >= most_by_number or bad_by_system >= most_by_system
