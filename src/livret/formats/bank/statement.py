"""The values that every format of statement is read into, in the order of the file: head, movements, tail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from livret.kernel.errors import Refusal
from livret.kernel.findings import Finding


class Readable(Protocol):
    """Anything that gives bytes: an open file, an upload, a pipe."""

    def read(self, size: int, /) -> bytes: ...


class Unreadable(Refusal):
    """Nothing more of the file can be read; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


@dataclass(frozen=True, slots=True)
class AccountRef:
    """The account a statement is about: an IBAN, or the bank's own number when that is all there is."""

    iban: str = ""
    number: str = ""
    holder: str = ""

    @property
    def identifier(self) -> str:
        """What finds the account again, without spaces; empty when the file does not say."""
        return self.iban or self.number


@dataclass(frozen=True, slots=True)
class Balance:
    """A booked balance at the end of a day, in minor units; what the bank owes is positive."""

    on: date
    minor: int


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment inside a movement that the bank booked as a batch, signed as the movement is."""

    minor: int
    label: str = ""
    end_to_end: str = ""
    mandate: str = ""
    name: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The start of a statement. decimals: of the minor unit; opening: None when the format does not give it."""

    line: int
    account: AccountRef
    currency: str
    decimals: int
    identifier: str = ""
    sequence: str = ""
    opening: Balance | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A booked movement; money that comes in is positive.

    line: where it stands in the file; reference: the bank's own id; code: the operation as the bank classes it;
    is_reversal: it undoes an earlier movement, its sign is already that of what happened.
    """

    line: int
    booked_on: date
    value_on: date
    minor: int
    label: tuple[str, ...] = ()
    reference: str = ""
    end_to_end: str = ""
    mandate: str = ""
    name: str = ""
    iban: str = ""
    code: str = ""
    is_reversal: bool = False
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a statement. pending: movements announced but not booked, which were left out."""

    line: int
    closing: Balance | None
    pending: int = 0


Item = Head | Movement | Tail


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement in memory."""

    head: Head
    movements: tuple[Movement, ...]
    tail: Tail


def gathered(items: Iterable[Item]) -> Iterator[Statement]:
    """Yield the statements that *items* make up, each held in memory; one without its end is left out."""
    head: Head | None = None
    movements: list[Movement] = []
    for item in items:
        match item:
            case Head():
                head, movements = item, []
            case Movement():
                movements.append(item)
            case Tail() if head is not None:
                yield Statement(head, tuple(movements), item)
                head = None
