"""Lines and totals of whole books for their files: read by keys in batches, memory stays flat at any size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import ChartAccount, Journal

BATCH = 5_000


class BookLine(NamedTuple):
    """A line as a general ledger or a journal prints it; amounts in cents."""

    date: date
    entry_id: int
    position: int
    journal: str
    reference: str
    account: str
    account_label: str
    auxiliary: str
    label: str
    piece_ref: str
    letter: str
    debit: int
    credit: int


SHOWN = """
SELECT l.date, l.entry_id, l.position, j.code, finance_reference(j.code, e.number, t.source_number), a.number, a.label,
       coalesce(x.number, ''), coalesce(lt.label, t.label), coalesce(lt.piece_ref, t.piece_ref), coalesce(g.code, ''),
       l.debit_cents, l.credit_cents
  FROM {source}
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
"""
OF_ACCOUNT = """
(SELECT * FROM finance_line WHERE account_id = %(account)s AND date BETWEEN %(first)s AND %(last)s
    AND (date, entry_id, position) > (%(date)s, %(entry)s, %(position)s)
  ORDER BY date, entry_id, position LIMIT %(batch)s) l
  JOIN finance_entry e ON e.id = l.entry_id
"""
LEDGER = SHOWN.format(source=OF_ACCOUNT) + " ORDER BY l.date, l.entry_id, l.position"
OF_JOURNAL = """
(SELECT * FROM finance_entry WHERE fiscal_year_id = %(year)s AND journal_id = %(journal)s AND number > %(number)s
  ORDER BY number LIMIT %(batch)s) e
  JOIN finance_line l ON l.entry_id = e.id
"""
JOURNAL = SHOWN.format(source=OF_JOURNAL) + " ORDER BY e.number, l.position"
LAST_NUMBER = """
SELECT max(number) FROM (SELECT number FROM finance_entry
  WHERE fiscal_year_id = %(year)s AND journal_id = %(journal)s AND number > %(number)s
  ORDER BY number LIMIT %(batch)s) n
"""


def account_lines(account: ChartAccount, period: DayPeriod) -> Iterator[BookLine]:
    """Yield the lines of an account over *period*, by date."""
    facts: dict[str, Any] = {"account": account.pk, "first": period.first_day, "last": period.last_day, "batch": BATCH}
    key = (period.first_day, 0, 0)
    while True:
        rows = _lines(LEDGER, {**facts, "date": key[0], "entry": key[1], "position": key[2]})
        yield from rows
        if len(rows) < BATCH:
            return
        key = rows[-1][:3]


def journal_lines(journal: Journal, year: FiscalYear) -> Iterator[BookLine]:
    """Yield the lines of a journal over *year*, in the order of its numbers."""
    facts: dict[str, Any] = {"year": year.pk, "journal": journal.pk, "number": 0, "batch": BATCH // 2}
    while (last := _first(LAST_NUMBER, facts)) is not None:
        yield from _lines(JOURNAL, facts)
        facts["number"] = last


JOURNAL_MONTHS = """
SELECT j.code, j.label, date_trunc('month', e.date::timestamp)::date AS month, count(*), sum(e.amount_cents)::bigint
  FROM finance_entry e JOIN finance_journal j ON j.id = e.journal_id
 WHERE e.fiscal_year_id = %(year)s GROUP BY j.code, j.label, month ORDER BY j.code, month
"""


def journal_totals(year: FiscalYear) -> list[tuple[str, str, date, int, int]]:
    """Return journal, label, month, number of entries and their total in cents. One pass over the heads of entries."""
    return list(_rows(JOURNAL_MONTHS, {"year": year.pk}))


SECTIONS = """
SELECT x.code, x.label, s.code, s.label, a.number, a.label, sum(greatest(b.cents, 0))::bigint,
       sum(greatest(-b.cents, 0))::bigint
  FROM finance_analyticaxis x
  JOIN finance_analyticsection s ON s.axis_id = x.id
  JOIN finance_linesection b ON b.section_id = s.id
  JOIN finance_line l ON l.entry_id = b.entry_id AND l.position = b.position
  JOIN finance_chartaccount a ON a.id = l.account_id
 WHERE x.company_id = %(company)s AND l.fiscal_year_id = %(year)s AND l.date BETWEEN %(first)s AND %(last)s
 GROUP BY x.code, x.label, s.code, s.label, a.number, a.label ORDER BY x.code, s.code, a.number
"""


def section_sums(year: FiscalYear, period: DayPeriod) -> list[tuple[Any, ...]]:
    """Return axis, section, account, debit and credit in cents of what was allocated in *period*."""
    facts = {"company": year.company_id, "year": year.pk, "first": period.first_day, "last": period.last_day}
    return list(_rows(SECTIONS, facts))


def _lines(statement: str, facts: dict[str, Any]) -> list[BookLine]:
    return [BookLine(*row) for row in _rows(statement, facts)]


def _first(statement: str, facts: dict[str, Any]) -> Any:
    return _rows(statement, facts)[0][0]


def _rows(statement: str, facts: dict[str, Any]) -> Sequence[tuple[Any, ...]]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
