"""One line of a FEC, typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FecLine:
    """One line of an entry as the file gives it: texts without padding, cents, days.

    line_number: from 1, the header included; a blank text is "", a blank or unreadable day None, a blank or
    unreadable amount 0 (the check says which lines are unreadable; import only what it calls valid).
    currency_amount: exact, None when blank; extras: (column, text) of the columns beyond the eighteen, blanks left out.
    Source: LPF, art. A47 A-1, VII.
    """

    line_number: int
    journal_code: str
    journal_label: str
    entry_number: str
    entry_date: date | None
    account: str
    account_label: str
    aux: str
    aux_label: str
    piece_ref: str
    piece_date: date | None
    label: str
    debit_cents: int
    credit_cents: int
    letter: str
    letter_date: date | None
    valid_date: date | None
    currency_amount: Decimal | None
    currency: str
    extras: tuple[tuple[str, str], ...] = ()
