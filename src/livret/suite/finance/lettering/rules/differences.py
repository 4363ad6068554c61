"""Which accounts take the difference that keeps lines from being lettered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# Trade receivables and payables: their exchange differences are operating ones since the chart of 2014-03 as amended.
TRADE = ("40", "41")
EXCHANGE, SMALL = "exchange", "small"


@dataclass(frozen=True, slots=True)
class Amount:
    """A line ticked: its euros in cents and its amount in a currency, both debit less credit."""

    cents: int
    currency: str
    in_currency: Decimal | None


def kind_of(amounts: Sequence[Amount], *, threshold_cents: int) -> str:
    """Return what the difference left by *amounts* is: "exchange", "small", or "" when it cannot be settled here.

    An exchange difference: every line has an amount in one and the same currency, and these sum to zero.
    """
    left = sum(amount.cents for amount in amounts)
    if not left or len(amounts) < 2:
        return ""
    currencies = {amount.currency for amount in amounts}
    in_currency = [amount.in_currency for amount in amounts if amount.in_currency is not None]
    if len(currencies) == 1 and "" not in currencies and len(in_currency) == len(amounts) and not sum(in_currency):
        return EXCHANGE
    return SMALL if abs(left) <= threshold_cents else ""


def root_of(kind: str, *, account: str, is_loss: bool) -> str:
    """Return the account of the general chart that takes the difference.

    Source: règlement ANC n° 2014-03, art. 932-1, accounts 656 and 756 (trade receivables and payables), 666 and 766
    (financial ones), in the charts of 2014, 2025 and 2026 alike. That a small difference of payment goes to 658 or 758
    is our choice, which the company may change.
    """
    if kind == SMALL:
        return "658" if is_loss else "758"
    if account.startswith(TRADE):
        return "656" if is_loss else "756"
    return "666" if is_loss else "766"
