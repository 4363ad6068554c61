"""Exchange rates pasted from a table: day, currency, units for one euro."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

MOST_DECIMALS, MOST_DIGITS = 8, 10
PARTS = 3


@dataclass(frozen=True, slots=True)
class Rate:
    """How many units of a currency one euro bought on a day."""

    day: date
    currency: str
    per_euro: Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no rate. code: parts, day, currency, rate, twice; value: what stood there."""

    line: int
    code: str
    value: str


def read_rates(text: str, *, known: Collection[str]) -> tuple[list[Rate], list[Fault]]:
    """Return the rates of *text*, one a line, parted by semicolons or tabs, and the lines that are none.

    known: the currencies that exist. A first line of headers and blank lines are left out.
    """
    rates: dict[tuple[date, str], Rate] = {}
    faults: list[Fault] = []
    for number, parts in _rows(text):
        found = _rate(number, parts, known)
        if isinstance(found, Fault):
            faults.append(found)
        elif (found.day, found.currency) in rates:
            faults.append(Fault(number, "twice", f"{found.day} {found.currency}"))
        else:
            rates[found.day, found.currency] = found
    return list(rates.values()), faults


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip().strip('"') for part in re.split(r"[;\t]", line)]
        is_header = number == 1 and not re.search("[0-9]", line)
        if any(parts) and not is_header:
            yield number, parts


def _rate(number: int, parts: list[str], known: Collection[str]) -> Rate | Fault:
    if len(parts) != PARTS:
        return Fault(number, "parts", ";".join(parts)[:60])
    day, currency, per_euro = _day(parts[0]), parts[1].upper(), _positive(parts[2])
    if day is None:
        return Fault(number, "day", parts[0][:30])
    if currency == "EUR" or currency not in known:
        return Fault(number, "currency", parts[1][:30])
    if per_euro is None:
        return Fault(number, "rate", parts[2][:30])
    return Rate(day, currency, per_euro)


def _day(text: str) -> date | None:
    french = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text, re.ASCII)
    try:
        return date.fromisoformat(f"{french[3]}-{french[2]}-{french[1]}" if french else text)
    except ValueError:
        return None


def _positive(text: str) -> Decimal | None:
    """Return a rate greater than zero that its column can hold; None for anything else."""
    try:
        value = Decimal(text.replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 < value < 10**MOST_DIGITS:
        return None
    rounded = round(value, MOST_DECIMALS)
    return rounded if rounded > 0 else None
