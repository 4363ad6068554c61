"""Which of several amounts make up another: the one way there is, or none."""

from __future__ import annotations

from collections.abc import Sequence

MOST_PARTS, MOST_CANDIDATES, STEPS = 8, 40, 3_000


def only_subset(amounts: Sequence[int], target: int) -> tuple[int, ...] | None:
    """Return the ranks of the two to MOST_PARTS *amounts* (positive) that sum to *target*, when only one choice does.

    None when no choice does, when several do, or when it could not be told within STEPS steps: a choice that is not
    known to be the only one is not made. Two equal amounts are two choices, and so is one amount that is *target*.
    """
    smaller = [amount for amount in amounts if amount < target]
    if len(smaller) < 2 or sum(smaller) < target or target in amounts:
        return None
    ranked = sorted((rank for rank in range(len(amounts)) if amounts[rank] < target), key=lambda r: -amounts[r])
    if len(ranked) > MOST_CANDIDATES:
        return None
    values = [amounts[rank] for rank in ranked]
    found = _Search(values, target).found()
    return tuple(sorted(ranked[place] for place in found)) if found else None


class _Search:
    """A walk over the choices, largest amounts first, cut where what is left is too small or too large."""

    def __init__(self, values: Sequence[int], target: int) -> None:
        self.values, self.target, self.steps = values, target, 0
        self.rest = [0] * (len(values) + 1)
        for place in range(len(values) - 1, -1, -1):
            self.rest[place] = self.rest[place + 1] + values[place]
        self.choices: list[tuple[int, ...]] = []

    def found(self) -> tuple[int, ...] | None:
        is_complete = self._walk(0, self.target, ())
        return self.choices[0] if is_complete and len(self.choices) == 1 else None

    def _walk(self, place: int, missing: int, chosen: tuple[int, ...]) -> bool:
        """Look from *place* on; return False once a second choice is found or the steps are used up."""
        for here in range(place, len(self.values)):
            self.steps += 1
            if self.steps > STEPS:
                return False
            value = self.values[here]
            if self.rest[here] < missing:
                return True
            if value > missing or len(chosen) == MOST_PARTS:
                continue
            if value == missing:
                if chosen:
                    self.choices.append((*chosen, here))
                if len(self.choices) > 1:
                    return False
            elif not self._walk(here + 1, missing - value, (*chosen, here)):
                return False
        return True
