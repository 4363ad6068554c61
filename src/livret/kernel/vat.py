"""The French VAT rates in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from livret.kernel.legislation import NotInForce, dated_series


@dataclass(frozen=True, slots=True)
class VatRate:
    """A rate in force. rate: fraction, 0.2 is 20 %; territory: mainland, corsica or overseas."""

    key: str
    territory: str
    category: str
    label: str
    rate: Decimal
    source: str
    doubt: str | None


@cache
def vat_rates_on(day: date, *, territory: str = "mainland") -> tuple[VatRate, ...]:
    """Return the rates in force on *day* in a territory, highest first.

    territory: mainland, corsica, or overseas (Guadeloupe, Martinique, La Réunion). Raises NotInForce.
    Source: CGI, art. 278 to 281 octies, 296 to 297; since 1 September 2026, CIBS, art. L. 213-150 and following.
    """
    found = [
        VatRate(
            series.key, territory, series.attributes["category"], series.label, value.value, value.source, value.doubt
        )
        for series in dated_series("vat/rates.toml", attributes=("territory", "category")).values()
        if series.attributes["territory"] == territory and series.is_known_on(day)
        for value in [series.on(day)]
    ]
    if not found:
        raise NotInForce(f"no VAT rate is known in territory {territory!r} on {day}")
    return tuple(sorted(found, key=lambda each: -each.rate))
