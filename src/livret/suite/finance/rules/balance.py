"""The trial balance as a bookkeeper reads it: accounts by class, each column summed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Sums:
    """Cents: opening (debit less credit before the period), debits and credits of the period."""

    opening: int = 0
    debit: int = 0
    credit: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit

    @property
    def closing_debit(self) -> int:
        return max(self.closing, 0)

    @property
    def closing_credit(self) -> int:
        return max(-self.closing, 0)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.opening + other.opening, self.debit + other.debit, self.credit + other.credit)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of the balance."""

    number: str
    label: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Group:
    """The accounts of one class, with their sums; debit and credit balances are added apart, as on paper."""

    number: str
    rows: tuple[AccountRow, ...]
    sums: Sums
    closing_debit: int
    closing_credit: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every class with its accounts, and the totals of the whole."""

    groups: tuple[Group, ...]
    sums: Sums
    closing_debit: int
    closing_credit: int

    @property
    def accounts(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def is_balanced(self) -> bool:
        return self.sums.debit == self.sums.credit and self.sums.opening == 0


def trial_balance(rows: Iterable[AccountRow]) -> TrialBalance:
    """Return the balance of *rows*, in any order; accounts without opening nor movement are left out."""
    moved = [row for row in rows if row.sums != Sums()]
    ordered = sorted(moved, key=lambda row: row.number)
    groups = tuple(_group(number, tuple(found)) for number, found in groupby(ordered, key=lambda row: row.number[:1]))
    return TrialBalance(groups, *_totals(ordered))


def _group(number: str, rows: tuple[AccountRow, ...]) -> Group:
    return Group(number, rows, *_totals(rows))


def _totals(rows: Iterable[AccountRow]) -> tuple[Sums, int, int]:
    total, debit, credit = Sums(), 0, 0
    for row in rows:
        total += row.sums
        debit += row.sums.closing_debit
        credit += row.sums.closing_credit
    return total, debit, credit
