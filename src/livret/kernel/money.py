"""Euros at the edges, integer cents in hot tables; rounded half up, once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def round_to_cent(euros: Decimal) -> Decimal:
    """Return *euros* rounded half away from zero to the cent."""
    return euros.quantize(CENT, ROUND_HALF_UP)


def cents_of(euros: Decimal) -> int:
    """Return the whole cents of *euros*. Raises ValueError when a part of a cent would be lost."""
    cents = euros.scaleb(2)
    if cents != cents.to_integral_value():
        raise ValueError(f"cents_of wants an amount in whole cents, got {euros}")
    return int(cents)


def euros_of(cents: int) -> Decimal:
    """Return the euros, with two decimals, of a whole number of cents."""
    return Decimal(cents).scaleb(-2)
