"""What can be paid, and what must be looked at first. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from stdnum import iban as iban_number

from livret.formats.sepa import latin
from livret.kernel.legislation import dated_series

MESSAGE, LONGEST = "LIV", 35


@dataclass(frozen=True, slots=True)
class Payee:
    """A party as its transfer would name it. last_iban: of the last transfer sent to it, empty when there is none."""

    name: str
    iban: str
    town: str
    country: str
    has_address: bool
    last_iban: str = ""


def wants_structured_address(day: date) -> bool:
    """Tell whether a transfer executed on *day* must have town and country in their own fields."""
    return dated_series("sepa.toml")["structured-address"].on(day).value == 1


def blocking(payee: Payee, *, cents: int, execution_on: date) -> list[str]:
    """Return the codes of what keeps a transfer from being made: no-iban, bad-iban, address, name, amount."""
    found = []
    if not payee.iban:
        found.append("no-iban")
    elif not iban_number.is_valid(payee.iban):
        found.append("bad-iban")
    if not latin(payee.name):
        found.append("name")
    lacks_parts = payee.has_address and not (payee.town and payee.country)
    if lacks_parts and wants_structured_address(execution_on):
        found.append("address")
    if cents <= 0:
        found.append("amount")
    return found


def warnings(payee: Payee) -> list[str]:
    """Return the codes of what a person should look at before approving: new-iban (never paid so), changed-iban."""
    if not payee.last_iban:
        return ["new-iban"]
    return ["changed-iban"] if payee.last_iban != payee.iban else []


def seen_token(transfers: Iterable[tuple[int, int]]) -> str:
    """Return what stands for the transfers that a person saw: a digest of their ids and cents, in any order."""
    return hashlib.sha256(repr(sorted(transfers)).encode()).hexdigest()


def message_id(company_siren: str, number: int) -> str:
    """Return the id of the message of the batch *number* of a company."""
    return f"{MESSAGE}-{company_siren}-{number:06d}"[:LONGEST]


def remittance(references: Collection[str]) -> str:
    """Return what the payee reads: the references of the invoices, and how many more when they do not all fit."""
    kept: list[str] = []
    unique = list(dict.fromkeys(text for text in map(latin, references) if text))
    for rank, text in enumerate(unique):
        rest = len(unique) - rank - 1
        tail = f" +{rest}" if rest else ""
        if len(" ".join([*kept, text])) + len(tail) > 140 - 5:
            return " ".join(kept) + f" +{len(unique) - len(kept)}" if kept else text[:130]
        kept.append(text)
    return " ".join(kept)
