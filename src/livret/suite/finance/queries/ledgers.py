"""Accounts, journals and entries, page by page: a page is found by where the one before ended, at any depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Q

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount, Entry, Journal, JournalCounter
from livret.suite.finance.rules.spans import month_of

PAGE = 100
REVERSED = ("reverses__text", "reverses__journal")
Key = tuple[date, int, int]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line as an account or an entry shows it; amounts in cents, balance: of the account after this line."""

    date: date
    entry_id: int
    position: int
    journal: str
    reference: str
    account: str
    account_label: str
    auxiliary: str
    auxiliary_label: str
    label: str
    piece_ref: str
    debit: int
    credit: int
    letter: str
    currency_amount: Any
    currency: str
    balance: int = 0

    @property
    def key(self) -> Key:
        return (self.date, self.entry_id, self.position)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of an account: what it starts from, its lines, and the keys of the pages around, None at the ends."""

    brought_forward: int
    lines: tuple[LedgerLine, ...]
    carried_forward: int
    before: Key | None
    after: Key | None


LINES = """
SELECT l.date, l.entry_id, l.position, j.code, finance_reference(j.code, e.number, t.source_number),
       a.number, a.label, coalesce(x.number, ''), coalesce(x.label, ''),
       coalesce(lt.label, t.label), coalesce(lt.piece_ref, t.piece_ref), l.debit_cents, l.credit_cents,
       coalesce(g.code, ''), lc.amount, coalesce(lc.currency, '')
  FROM finance_line l
  JOIN finance_entry e ON e.id = l.entry_id
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  JOIN finance_journal j ON j.id = l.journal_id
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
  LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
"""
OF_ACCOUNT = """
 WHERE l.account_id = %(account)s AND l.date BETWEEN %(first)s AND %(last)s
   AND (l.date, l.entry_id, l.position) {than} (%(date)s, %(entry)s, %(position)s)
 ORDER BY l.date {way}, l.entry_id {way}, l.position {way} LIMIT %(limit)s
"""
FORWARD = LINES + OF_ACCOUNT.format(than=">", way="ASC")
BACKWARD = LINES + OF_ACCOUNT.format(than="<", way="DESC")
KEPT_BEFORE = """
SELECT coalesce(sum(debit_cents - credit_cents), 0)::bigint FROM finance_balance
 WHERE fiscal_year_id = %(year)s AND account_id = %(account)s AND month < %(month)s
"""
LINES_BEFORE = """
SELECT coalesce(sum(debit_cents - credit_cents), 0)::bigint FROM finance_line
 WHERE account_id = %(account)s AND fiscal_year_id = %(year)s AND date >= %(month)s
   AND (date, entry_id, position) < (%(date)s, %(entry)s, %(position)s)
"""


def account_page(
    account: ChartAccount, year: FiscalYear, period: DayPeriod, *, after: Key | None = None, before: Key | None = None
) -> LedgerPage:
    """Return the page of *account* that follows the line at key *after*, or ends before the one at *before*."""
    facts = {"account": account.pk, "year": year.pk, "first": period.first_day, "last": period.last_day}
    start = after or before or (period.first_day, 0, 0)
    key = {"date": start[0], "entry": start[1], "position": start[2], "limit": PAGE + 1}
    rows = _rows(BACKWARD if before else FORWARD, {**facts, **key})
    is_full, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    forward = _balance_before(facts, rows[0].key if rows else start)
    lines = _with_balances(rows, forward)
    has_before, has_after = (is_full, True) if before else (after is not None, is_full)
    return LedgerPage(
        forward,
        lines,
        lines[-1].balance if lines else forward,
        lines[0].key if lines and has_before else None,
        lines[-1].key if lines and has_after else None,
    )


def _balance_before(facts: dict[str, Any], key: Key) -> int:
    place = {**facts, "date": key[0], "entry": key[1], "position": key[2], "month": month_of(key[0])}
    with connections[current_alias()].cursor() as sql:
        sql.execute(KEPT_BEFORE, place)
        kept = sql.fetchone()[0]
        sql.execute(LINES_BEFORE, place)
        return int(kept + sql.fetchone()[0])


def _with_balances(rows: Sequence[LedgerLine], balance: int) -> tuple[LedgerLine, ...]:
    found = []
    for row in rows:
        balance += row.debit - row.credit
        found.append(replace(row, balance=balance))
    return tuple(found)


def _rows(statement: str, facts: dict[str, Any]) -> list[LedgerLine]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return [LedgerLine(*row) for row in sql.fetchall()]


def entry_lines(entry: Entry) -> list[LedgerLine]:
    """Return the lines of an entry, in order."""
    return _rows(LINES + " WHERE l.entry_id = %(entry)s ORDER BY l.position", {"entry": entry.pk})


def entry_reference(entry: Entry) -> str:
    """Return the number that an entry bears in the FEC: that of the file it came from, else journal and number."""
    return entry.text.source_number or f"{entry.journal.code}-{entry.number:06d}"


def entry_of(company: Company, pk: int) -> Entry | None:
    rows = Entry.objects.select_related("journal", "fiscal_year", "text", "seal", "import_run", *REVERSED)
    return rows.filter(company=company, pk=pk).first()


def reversal_of(entry: Entry) -> Entry | None:
    return Entry.objects.select_related("text", "journal").filter(reverses=entry).first()


def account_of(company: Company, number: str) -> ChartAccount | None:
    return ChartAccount.objects.filter(company=company, number=number).first()


def accounts_like(company: Company, words: str, *, limit: int = 20) -> list[ChartAccount]:
    """Return accounts whose number begins with *words* or whose label holds them."""
    holds = Q(number__startswith=words) | Q(label__icontains=words)
    return list(ChartAccount.objects.filter(holds, company=company).order_by("number")[:limit])


def journals_of(company: Company) -> list[Journal]:
    return list(Journal.objects.filter(company=company).order_by("code"))


def journal_counts(year: FiscalYear) -> list[JournalCounter]:
    """Return the counters of the journals used in *year*, by code."""
    rows = JournalCounter.objects.select_related("journal").filter(fiscal_year=year, last_number__gt=0)
    return list(rows.order_by("journal__code"))


def journal_page(journal: Journal, year: FiscalYear, *, after: int = 0) -> tuple[list[Entry], int | None]:
    """Return entries of a journal in the order of their numbers, and the number to go on from, None at the end."""
    rows = Entry.objects.select_related("text", "journal").filter(fiscal_year=year, journal=journal, number__gt=after)
    found = list(rows.order_by("number")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else None
