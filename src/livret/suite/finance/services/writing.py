"""Entries about to be posted, as the database takes them: one value, added in one call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from livret.core.people import Actor

Row = dict[str, Any]
DETAILS = ("lines", "texts", "currencies", "dues", "vats", "sections")


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line about to be posted; label "" is that of its entry.

    sections: the parts borne by analytic sections, as (section id, cents), debit less credit.
    """

    account_id: int
    auxiliary_id: int | None
    debit_cents: int
    credit_cents: int
    label: str = ""
    currency: str = ""
    currency_amount: Decimal | None = None
    due_on: date | None = None
    vat_code: str = ""
    sections: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry about to be posted, its lines in order.

    origin: the room that made it and its key there, posted once: a second time the database refuses
    `entry_origin_once`.
    """

    journal_id: int
    on: date
    label: str
    piece_ref: str
    piece_date: date | None
    lines: Sequence[NewLine]
    reverses_id: int | None = None
    origin: tuple[str, str] | None = None

    @property
    def cents(self) -> int:
        return sum(line.debit_cents for line in self.lines)


def written(entries: Sequence[NewEntry], *, company_id: int, by: Actor, at: datetime, on: date) -> str:
    """Return what `finance_add` takes: entries counted from 1, and beside them what belongs to which."""
    numbered = list(enumerate(entries, start=1))
    facts: dict[str, Any] = {
        "company": company_id,
        "author": str(by.id),
        "name": by.name,
        "at": at.isoformat(),
        "on": on.isoformat(),
        "entries": [_entry(count, entry) for count, entry in numbered],
        "origins": [
            {"at": count, "room": entry.origin[0], "key": entry.origin[1]} for count, entry in numbered if entry.origin
        ],
    }
    facts |= {name: [] for name in DETAILS}
    for count, entry in numbered:
        for position, line in enumerate(entry.lines, start=1):
            for name, row in _line(entry, line):
                facts[name].append({"at": count, "position": position, **row})
    return json.dumps(facts, ensure_ascii=False)


def _entry(count: int, entry: NewEntry) -> Row:
    return {
        "at": count,
        "journal": entry.journal_id,
        "cents": entry.cents,
        "many": len(entry.lines),
        "date": entry.on.isoformat(),
        "reverses": entry.reverses_id,
        "label": entry.label,
        "piece_ref": entry.piece_ref,
        "piece_date": _day(entry.piece_date),
    }


def _line(entry: NewEntry, line: NewLine) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the rows of a line, each with the table that it is for."""
    yield (
        "lines",
        {
            "journal": entry.journal_id,
            "account": line.account_id,
            "auxiliary": line.auxiliary_id,
            "date": entry.on.isoformat(),
            "debit": line.debit_cents,
            "credit": line.credit_cents,
        },
    )
    if line.label and line.label != entry.label:
        yield "texts", {"label": line.label, "piece_ref": entry.piece_ref, "piece_date": _day(entry.piece_date)}
    if line.currency or line.currency_amount is not None:
        amount = None if line.currency_amount is None else str(line.currency_amount)
        yield "currencies", {"amount": amount, "currency": line.currency}
    if line.due_on:
        yield "dues", {"due_on": line.due_on.isoformat()}
    if line.vat_code:
        yield "vats", {"code": line.vat_code}
    for section_id, cents in line.sections:
        yield "sections", {"section": section_id, "cents": cents}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
