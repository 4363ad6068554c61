"""Templates of entries: fixed amounts, shares of the amount asked for, one line that balances. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from livret.kernel.money import euros_of
from livret.suite.finance.rules.drafts import TypedLine

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
          "décembre")  # fmt: skip
MONTH_MARK = "{mois}"


class AmountNeeded(ValueError):
    """The template has shares of an amount, and none was given."""


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A line of a template. cents: fixed; share: of the amount asked for; neither: it balances the others."""

    account: str
    auxiliary: str = ""
    label: str = ""
    side: str = "debit"
    cents: int | None = None
    share: Decimal | None = None

    @property
    def balances(self) -> bool:
        return self.cents is None and self.share is None


def read_lines(held: Sequence[Mapping[str, Any]]) -> tuple[TemplateLine, ...]:
    """Return the lines that a template keeps as data."""
    return tuple(
        TemplateLine(
            str(line.get("account", "")),
            str(line.get("auxiliary", "")),
            str(line.get("label", "")),
            "credit" if line.get("side") == "credit" else "debit",
            line.get("cents"),
            Decimal(line["share"]) if line.get("share") else None,
        )
        for line in held
    )


def kept_lines(lines: Sequence[TemplateLine]) -> list[dict[str, Any]]:
    """Return *lines* as a template keeps them: what `read_lines` reads."""
    return [
        {
            "account": line.account,
            "auxiliary": line.auxiliary,
            "label": line.label,
            "side": line.side,
            **({"cents": line.cents} if line.cents is not None else {}),
            **({"share": str(line.share)} if line.share is not None else {}),
        }
        for line in lines
    ]


def needs_amount(lines: Sequence[TemplateLine]) -> bool:
    return any(line.share is not None for line in lines)


def filled(lines: Sequence[TemplateLine], *, cents: int | None, on: date) -> tuple[TypedLine, ...]:
    """Return the lines of an entry of *on*, for the amount *cents* where there are shares. Raises AmountNeeded.

    Shares are rounded half up to the cent, one by one; the balancing line takes what that leaves. It stands on its own
    side, or on the other one when the others weigh that way.
    """
    if needs_amount(lines) and cents is None:
        raise AmountNeeded
    amounts = [_signed(line, cents or 0) for line in lines]
    missing = -sum(amounts)
    places = [place for place, line in enumerate(lines) if line.balances]
    if places:
        amounts[places[0]] = missing
    return tuple(_typed(line, amount, on) for line, amount in zip(lines, amounts, strict=True))


def _signed(line: TemplateLine, cents: int) -> int:
    """Return the amount of a line, debit less credit; 0 of the one that balances."""
    amount = line.cents or 0
    if line.share is not None:
        amount = int((line.share * cents).quantize(Decimal(1), ROUND_HALF_UP))
    return amount if line.side == "debit" else -amount


def _typed(line: TemplateLine, amount: int, on: date) -> TypedLine:
    return TypedLine(line.account, line.auxiliary, dated(line.label, on), max(amount, 0), max(-amount, 0))


def dated(text: str, on: date) -> str:
    """Return *text* with the month of *on* where it says {mois}: « Loyer {mois} » gives « Loyer mai 2026 »."""
    return text.replace(MONTH_MARK, f"{MONTHS[on.month - 1]} {on.year}")


def in_words(line: TemplateLine) -> str:
    """Return the amount of a line as a person types it: 120,00, or 20 %, or nothing for the line that balances."""
    if line.share is not None:
        return f"{(line.share * 100).normalize():f}".replace(".", ",") + "%"
    return f"{euros_of(line.cents):f}".replace(".", ",") if line.cents is not None else ""
