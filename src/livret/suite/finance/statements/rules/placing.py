"""Accounts placed in the rows of a statement, each in one row only; totals; what no row takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from livret.suite.finance.statements.rules.layouts import ANY, CREDIT, DEBIT, GROSS, LESS, LayoutRow, Slot


@dataclass(frozen=True, slots=True)
class Position:
    """What an account holds, in cents: debit and credit both at once only when its parties stand on both sides."""

    number: str
    label: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Share:
    """The part of an account that a row takes, in cents, debit less credit."""

    number: str
    label: str
    cents: int
    part: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A row with its amounts in cents, in the sense of its statement; shares: the accounts that make it."""

    row: LayoutRow
    gross: int
    less: int
    shares: tuple[Share, ...] = ()

    @property
    def net(self) -> int:
        return self.gross - self.less


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows of a statement, and the positions that none of them takes."""

    figures: tuple[Figure, ...]
    unplaced: tuple[Share, ...]

    def net(self, key: str) -> int:
        return next(figure.net for figure in self.figures if figure.row.key == key)


def place(rows: Sequence[LayoutRow], positions: Iterable[Position], *, result: int = 0) -> Placed:
    """Return the figures of *rows*. result: what the row of the result shows, a profit above zero.

    The longest root that begins the number and takes that side of the balance wins: an account is never in two rows.
    """
    slots = [slot for row in rows for slot in row.slots]
    shares: dict[str, list[Share]] = defaultdict(list)
    unplaced = []
    for position in positions:
        for side, cents in ((DEBIT, position.debit), (CREDIT, -position.credit)):
            if cents:
                slot = _slot_for(position.number, side, slots)
                share = Share(position.number, position.label, cents, slot.part if slot else GROSS)
                shares[slot.row].append(share) if slot else unplaced.append(share)
    return Placed(_figures(rows, shares, result), tuple(unplaced))


def _slot_for(number: str, side: str, slots: Iterable[Slot]) -> Slot | None:
    taken = (slot for slot in slots if number.startswith(slot.root) and slot.side in (ANY, side))
    return max(taken, key=lambda slot: (len(slot.root), slot.side), default=None)


def _figures(rows: Sequence[LayoutRow], shares: Mapping[str, list[Share]], result: int) -> tuple[Figure, ...]:
    found: dict[str, Figure] = {}
    for row in rows:
        found[row.key] = _total(row, found) if row.terms else _figure(row, shares.get(row.key, []), result)
    return tuple(found.values())


def _figure(row: LayoutRow, shares: Sequence[Share], result: int) -> Figure:
    gross = row.sign * sum(share.cents for share in shares if share.part == GROSS)
    less = -row.sign * sum(share.cents for share in shares if share.part == LESS)
    return Figure(row, gross + (result if row.is_result else 0), less, tuple(shares))


def _total(row: LayoutRow, found: Mapping[str, Figure]) -> Figure:
    gross = sum(sign * found[key].gross for sign, key in row.terms)
    less = sum(sign * found[key].less for sign, key in row.terms)
    return Figure(row, gross, less)


def result_of(positions: Iterable[Position]) -> int:
    """Return the profit of classes 6 and 7 in cents, a loss below zero."""
    return sum(-position.balance for position in positions if position.number[:1] in ("6", "7"))
