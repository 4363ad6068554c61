"""What keeps a draft from being validated. Pure: codes and values, worded elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from livret.kernel.periods import ONE_DAY, DayPeriod

FEWEST_LINES = 2
LARGEST_CENTS = 10**17  # Of an entry, each side: what a balance can still add up, a hundredfold, in 64 bits.


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A line as a person typed it, amounts in cents; the account need not exist.

    letters: posted lines to letter it with, as (entry id, position); sections: its analytic parts, as (section id,
    cents).
    """

    account: str = ""
    auxiliary: str = ""
    label: str = ""
    debit_cents: int = 0
    credit_cents: int = 0
    currency: str = ""
    currency_amount: Decimal | None = None
    due_on: date | None = None
    vat_code: str = ""
    letters: tuple[tuple[int, int], ...] = ()
    sections: tuple[tuple[int, int], ...] = ()

    @property
    def is_blank(self) -> bool:
        is_empty = not (self.account or self.auxiliary or self.label or self.debit_cents or self.credit_cents)
        return is_empty and self.currency_amount is None

    @property
    def is_negative(self) -> bool:
        return min(self.debit_cents, self.credit_cents) < 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to correct. position: of the line, from 1, None for the whole entry."""

    position: int | None
    code: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Books:
    """What a draft is held against. year: None when no fiscal year holds its day; locked_until: excluded."""

    year: DayPeriod | None
    is_open: bool
    accounts: Collection[str]
    auxiliaries: Collection[str]
    can_be_opened: Callable[[str], bool]
    unusable: Collection[str] = ()
    locked_until: date | None = None


def problems(lines: Sequence[TypedLine], *, label: str, piece_ref: str, day: date, books: Books) -> list[Problem]:
    """Return what must be corrected before validation, the whole entry first; none when it is ready.

    Source: LPF, art. A47 A-1, VII (label and document compulsory); PCG, art. 921-1 and following (double entry).
    """
    of_lines = [*_of_lines(lines, books), *negative_amounts(lines)]
    return [*_of_entry(lines, label, piece_ref, day, books), *of_lines]


def balanced(lines: Sequence[TypedLine]) -> tuple[TypedLine, ...]:
    """Return *lines* with what is missing on the last one that has no amount; as they are when there is none."""
    missing = sum(line.debit_cents - line.credit_cents for line in lines)
    empty = [place for place, line in enumerate(lines) if not line.debit_cents and not line.credit_cents]
    if not empty or not missing:
        return tuple(lines)
    found = list(lines)
    found[empty[-1]] = replace(found[empty[-1]], debit_cents=max(-missing, 0), credit_cents=max(missing, 0))
    return tuple(found)


def negative_amounts(lines: Sequence[TypedLine]) -> list[Problem]:
    """Return the lines that hold a negative amount: the other side says the same without a sign."""
    return [Problem(at, "negative-amount") for at, line in enumerate(lines, start=1) if line.is_negative]


def _of_entry(lines: Sequence[TypedLine], label: str, piece_ref: str, day: date, books: Books) -> Iterator[Problem]:
    if books.year is None:
        yield Problem(None, "no-year", {"day": day})
    elif not books.is_open:
        yield Problem(None, "year-closed", {"day": day})
    elif books.locked_until and day < books.locked_until:
        yield Problem(None, "period-locked", {"day": books.locked_until - ONE_DAY})
    if not label.strip():
        yield Problem(None, "no-label")
    if not piece_ref.strip():
        yield Problem(None, "no-piece")
    if len(lines) < FEWEST_LINES:
        yield Problem(None, "few-lines")
    if any(abs(sum(side)) >= LARGEST_CENTS for side in _sides(lines)):
        yield Problem(None, "too-large")
    difference = sum(line.debit_cents - line.credit_cents for line in lines)
    if difference:
        yield Problem(None, "unbalanced", {"difference": difference})


def _sides(lines: Sequence[TypedLine]) -> tuple[list[int], list[int]]:
    return [line.debit_cents for line in lines], [line.credit_cents for line in lines]


def _of_lines(lines: Sequence[TypedLine], books: Books) -> Iterator[Problem]:
    for position, line in enumerate(lines, start=1):
        if not line.account:
            yield Problem(position, "no-account")
        elif line.account in books.unusable:
            yield Problem(position, "unusable-account", {"account": line.account})
        elif line.account not in books.accounts and not books.can_be_opened(line.account):
            yield Problem(position, "unknown-account", {"account": line.account})
        if line.auxiliary and line.auxiliary not in books.auxiliaries:
            yield Problem(position, "unknown-auxiliary", {"auxiliary": line.auxiliary})
        if bool(line.debit_cents) == bool(line.credit_cents):
            yield Problem(position, "both-sides" if line.debit_cents else "no-amount")
