"""The day a line falls due."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What a party and the company agreed: days of credit, then, if so agreed, to the end of the month they fall in."""

    days: int
    is_end_of_month: bool = False


def due_day(document: date, *, stated: date | None = None, terms: Terms | None = None) -> date:
    """Return the day a line falls due: the one stated on it, else that of its document with the terms of its party.

    Without either, the day of the document itself. `queries.open_items.scopes.DUE` says the same in SQL.
    """
    if stated is not None:
        return stated
    if terms is None:
        return document
    due = document + timedelta(days=terms.days)
    return due.replace(day=monthrange(due.year, due.month)[1]) if terms.is_end_of_month else due
