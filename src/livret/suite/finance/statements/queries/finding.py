"""Finding entries by amount, words, account and days, within a bound; it tells what was read, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount

BATCH, MOST_READ, MOST_FOUND = 10_000, 200_000, 100
Key = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """cents: of the entry or of one of its lines, whatever its side; account: how its number begins."""

    since: date
    until: date
    cents: int | None = None
    words: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that answers; amount in cents."""

    entry_id: int
    date: date
    journal: str
    reference: str
    piece_ref: str
    label: str
    cents: int


@dataclass(frozen=True, slots=True)
class Search:
    """read: how many entries were looked into; after: where to go on from, None when all were."""

    entries: tuple[Found, ...]
    read: int
    until: date | None
    after: Key | None


NEXT = """
SELECT id, date FROM finance_entry
 WHERE fiscal_year_id = %(year)s AND date <= %(until)s AND (date, id) > (%(date)s, %(id)s)
 ORDER BY date, id LIMIT %(batch)s
"""
HITS = """
SELECT e.id, e.date, j.code, finance_reference(j.code, e.number, t.source_number), t.piece_ref, t.label, e.amount_cents
  FROM finance_entry e
  JOIN finance_entrytext t ON t.entry_id = e.id
  JOIN finance_journal j ON j.id = e.journal_id
 WHERE e.fiscal_year_id = %(year)s AND e.id = ANY(%(ids)s) AND {conditions}
 ORDER BY e.date, e.id LIMIT %(limit)s
"""
BY_WORDS = """(t.label ILIKE %(words)s OR t.piece_ref ILIKE %(words)s OR t.source_number ILIKE %(words)s
   OR EXISTS (SELECT 1 FROM finance_linetext lt WHERE lt.entry_id = e.id
               AND (lt.label ILIKE %(words)s OR lt.piece_ref ILIKE %(words)s)))"""
BY_AMOUNT = """(e.amount_cents = %(cents)s OR EXISTS (SELECT 1 FROM finance_line l WHERE l.entry_id = e.id
   AND %(cents)s IN (abs(l.debit_cents), abs(l.credit_cents))))"""
BY_ACCOUNT = "EXISTS (SELECT 1 FROM finance_line l WHERE l.entry_id = e.id AND l.account_id = ANY(%(accounts)s))"


def entries_found(company: Company, wanted: Wanted, *, after: Key | None = None, most: int = MOST_READ) -> Search:
    """Return the entries of *company* that answer all that is *wanted*, by date, from those after the key on."""
    found: list[Found] = []
    start, read = after or (wanted.since, 0), 0
    for year in _years(company, wanted, start[0]):
        facts, conditions = _facts(company, wanted)
        while batch := _next(year, wanted, start):
            read += len(batch)
            facts |= {"year": year.pk, "ids": [pk for pk, _day in batch], "limit": MOST_FOUND - len(found) + 1}
            found += [Found(*row) for row in _rows(HITS.format(conditions=conditions), facts)]
            start = (batch[-1][1], batch[-1][0])
            if len(found) > MOST_FOUND:
                shown = tuple(found[:MOST_FOUND])
                return Search(shown, read, shown[-1].date, (shown[-1].date, shown[-1].entry_id))
            if read >= most:
                return Search(tuple(found), read, start[0], start)
    return Search(tuple(found), read, None, None)


def _years(company: Company, wanted: Wanted, since: date) -> list[FiscalYear]:
    rows = FiscalYear.objects.filter(company=company, first_day__lte=wanted.until, last_day__gte=since)
    return list(rows.order_by("first_day"))


def _facts(company: Company, wanted: Wanted) -> tuple[dict[str, Any], str]:
    facts: dict[str, Any] = {"cents": wanted.cents, "words": f"%{_plain(wanted.words)}%"}
    conditions = ["true"]
    if wanted.account:
        accounts = ChartAccount.objects.filter(company=company, number__startswith=wanted.account)
        facts["accounts"] = list(accounts.values_list("pk", flat=True))
        conditions.append(BY_ACCOUNT)
    if wanted.cents is not None:
        conditions.append(BY_AMOUNT)
    if wanted.words:
        conditions.append(BY_WORDS)
    return facts, " AND ".join(conditions)


def _next(year: FiscalYear, wanted: Wanted, start: Key) -> list[tuple[int, date]]:
    facts = {"year": year.pk, "until": wanted.until, "date": start[0], "id": start[1], "batch": BATCH}
    return _rows(NEXT, facts)


def _plain(words: str) -> str:
    return words.replace("\0", " ").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").strip()


def _rows(statement: str, facts: dict[str, Any]) -> list[Any]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
