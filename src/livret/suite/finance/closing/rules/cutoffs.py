"""Kinds of cut-off entries, from dated data, and the sides that each posts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from livret.kernel import legislation

FILE = "closing/cut-offs.toml"


@dataclass(frozen=True, slots=True)
class CutOffKind:
    """A kind of cut-off. account, counterpart, vat: beginnings of account numbers; vat "" when it bears none.

    is_debit: the expense or income account is debited at the closing.
    """

    code: str
    label: str
    account: str
    is_debit: bool
    counterpart: str
    vat: str
    valid_from: date
    valid_until: date | None
    source: str
    doubt: str | None


@dataclass(frozen=True, slots=True)
class Side:
    """One line to post: which of the three accounts it is on, and cents, debit less credit."""

    role: str
    cents: int


@cache
def all_kinds() -> tuple[CutOffKind, ...]:
    """Return every kind of the data, in its order. Raises BadData."""
    document = legislation.read_document(legislation.folder() / FILE)
    document.take("name", str)
    found = tuple(_kind(table) for table in document.take_list("kinds"))
    document.done()
    return found


def _kind(table: legislation.Table) -> CutOffKind:
    side = table.take("side", str)
    if side not in ("debit", "credit"):
        raise table.refused("side", f"debit or credit is expected, got {side!r}")
    kind = CutOffKind(
        code=table.take("code", str),
        label=table.take("label", str),
        account=table.take("account", str),
        is_debit=side == "debit",
        counterpart=table.take("counterpart", str),
        vat=table.take_optional("vat", str) or "",
        valid_from=table.take("from", date),
        valid_until=table.take_optional("until", date),
        source=table.take("source", str),
        doubt=table.take_optional("doubt", str),
    )
    table.done()
    return kind


def kinds_for(year_opened_on: date) -> list[CutOffKind]:
    """Return the kinds that a fiscal year opened on that day may use."""
    return [
        kind
        for kind in all_kinds()
        if kind.valid_from <= year_opened_on and (kind.valid_until is None or year_opened_on < kind.valid_until)
    ]


def sides(kind: CutOffKind, *, net_cents: int, vat_cents: int) -> list[Side]:
    """Return the lines at the closing: the net amount, its VAT if any, and the counterpart that balances them."""
    sign = 1 if kind.is_debit else -1
    held = [Side("account", sign * net_cents)]
    held += [Side("vat", sign * vat_cents)] if vat_cents else []
    return [*held, Side("counterpart", -sign * (net_cents + vat_cents))]


def opposite(held: list[Side]) -> list[Side]:
    """Return the lines of the reversal, on the first day of the next year."""
    return [Side(one.role, -one.cents) for one in held]
