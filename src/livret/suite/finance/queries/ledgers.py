"""Accounts, journals and entries, page by page: a page is found by where the one before ended, at any depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Q

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import ONE_DAY, DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Entry, Journal, JournalCounter
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
BEYOND = """
   AND l.date BETWEEN %(first)s AND %(last)s
   AND (l.date, l.entry_id, l.position) {than} (%(date)s, %(entry)s, %(position)s)
 ORDER BY l.date {way}, l.entry_id {way}, l.position {way} LIMIT %(limit)s
"""
FORWARD, BACKWARD = BEYOND.format(than=">", way="ASC"), BEYOND.format(than="<", way="DESC")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An account, or an auxiliary under it, in a year: what its lines are found by, and its balance before one.

    of: the condition on lines; kept: sums kept of days that lie wholly before; since: the first day not in them.
    """

    of: str
    kept: str
    since: str
    facts: Mapping[str, Any]


OF_ACCOUNT = " WHERE l.account_id = %(account)s"
# Months before that of the line, then days before its own: its lines are read for one day only.
ACCOUNT_BEFORE = """
SELECT (SELECT coalesce(sum(debit_cents - credit_cents), 0) FROM finance_balance
         WHERE fiscal_year_id = %(year)s AND account_id = %(account)s AND month < %(month)s)
     + (SELECT coalesce(sum(debit_cents - credit_cents), 0) FROM finance_daybalance
         WHERE fiscal_year_id = %(year)s AND account_id = %(account)s AND day >= %(month)s AND day < %(date)s)
"""
OF_AUXILIARY = " WHERE l.auxiliary_id = %(auxiliary)s AND l.account_id = %(account)s"
AUXILIARY_BEFORE = """
SELECT coalesce(sum(debit_cents - credit_cents), 0) FROM finance_auxiliarybalance
 WHERE fiscal_year_id = %(year)s AND account_id = %(account)s AND auxiliary_id = %(auxiliary)s AND month < %(month)s
"""
LINES_BEFORE = """
SELECT coalesce(sum(l.debit_cents - l.credit_cents), 0)::bigint FROM finance_line l
{of} AND l.fiscal_year_id = %(year)s AND l.date BETWEEN %({since})s AND %(date)s
   AND (l.date, l.entry_id, l.position) < (%(date)s, %(entry)s, %(position)s)
"""
PRECEDED = "SELECT EXISTS (SELECT 1 FROM finance_line l {of} AND l.date >= %(first)s AND l.date < %(date)s)"
LATEST = (date.max, 0, 0)


def account_page(
    account: ChartAccount,
    year: FiscalYear,
    period: DayPeriod,
    *,
    after: Key | None = None,
    before: Key | None = None,
    on: date | None = None,
) -> LedgerPage:
    """Return the page of *account* that follows the line at key *after*, or ends before the one at *before*.

    on: the page begins with the first line of that day or later; before=LATEST: the last page.
    """
    sheet = Sheet(OF_ACCOUNT, ACCOUNT_BEFORE, "date", {"account": account.pk, "year": year.pk})
    return _page(sheet, period, after=after, before=before, on=on)


def auxiliary_page(
    account: ChartAccount,
    auxiliary: AuxiliaryAccount,
    year: FiscalYear,
    period: DayPeriod,
    *,
    after: Key | None = None,
    before: Key | None = None,
    on: date | None = None,
) -> LedgerPage:
    """Return a page of *auxiliary* under *account*, chosen and shown as one of an account."""
    facts = {"account": account.pk, "auxiliary": auxiliary.pk, "year": year.pk}
    sheet = Sheet(OF_AUXILIARY, AUXILIARY_BEFORE, "month", facts)
    return _page(sheet, period, after=after, before=before, on=on)


def _page(sheet: Sheet, period: DayPeriod, *, after: Key | None, before: Key | None, on: date | None) -> LedgerPage:
    day = max(on, period.first_day) if on else period.first_day
    start = after or before or (day, 0, 0)
    facts = {**sheet.facts, "first": period.first_day, "last": period.last_day}
    key = {"date": start[0], "entry": start[1], "position": start[2], "limit": PAGE + 1}
    rows = _rows(LINES + sheet.of + (BACKWARD if before else FORWARD), {**facts, **key})
    is_full, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    forward = _balance_before(sheet, rows[0].key if rows else min(start, (period.last_day + ONE_DAY, 0, 0)))
    lines = _with_balances(rows, forward)
    is_inside = after is not None or _is_preceded(sheet, facts, day)
    has_before, has_after = (is_full, before != LATEST) if before else (is_inside, is_full)
    return LedgerPage(
        forward,
        lines,
        lines[-1].balance if lines else forward,
        lines[0].key if lines and has_before else None,
        lines[-1].key if lines and has_after else None,
    )


def _is_preceded(sheet: Sheet, facts: Mapping[str, Any], day: date) -> bool:
    """Tell whether lines of the period stand before *day*."""
    if day <= facts["first"]:
        return False
    with connections[current_alias()].cursor() as sql:
        sql.execute(PRECEDED.format(of=sheet.of), {**facts, "date": day})
        return bool(sql.fetchone()[0])


def _balance_before(sheet: Sheet, key: Key) -> int:
    place = {**sheet.facts, "date": key[0], "entry": key[1], "position": key[2], "month": month_of(key[0])}
    with connections[current_alias()].cursor() as sql:
        sql.execute(sheet.kept, place)
        kept = sql.fetchone()[0]
        sql.execute(LINES_BEFORE.format(of=sheet.of, since=sheet.since), place)
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


def journal_page(
    journal: Journal, year: FiscalYear, *, after: int = 0, before: int | None = None
) -> tuple[list[Entry], int | None]:
    """Return entries of a journal in the order of their numbers, and the number to go on from, None at the end.

    before: the page ends before that number instead.
    """
    rows = Entry.objects.select_related("text", "journal").filter(fiscal_year=year, journal=journal)
    if before is not None:
        found = list(rows.filter(number__lt=before).order_by("-number")[:PAGE])[::-1]
        return found, found[-1].number if found else None
    found = list(rows.filter(number__gt=after).order_by("number")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].number if len(found) > PAGE else None


def number_on(journal: Journal, year: FiscalYear, day: date) -> int | None:
    """Return the number of the first entry of *journal* dated *day* or later, None when there is none."""
    rows = Entry.objects.filter(fiscal_year=year, journal=journal, date__gte=day).order_by("date", "id")
    return rows.values_list("number", flat=True).first()
