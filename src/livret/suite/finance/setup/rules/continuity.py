"""Does the opening of a year say what the closing of the one before says? Differences, each with its likely cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from livret.kernel.periods import ONE_DAY, DayPeriod

RESULT, EQUITY = "12", ("10", "11", "12")
BALANCE_SHEET = frozenset("12345")


@dataclass(frozen=True, slots=True)
class Cell:
    """An account, and the auxiliary under it or none: at the closing of a year and the opening of the next, in cents.

    Amounts are debit less credit.
    """

    account: str
    auxiliary: str
    closing: int
    opening: int

    @property
    def gap(self) -> int:
        return self.opening - self.closing


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell whose two amounts differ, and why it seems so.

    code: missing (closed with a balance that was not brought forward), unexpected (opened with one that no closing
    explains), amount, renumbered (the balance of `other` came here), detail (the account agrees, its auxiliaries do
    not), result (the result brought forward is not that of the year), allocated (the result went straight to other
    equity accounts), income (an income or expense account was brought forward).
    """

    code: str
    cell: Cell
    other: str = ""

    @property
    def is_fault(self) -> bool:
        return self.code not in ("allocated", "renumbered")

    @property
    def is_of_result(self) -> bool:
        """Tell whether it is about the accounts 12 together, not about one account."""
        return self.code in ("allocated", "result")


def missing_days(years: Iterable[DayPeriod]) -> list[DayPeriod]:
    """Return the days between *years*, in any order, that belong to none of them."""
    ordered = sorted(years)
    gaps = []
    for before, after in pairwise(ordered):
        if before.last_day + ONE_DAY < after.first_day:
            gaps.append(DayPeriod(before.last_day + ONE_DAY, after.first_day - ONE_DAY))
    return gaps


def follows(before: DayPeriod, after: DayPeriod) -> bool:
    return before.last_day + ONE_DAY == after.first_day


def differences(cells: Iterable[Cell], *, result: int) -> list[Difference]:
    """Return what differs between a closing and the opening after it, by account.

    cells: of every account of classes 1 to 5 that differs, with all those of accounts 12; a class 6 or 7 cell only for
    what was brought forward. result: of the year that closes, debit less credit of its classes 6 and 7: a FEC leaves
    them open, so the account of the result (120 or 129) is compared with what it would become.
    Source: C. com., art. L. 123-19 (the opening balance sheet is the closing one of the year before). That the result
    may be allotted in the opening entry itself, or an account renumbered, is our reading of what files do.
    """
    held = list(cells)
    income = [Difference("income", cell) for cell in held if cell.account[:1] not in BALANCE_SHEET and cell.opening]
    sheet = [cell for cell in held if cell.account[:1] in BALANCE_SHEET]
    own = [cell for cell in sheet if not cell.account.startswith(RESULT)]
    found = [*_of_result(sheet, result), *_of_accounts(_without_allotment(own, sheet, result))]
    return sorted([*income, *found], key=lambda one: (one.cell.account, one.cell.auxiliary))


def _of_result(sheet: list[Cell], result: int) -> list[Difference]:
    whole = _result_cell(sheet, result)
    if not whole.gap:
        return []
    equity = _equity_gap(sheet, result)
    return [Difference("allocated" if not equity else "result", whole)]


def _result_cell(sheet: list[Cell], result: int) -> Cell:
    """Return the accounts 12 together, as they stand once the year has given them its result."""
    own = [cell for cell in sheet if cell.account.startswith(RESULT)]
    number = max(own, key=lambda cell: (bool(cell.opening), cell.account)).account if own else f"{RESULT}0"
    return Cell(number, "", sum(cell.closing for cell in own) + result, sum(cell.opening for cell in own))


def _equity_gap(sheet: list[Cell], result: int) -> int:
    equity = [cell for cell in sheet if cell.account.startswith(EQUITY)]
    return sum(cell.gap for cell in equity) - result


def _without_allotment(own: list[Cell], sheet: list[Cell], result: int) -> list[Cell]:
    """Leave out equity accounts when they took over, together, exactly what the account of the result lacks."""
    is_allotted = bool(_result_cell(sheet, result).gap) and not _equity_gap(sheet, result)
    return [cell for cell in own if not (is_allotted and cell.account.startswith(EQUITY))]


def _of_accounts(cells: list[Cell]) -> list[Difference]:
    by_account: defaultdict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.gap:
            by_account[cell.account].append(cell)
    found, whole = [], []
    for own in by_account.values():
        if len(own) > 1 and not sum(cell.gap for cell in own):
            found += [Difference("detail", cell) for cell in own]
        else:
            whole += own
    return [*found, *_moved(whole)]


def _moved(cells: list[Cell]) -> list[Difference]:
    """Pair a balance that vanished with the one, alone of its class and amount, that came from nowhere."""
    gone: defaultdict[tuple[str, str, int], list[Cell]] = defaultdict(list)
    come: defaultdict[tuple[str, str, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        if not cell.opening:
            gone[cell.account[0], cell.auxiliary, cell.closing].append(cell)
        elif not cell.closing:
            come[cell.account[0], cell.auxiliary, cell.opening].append(cell)
    pairs = {
        key: (gone[key][0], come[key][0]) for key in gone.keys() & come.keys() if len(gone[key]) == len(come[key]) == 1
    }
    paired = {id(cell) for pair in pairs.values() for cell in pair}
    moved = [
        Difference("renumbered", Cell(new.account, new.auxiliary, old.closing, new.opening), old.account)
        for old, new in pairs.values()
    ]
    return [*moved, *(Difference(_code(cell), cell) for cell in cells if id(cell) not in paired)]


def _code(cell: Cell) -> str:
    if not cell.opening:
        return "missing"
    return "amount" if cell.closing else "unexpected"
