"""Which open invoices of a party make up a payment."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

MOST_ITEMS, MOST_CHOSEN = 16, 6


def unique_sum(amounts: Sequence[int], total: int) -> tuple[int, ...] | None:
    """Return the places in *amounts* of the only choice of two or more that makes *total*.

    None when no choice does, when several do, or when there are too many amounts to try: up to six out of sixteen.
    """
    if len(amounts) > MOST_ITEMS:
        return None
    found: tuple[int, ...] | None = None
    for size in range(2, min(len(amounts), MOST_CHOSEN) + 1):
        for places in combinations(range(len(amounts)), size):
            if sum(amounts[place] for place in places) == total:
                if found is not None:
                    return None
                found = places
    return found
