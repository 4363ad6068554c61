"""Entries of the journals over days: totals of each journal, and entries by pages found from where one ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Journal, JournalCounter

PAGE = 100
Key = tuple[date, int]
LATEST: Key = (date.max, 0)


class JournalSum(NamedTuple):
    """How many entries a journal has over days, and their total: what it debits, and credits, in cents."""

    code: str
    label: str
    entries: int
    cents: int


class JournalEntry(NamedTuple):
    """An entry as a list of its journal shows it. cents: what it debits, and credits."""

    date: date
    id: int
    journal: str
    reference: str
    piece_ref: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class EntriesPage:
    """Entries by day, and the keys of the pages around, None at the ends."""

    entries: tuple[JournalEntry, ...]
    before: Key | None
    after: Key | None


SUMS = """
SELECT j.code, j.label, t.entries, t.cents FROM (
  SELECT journal_id, count(*) AS entries, sum(amount_cents)::bigint AS cents FROM finance_entry
   WHERE fiscal_year_id = %(year)s AND date BETWEEN %(first)s AND %(last)s GROUP BY journal_id) t
  JOIN finance_journal j ON j.id = t.journal_id ORDER BY j.code
"""
ENTRIES = """
SELECT e.date, e.id, j.code, finance_reference(j.code, e.number, t.source_number), t.piece_ref, t.label, e.amount_cents
  FROM (SELECT * FROM finance_entry
         WHERE fiscal_year_id = %(year)s AND date BETWEEN %(first)s AND %(last)s {journal}
           AND (date, id) {than} (%(date)s, %(entry)s) ORDER BY date {way}, id {way} LIMIT %(limit)s) e
  JOIN finance_entrytext t ON t.entry_id = e.id
  JOIN finance_journal j ON j.id = e.journal_id
 ORDER BY e.date {way}, e.id {way}
"""
OF_JOURNAL = "AND journal_id = %(journal)s"


def journals_used(year: FiscalYear) -> list[Journal]:
    """Return the journals that hold entries in *year*, by code."""
    used = JournalCounter.objects.filter(fiscal_year=year, last_number__gt=0)
    return list(Journal.objects.filter(pk__in=used.values("journal")).order_by("code"))


def sums_of(year: FiscalYear, period: DayPeriod) -> list[JournalSum]:
    """Return what each journal holds over *period*. One pass over the heads of its entries."""
    return [JournalSum(*row) for row in _rows(SUMS, _facts(year, period))]


def entries_page(
    year: FiscalYear,
    period: DayPeriod,
    *,
    journal: Journal | None = None,
    after: Key | None = None,
    before: Key | None = None,
) -> EntriesPage:
    """Return the entries of *journal*, or of all, that follow the one at key *after*, or end before *before*.

    before=LATEST: the last page.
    """
    start = after or before or (period.first_day, 0)
    facts = {**_facts(year, period), "date": start[0], "entry": start[1], "limit": PAGE + 1}
    than, way = ("<", "DESC") if before else (">", "ASC")
    asked = ENTRIES.format(journal=OF_JOURNAL if journal else "", than=than, way=way)
    rows = [JournalEntry(*row) for row in _rows(asked, {**facts, "journal": journal.pk if journal else None})]
    is_full, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    has_before, has_after = (is_full, before != LATEST) if before else (after is not None, is_full)
    return EntriesPage(
        tuple(rows),
        rows[0][:2] if rows and has_before else None,
        rows[-1][:2] if rows and has_after else None,
    )


def _facts(year: FiscalYear, period: DayPeriod) -> dict[str, Any]:
    return {"year": year.pk, "first": period.first_day, "last": period.last_day}


def _rows(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
