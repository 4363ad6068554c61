"""What a company created by hand begins with: each domain above tells what it gives, in the same transaction.

The companies' own pages do not know those domains; they register when the program starts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from livret.core.people import Actor
from livret.suite.company.models import Company


class Beginning(Protocol):
    def __call__(self, company: Company, *, by: Actor, at: datetime) -> object: ...


_REGISTERED: list[Beginning] = []


def register(beginning: Beginning) -> None:
    """Have *beginning* called for each company created by hand."""
    if beginning not in _REGISTERED:
        _REGISTERED.append(beginning)


def begin(company: Company, *, by: Actor, at: datetime) -> None:
    """Give *company* what every domain gives; in the transaction that creates it."""
    for beginning in _REGISTERED:
        beginning(company, by=by, at=at)
