"""The neutral shape of an accounting entry, as any importer can read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

JOURNALS = {
    "AN": "À-nouveaux",
    "VE": "Ventes",
    "HA": "Achats",
    "BQ": "Banque",
    "PA": "Paie",
    "OD": "Opérations diverses",
}


@dataclass(slots=True, frozen=True)
class Line:
    """One line of an entry. Amounts in cents, one of the two is zero; aux, aux_label, letter: empty when none."""

    account: str
    aux: str
    aux_label: str
    label: str
    debit_cents: int
    credit_cents: int
    letter: str = ""


@dataclass(slots=True, frozen=True)
class Entry:
    """One balanced entry. number: continuous and chronological inside its journal and fiscal year."""

    journal: str
    number: str
    date: date
    piece_ref: str
    label: str
    lines: tuple[Line, ...]


@dataclass(slots=True, frozen=True)
class Draft:
    """An entry that has not yet its day nor its number."""

    journal: str
    piece_ref: str
    label: str
    lines: tuple[Line, ...]


@dataclass(slots=True, frozen=True)
class OpeningLine:
    """What one account, or one unpaid invoice, brings from the year before. balance_cents: debit positive.

    dated: the day of the unpaid invoice, None for the balance of an account.
    """

    account: str
    aux: str
    aux_label: str
    label: str
    balance_cents: int
    dated: date | None = None


@dataclass(slots=True, frozen=True)
class Opening:
    """The balance sheet that opens a fiscal year; its balances sum to zero."""

    lines: tuple[OpeningLine, ...]


def side(account: str, label: str, cents: int, *, aux: tuple[str, str] = ("", ""), letter: str = "") -> Line:
    """Return the line that debits *cents*, or credits them when they are negative. aux: code and name."""
    return Line(account, *aux, label, max(cents, 0), max(-cents, 0), letter)
