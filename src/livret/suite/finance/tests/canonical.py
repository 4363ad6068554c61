"""The canonical form of an entry, written a second time from docs/explain/ledger.md, to compare with the database's."""

from __future__ import annotations

import hashlib
import json

from livret.suite.finance.models import Entry, Line, LineCurrency, LineText


def digest(entry: Entry) -> bytes:
    year, text = entry.fiscal_year, entry.text
    head = [
        1,
        entry.company.siren,
        year.first_day.isoformat(),
        year.last_day.isoformat(),
        entry.journal.code,
        entry.number,
        text.source_number or f"{entry.journal.code}-{entry.number:06d}",
        entry.date.isoformat(),
        entry.validated_on.isoformat(),
        text.label,
        text.piece_ref,
        _day(text.piece_date),
    ]
    lines = Line.objects.filter(entry=entry).select_related("account", "auxiliary").order_by("position")
    rows = [head, *(_line(line) for line in lines)]
    return hashlib.sha256("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()).digest()


def chained(entries) -> bytes:
    head = bytes(32)
    for entry in entries:
        head = hashlib.sha256(head + digest(entry)).digest()
    return head


def _line(line):
    text = LineText.objects.filter(entry_id=line.entry_id, position=line.position).first()
    money = LineCurrency.objects.filter(entry_id=line.entry_id, position=line.position).first()
    return [
        line.position,
        line.account.number,
        line.auxiliary.number if line.auxiliary else None,
        line.date.isoformat(),
        line.debit_cents,
        line.credit_cents,
        text.label if text else None,
        text.piece_ref if text else None,
        _day(text.piece_date) if text else None,
        str(money.amount) if money and money.amount is not None else None,
        money.currency if money else None,
    ]


def _day(day):
    return day.isoformat() if day else None
