"""What follows an import of entries: each room above tells what it does, and the ledger need not know the rooms.

A room registers from the `ready` of its application. What it does is run after the import is in the books, in the same
job, and again when that job is: it must be safe to do twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from livret.core.people import Actor
from livret.suite.company.models import Company


class Following(Protocol):
    def __call__(self, company: Company, *, by: Actor, at: datetime) -> object: ...


_registered: list[Following] = []


def register(following: Following) -> None:
    """Have *following* called for each company that an import brought entries to."""
    if following not in _registered:
        _registered.append(following)


def follow(company: Company, *, by: Actor, at: datetime) -> None:
    """Do what every room does once entries were imported into *company*."""
    for following in _registered:
        following(company, by=by, at=at)
