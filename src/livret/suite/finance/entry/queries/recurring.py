"""Templates of entries and what recurs from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from livret.suite.company.models import Company
from livret.suite.finance.entry.rules.recurring import Rhythm
from livret.suite.finance.models import EntryTemplate, RecurringEntry


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurring entry. next_on: the day of its next draft, None when it is stopped or over."""

    held: RecurringEntry
    next_on: date | None

    @property
    def is_over(self) -> bool:
        return self.next_on is None and not self.held.is_stopped


def rhythm_of(held: RecurringEntry) -> Rhythm:
    return Rhythm(held.first_on, held.every_months, held.last_on)


def templates_of(company: Company) -> list[EntryTemplate]:
    return list(EntryTemplate.objects.select_related("journal").filter(company=company).order_by("name"))


def recurrences_of(company: Company) -> list[Recurrence]:
    """Return what recurs in the books of *company*, by the name of its template."""
    rows = RecurringEntry.objects.select_related("template__journal").filter(template__company=company)
    return [_recurrence(held) for held in rows.order_by("template__name", "pk")]


def _recurrence(held: RecurringEntry) -> Recurrence:
    return Recurrence(held, None if held.is_stopped else rhythm_of(held).day(held.made))


def due(company: Company, today: date) -> list[Recurrence]:
    """Return what should have made a draft by *today* and has not yet: the job of the night makes them."""
    return [one for one in recurrences_of(company) if one.next_on and one.next_on <= today]


def is_anything_due(today: date) -> bool:
    """Tell whether, in the whole environment, a draft is to be made."""
    rows = RecurringEntry.objects.filter(is_stopped=False, first_on__lte=today)
    return any(rhythm_of(held).due(made=held.made, today=today) for held in rows.iterator(chunk_size=500))
