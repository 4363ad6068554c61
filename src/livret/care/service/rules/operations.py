"""What an operation on data needs to know, by kind: checked values, kept as plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from livret.booklet import Booklet
from livret.booklet.restore import RestorePoints, restore_points

RESTORE, PURGE, EXPORT, ACCOUNT_CHANGE = "restore", "purge", "export", "account_change"
KINDS = (RESTORE, PURGE, EXPORT, ACCOUNT_CHANGE)
FEC, DATABASE = "fec", "database"
FORMATS = (FEC, DATABASE)
OPEN, CLOSE = "open", "close"
ACTS = (OPEN, CLOSE)
OLDEST_YEAR = 1990
EXTERNAL_RULE = "external_administrator_acts_alone"


class BadParameter(ValueError):
    """A value that the operation cannot be asked with; *field* names it, *why* is a key that pages put into words."""

    def __init__(self, field: str, why: str, value: object = "") -> None:
        self.field, self.why, self.value = field, why, value
        super().__init__(f"{field} {value!r}: {why}")


@dataclass(frozen=True, slots=True)
class Restore:
    """Put an environment back as it was at the end of *day*."""

    day: date

    def as_plain(self) -> dict[str, Any]:
        return {"day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class Purge:
    """Remove closed fiscal years, named by the year they end in; company: a name or SIREN, empty for all."""

    years: tuple[int, ...]
    company: str = ""

    def as_plain(self) -> dict[str, Any]:
        return {"years": list(self.years), "company": self.company}


@dataclass(frozen=True, slots=True)
class Export:
    """Hand over the data: the FEC of each company and year, or everything as a dump of the database."""

    format: str

    def as_plain(self) -> dict[str, Any]:
        return {"format": self.format}


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Open or close the access account of a person."""

    act: str
    name: str
    email: str

    def as_plain(self) -> dict[str, Any]:
        return {"act": self.act, "name": self.name, "email": self.email}


Parameters = Restore | Purge | Export | AccountChange


def kind_of(parameters: Parameters) -> str:
    kinds: dict[type[Parameters], str] = {
        Restore: RESTORE,
        Purge: PURGE,
        Export: EXPORT,
        AccountChange: ACCOUNT_CHANGE,
    }
    return kinds[type(parameters)]


def from_plain(kind: str, plain: Mapping[str, Any]) -> Parameters:
    """Return the parameters as they were kept."""
    read: dict[str, Callable[[], Parameters]] = {
        RESTORE: lambda: Restore(date.fromisoformat(plain["day"])),
        PURGE: lambda: Purge(tuple(plain["years"]), plain["company"]),
        EXPORT: lambda: Export(plain["format"]),
        ACCOUNT_CHANGE: lambda: AccountChange(plain["act"], plain["name"], plain["email"]),
    }
    return read[kind]()


def check(parameters: Parameters, *, booklet: Booklet, today: date) -> None:
    """Raise BadParameter on what cannot be done: a day of which no copy is kept, a year that is not over.

    Source: Sprint S-7, Care C-9 for the days that can be put back. That a year is closed is the operator's to check.
    """
    if isinstance(parameters, Restore) and restore_points(booklet, today).holds(parameters.day) is None:
        raise BadParameter("day", "no_copy", parameters.day)
    if isinstance(parameters, Purge):
        _check_years(parameters.years, today)
    if isinstance(parameters, Export) and parameters.format not in FORMATS:
        raise BadParameter("format", "unknown", parameters.format)
    if isinstance(parameters, AccountChange) and parameters.act not in ACTS:
        raise BadParameter("act", "unknown", parameters.act)


def _check_years(years: tuple[int, ...], today: date) -> None:
    if not years:
        raise BadParameter("years", "none")
    for year in years:
        if not OLDEST_YEAR <= year < today.year:
            raise BadParameter("years", "not_over", year)


def years_in(words: str) -> tuple[int, ...]:
    """Return the years that somebody typed, in order and once each. Raises BadParameter on what is no year."""
    found = set()
    for word in words.replace(",", " ").replace(";", " ").split():
        if not (word.isascii() and word.isdigit() and len(word) == 4):
            raise BadParameter("years", "unreadable", word[:20])
        found.add(int(word))
    return tuple(sorted(found))


def points(booklet: Booklet, today: date) -> RestorePoints:
    """Return which days can be put back today."""
    return restore_points(booklet, today)


def backup_clause(booklet: Booklet) -> str:
    return booklet.backups.oldest_day_back.clause


def reserved_clause(booklet: Booklet) -> str:
    """Return the clause that keeps these operations to SaaS administrators."""
    return booklet.accounts.reserved_operations.clause


def external_clause(booklet: Booklet) -> str:
    """Return the clause by which an external administrator acts alone, empty where the booklet has none."""
    return next((rule.clause for rule in booklet.rules if rule.key == EXTERNAL_RULE), "")
