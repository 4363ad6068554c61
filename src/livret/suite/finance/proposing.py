"""What a room proposes to add to an entry while it is typed: a person takes it or leaves it.

A room registers what it proposes from the `ready` of its application; the grid need not know the rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from livret.suite.company.models import Company
from livret.suite.finance.rules.drafts import TypedLine


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as it would be. place: from 0, of the line typed whose amount would be another; None for one added."""

    line: TypedLine
    place: int | None

    @property
    def cents(self) -> int:
        return self.line.debit_cents - self.line.credit_cents


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry as it would be. lines: those typed, some with another amount, then those added; why: reasons, in words.

    changed: the places, from 0, of the lines typed whose amount would be another; added: how many come at the end.
    """

    lines: tuple[TypedLine, ...]
    changed: tuple[int, ...]
    added: int
    why: tuple[str, ...]

    @property
    def shown(self) -> list[Shown]:
        """The lines that would not be as they were typed."""
        first = len(self.lines) - self.added
        return [Shown(self.lines[place], place) for place in self.changed] + [
            Shown(one, None) for one in self.lines[first:]
        ]


Provider = Callable[[Company, date, Sequence[TypedLine]], Proposal | None]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add what a room proposes: called with the company, the day of the entry and the lines typed, in milliseconds."""
    if provider not in _providers:
        _providers.append(provider)


def proposal_for(company: Company, day: date, lines: Sequence[TypedLine]) -> Proposal | None:
    """Return the first proposal that a room makes for these lines."""
    return next((found for provider in _providers if (found := provider(company, day, lines))), None)
