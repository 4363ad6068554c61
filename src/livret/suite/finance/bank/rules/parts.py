"""How the amount of a movement is shared out over accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from livret.suite.finance.rules.drafts import TypedLine

LineKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a movement, in cents with its sign, and where it goes; letters: the open lines that it settles."""

    account: str
    auxiliary: str
    cents: int
    label: str = ""
    vat_code: str = ""
    letters: tuple[LineKey, ...] = ()


def tax_inside(cents: int, rate: Decimal) -> int:
    """Return the tax inside an amount that includes it, rounded half up to the cent. Source: CGI, art. 266."""
    return int((Decimal(cents) * rate / (1 + rate)).quantize(Decimal(1), ROUND_HALF_UP))


def shared(whole: Part, vat_account: str, rate: Decimal | None) -> list[Part]:
    """Return *whole* as it is, or without the tax inside it and the tax."""
    tax = tax_inside(whole.cents, rate) if rate else 0
    if not tax:
        return [whole]
    return [replace(whole, cents=whole.cents - tax), replace(whole, account=vat_account, auxiliary="", cents=tax)]


def lines_of(parts: Sequence[Part], *, bank: str, label: str) -> tuple[TypedLine, ...]:
    """Return the lines of the entry of a movement: the bank's, then one for each part on the other side of it."""
    total = sum(part.cents for part in parts)
    of_bank = TypedLine(bank, "", label, max(total, 0), max(-total, 0))
    return (of_bank, *(_line(part, label) for part in parts))


def _line(part: Part, label: str) -> TypedLine:
    return TypedLine(
        part.account,
        part.auxiliary,
        part.label or label,
        max(-part.cents, 0),
        max(part.cents, 0),
        vat_code=part.vat_code,
        letters=part.letters,
    )
