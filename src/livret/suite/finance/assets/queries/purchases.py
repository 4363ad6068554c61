"""Purchases posted to accounts of assets that are no asset yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company

SHOWN_LINES = 50


@dataclass(frozen=True, slots=True)
class AcquisitionLine:
    """A debit of an asset account that is no asset yet."""

    entry_id: int
    position: int
    day: date
    account: str
    account_label: str
    label: str
    piece_ref: str
    cents: int


LINES = """
SELECT l.entry_id, l.position, l.date, a.number, a.label, coalesce(lt.label, t.label),
       coalesce(lt.piece_ref, t.piece_ref), l.debit_cents
  FROM finance_chartaccount a
 CROSS JOIN LATERAL (
       SELECT l.entry_id, l.position, l.date, l.journal_id, l.debit_cents FROM finance_line l
        WHERE l.account_id = a.id AND l.date >= %(since)s ORDER BY l.date DESC LIMIT 1000) l
  JOIN finance_journal j ON j.id = l.journal_id AND j.kind <> 'opening'
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
 WHERE a.company_id = %(company)s AND a.number ~ '^2[0-7]' AND l.debit_cents > 0
   AND (%(entry)s = 0 OR l.entry_id = %(entry)s)
   AND NOT EXISTS (SELECT 1 FROM assets_fixedasset f WHERE f.entry_id = l.entry_id AND f.position = l.position)
   AND NOT EXISTS (SELECT 1 FROM assets_fixedasset f WHERE f.account_id = a.id AND f.taken_on > l.date)
   AND NOT EXISTS (SELECT 1 FROM finance_entry r WHERE r.reverses_id = l.entry_id)
 ORDER BY l.date DESC, l.entry_id DESC, l.position LIMIT %(limit)s
"""


def acquisition_lines(company: Company, *, since: date, entry_id: int = 0) -> list[AcquisitionLine]:
    """Return the latest debits of accounts 20 to 27 that are no asset yet, opening balances and reversed ones left out.

    Those of an account that were taken over since, as the assets of its opening, are left out too.
    entry_id: those of one entry only; of an account that moves much, the latest thousand lines are looked at.
    """
    facts: dict[str, Any] = {"company": company.pk, "since": since, "entry": entry_id, "limit": SHOWN_LINES}
    with connections[current_alias()].cursor() as sql:
        sql.execute(LINES, facts)
        return [AcquisitionLine(*row) for row in sql.fetchall()]
