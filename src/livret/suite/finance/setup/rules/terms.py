"""The longest terms of payment that the law lets two companies agree on. Told, never enforced: exceptions abound."""

from __future__ import annotations

from datetime import date

from livret.kernel.legislation import DatedValue, NotInForce, dated_series

FILE = "payment-terms.toml"


def longest_terms(*, end_of_month: bool, on: date) -> DatedValue | None:
    """Return the most days allowed on a day, from the invoice; None before the oldest law of our data.

    Source: C. com., art. L. 441-10, I.
    """
    try:
        return dated_series(FILE)["end_of_month" if end_of_month else "from_invoice"].on(on)
    except NotInForce:
        return None


def excess(days: int | None, *, end_of_month: bool, on: date) -> DatedValue | None:
    """Return the limit that terms of so many days pass, None when they are within it or unknown."""
    limit = longest_terms(end_of_month=end_of_month, on=on)
    return limit if days is not None and limit and days > limit.value else None
