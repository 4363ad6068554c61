"""How a booklet states a value: with its clause, or explicitly absent, or as a reading that we chose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from livret.kernel.errors import Refusal

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class Unlimited(StrEnum):
    """A quantity that the booklet says has no limit, which is not the same as saying nothing."""

    UNLIMITED = "unlimited"


Quantity = int | Unlimited
Words = tuple[str, ...]


class SetBy(StrEnum):
    """Who fills in what a booklet leaves open: nobody, or the publisher in what it publishes."""

    NOBODY = "nobody"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """A value of the booklet with its clause, its unit, and what it is in English and in French."""

    value: T
    clause: str
    unit: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A value that this booklet does not give, and why. clause: the nearest one, None when nothing is near."""

    clause: str | None
    set_by: SetBy
    en: str
    fr: str


class NotInBooklet(Refusal):
    """A rule was asked of a booklet that is silent about it."""

    def __init__(self, absent: Absent) -> None:
        self.absent = absent
        super().__init__(f"the booklet does not say it: {absent.en}")


@dataclass(frozen=True, slots=True)
class Reading(Generic[E]):
    """The reading applied, and those that the clause allows."""

    value: E
    options: tuple[E, ...]
    clause: str
    en: str
    fr: str


def required(entry: Stated[T] | Absent) -> T:
    """Return the value that the booklet states. Raises NotInBooklet where it is silent."""
    if isinstance(entry, Absent):
        raise NotInBooklet(entry)
    return entry.value


def applied(reading: Reading[E] | Absent, *, otherwise: E) -> E:
    """Return the reading that the booklet applies, or *otherwise* where the question does not arise in it."""
    return otherwise if isinstance(reading, Absent) else reading.value


@dataclass(frozen=True, slots=True)
class Limits:
    """What the data may say in a field: its unit, and a range for numbers or a vocabulary for words.

    An empty unit asks the data for its own; an empty vocabulary allows any word.
    """

    unit: str
    least: int = 1
    most: int = 10**12
    allowed: frozenset[str] = frozenset()


NO_LIMITS = Limits("")


def number(unit: str, *, least: int = 1, most: int = 10**12) -> Limits:
    """Declare a whole number with its unit and range."""
    return Limits(unit, least, most)


def share() -> Limits:
    """Declare a fraction above 0 and up to 1, written "99/100" in the data."""
    return Limits("share")


def words(*allowed: str) -> Limits:
    """Declare a list of words, or one word, out of *allowed*; any word when none is given."""
    return Limits("words", allowed=frozenset(allowed))
