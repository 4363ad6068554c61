"""The days on which a client has its SaaS administrators.

Source: Sprint S-9: one at least, one more from a third company at most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """Days from the first, included, to the second, excluded; an absent second never comes."""

    since: date
    until: date | None = None

    def meets(self, other: Term) -> bool:
        """Tell whether the two share a day; a term that ends where it begins has no day."""
        begins_before = other.until is None or self.since < other.until
        ends_after = self.until is None or other.since < self.until
        return begins_before and ends_after and self.has_days and other.has_days

    @property
    def has_days(self) -> bool:
        return self.until is None or self.since < self.until


def first_bare_day(terms: Iterable[Term], *, of: Term) -> date | None:
    """Return the first day of *of* that no term covers, or None when every day has one."""
    bare = of.since
    for term in sorted(terms, key=lambda term: term.since):
        if term.since > bare:
            break
        if term.until is None:
            return None
        bare = max(bare, term.until)
    return bare if of.until is None or bare < of.until else None
