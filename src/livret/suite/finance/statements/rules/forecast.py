"""Cash to come, week by week, from what is known: each amount keeps its day, its source and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from livret.kernel.periods import add_months

CUSTOMERS, SUPPLIERS, VAT, STAFF, RECURRING, LOAN = "customers", "suppliers", "vat", "staff", "recurring", "loan"
CASH = ("51", "53", "54")
THIRD = ("40", "41", "42", "43", "44")
# What others owe late: up to so many days late, expected in so many days. Older than all, it is counted for nothing.
EXPECTED_IN = ((30, 7), (60, 28), (90, 56))
AGES = (1, *(most + 1 for most, _days in EXPECTED_IN))


@dataclass(frozen=True, slots=True)
class Coming:
    """Cents that come in (above zero) or go out on a day. was_due_on: the oldest due day, when it is past.

    is_counted: False for what is so late that nothing is expected of it.
    """

    day: date
    cents: int
    source: str
    label: str
    lines: int = 0
    was_due_on: date | None = None
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from the first, what comes in and goes out in them, and the cash at their end, in cents."""

    first: date
    inflow: int
    outflow: int
    closing: int
    items: tuple[Coming, ...]

    @property
    def last(self) -> date:
        return self.first + timedelta(6)


def weeks(items: Iterable[Coming], *, start: int, first: date, count: int) -> list[Week]:
    """Return *count* weeks from *first*; what was due before is expected in the first one."""
    found, closing = [], start
    ordered = sorted((one for one in items if one.is_counted), key=lambda one: (one.day, one.source, one.label))
    for rank in range(count):
        opens = first + timedelta(7 * rank)
        inside = tuple(one for one in ordered if opens <= max(one.day, first) < opens + timedelta(7))
        inflow, outflow = sum(max(one.cents, 0) for one in inside), sum(min(one.cents, 0) for one in inside)
        closing += inflow + outflow
        found.append(Week(opens, inflow, outflow, closing, inside))
    return found


def expected_on(cents: int, *, due: date, today: date) -> date | None:
    """Return the day on which cents due on *due* come in or go out, None when nothing is expected of them.

    What is late to go out goes out today. What is late to come in comes the later, the later it is (EXPECTED_IN): our
    own choice, so that the cash is not told to be there before it is.
    """
    if due >= today:
        return due
    if cents < 0:
        return today
    late = (today - due).days
    days = next((days for most, days in EXPECTED_IN if late <= most), None)
    return today + timedelta(days) if days is not None else None


def payments(*, first_on: date, every_months: int, count: int, since: date, until: date) -> list[date]:
    """Return the days of the payments of a loan from *since* to *until* excluded."""
    days = (add_months(first_on, every_months * rank) for rank in range(count))
    return [day for day in days if since <= day < until]


def recurrences(*, first_on: date, every_months: int, made: int, last_on: date | None, until: date) -> list[date]:
    """Return the days of the drafts that a recurring entry has still to make, before *until*."""
    found, rank = [], made
    while (day := add_months(first_on, every_months * rank)) < until and (last_on is None or day <= last_on):
        found.append(day)
        rank += 1
    return found


def cash_of(lines: Sequence[Mapping[str, Any]], amount_cents: int | None) -> int:
    """Return what the lines of a template bring to the cash, in cents: those of banks, else those of third parties.

    An amount that only its writer will know counts for nothing.
    """
    amounts = [_amount(line, amount_cents) for line in lines]
    if amounts.count(None) == 1:
        missing = -sum(cents for cents in amounts if cents is not None)
        amounts[amounts.index(None)] = missing
    told = [(str(line.get("account", "")), cents or 0) for line, cents in zip(lines, amounts, strict=True)]
    banks = [cents for number, cents in told if number.startswith(CASH)]
    return sum(banks) if banks else sum(cents for number, cents in told if number.startswith(THIRD))


def _amount(line: Mapping[str, Any], amount_cents: int | None) -> int | None:
    """Return the amount of a line, debit less credit; None for the line that balances the others."""
    sign = -1 if line.get("side") == "credit" else 1
    if line.get("cents") is not None:
        return sign * int(line["cents"])
    if line.get("share") is None or amount_cents is None:
        return None
    try:
        share = Decimal(str(line["share"]))
    except InvalidOperation:
        return None
    return sign * int((share * amount_cents).quantize(Decimal(1), ROUND_HALF_UP))
