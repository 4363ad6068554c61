"""Balances of customers, suppliers and others over a period, and what they owe by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.queries import open_items
from livret.suite.finance.rules.spans import spans

CUSTOMERS, SUPPLIERS, OTHERS = "customers", "suppliers", "others"
ROOTS = {CUSTOMERS: ("41",), SUPPLIERS: ("40",), OTHERS: ("42", "43", "44", "45", "46", "47")}


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party under an account; cents. opening: debit less credit before the period."""

    account: str
    account_label: str
    auxiliary: str
    label: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


SOURCES = {
    True: "SELECT account_id, auxiliary_id, debit_cents, credit_cents FROM finance_auxiliarybalance"
    " WHERE fiscal_year_id = %(year)s AND month >= %(first{n})s AND month < %(until{n})s",
    False: "SELECT account_id, auxiliary_id, debit_cents, credit_cents FROM finance_line"
    " WHERE fiscal_year_id = %(year)s AND date >= %(first{n})s AND date < %(until{n})s"
    " AND account_id = ANY(%(accounts)s) AND auxiliary_id IS NOT NULL",
}
# What an opening journal holds in the period was brought forward: it is opening, and moved nothing.
BROUGHT = """SELECT l.account_id, l.auxiliary_id, l.debit_cents - l.credit_cents, -l.debit_cents, -l.credit_cents
  FROM finance_journal j
  JOIN finance_entry e ON e.fiscal_year_id = %(year)s AND e.journal_id = j.id
  JOIN finance_line l ON l.entry_id = e.id
 WHERE j.company_id = %(company)s AND j.kind = 'opening' AND e.date BETWEEN %(since)s AND %(last)s
   AND l.account_id = ANY(%(accounts)s) AND l.auxiliary_id IS NOT NULL"""
SUMS = """
SELECT a.number, a.label, x.number, x.label, s.opening, s.debit, s.credit
  FROM (SELECT account_id, auxiliary_id, sum(opening)::bigint AS opening, sum(debit)::bigint AS debit,
               sum(credit)::bigint AS credit
          FROM ({parts}) AS moved(account_id, auxiliary_id, opening, debit, credit)
         WHERE account_id = ANY(%(accounts)s) GROUP BY account_id, auxiliary_id) s
  JOIN finance_chartaccount a ON a.id = s.account_id
  JOIN finance_auxiliaryaccount x ON x.id = s.auxiliary_id
 WHERE {kept} ORDER BY a.number, x.number
"""
MOVED, HELD = "(s.opening, s.debit, s.credit) <> (0, 0, 0)", "s.opening + s.debit - s.credit <> 0"
ACCOUNTS = """
SELECT id, number FROM finance_chartaccount WHERE company_id = %(company)s AND substr(number, 1, 2) = ANY(%(roots)s)
"""


def party_balances(year: FiscalYear, period: DayPeriod, *, kind: str, only_held: bool = False) -> list[PartyRow]:
    """Return the parties that moved or hold something; only_held: those with a balance at the end."""
    facts: dict[str, Any] = {"year": year.pk, "company": year.company_id, "roots": list(ROOTS[kind])}
    facts |= {"since": period.first_day, "last": period.last_day}
    facts["accounts"] = [pk for pk, _number in _run(ACCOUNTS, facts)]
    parts = [BROUGHT]
    for rank, span in enumerate(spans(period, year=year.days)):
        facts |= {f"first{rank}": span.first, f"until{rank}": span.until}
        columns = "debit_cents - credit_cents, 0, 0" if span.is_opening else "0, debit_cents, credit_cents"
        source = SOURCES[span.is_whole].format(n=rank)
        parts.append(f"SELECT account_id, auxiliary_id, {columns} FROM ({source}) AS span{rank}")  # noqa: S608 - our own words only.
    statement = SUMS.format(parts=" UNION ALL ".join(parts), kept=HELD if only_held else MOVED)
    return [PartyRow(*row) for row in _run(statement, facts)]


@dataclass(frozen=True, slots=True)
class AgedRow:
    """What a party owes (is owed, below zero) at a day, in cents: not due, 1-30 days late, 31-60, 61-90, more."""

    account: str
    auxiliary: str
    label: str
    ages: tuple[int, int, int, int, int]

    @property
    def total(self) -> int:
        return sum(self.ages)


AGED = """
SELECT a.number, coalesce(x.number, ''), coalesce(x.label, a.label), o.future, o.d30, o.d60, o.d90, o.older
  FROM (SELECT account_id, auxiliary_id,
               coalesce(sum(cents) FILTER (WHERE late <= 0), 0)::bigint AS future,
               coalesce(sum(cents) FILTER (WHERE late BETWEEN 1 AND 30), 0)::bigint AS d30,
               coalesce(sum(cents) FILTER (WHERE late BETWEEN 31 AND 60), 0)::bigint AS d60,
               coalesce(sum(cents) FILTER (WHERE late BETWEEN 61 AND 90), 0)::bigint AS d90,
               coalesce(sum(cents) FILTER (WHERE late > 90), 0)::bigint AS older
          FROM (SELECT account_id, auxiliary_id, debit_cents - credit_cents AS cents, %(day)s::date - due_on AS late
                  FROM ({open}) AS open_lines) AS aged
         GROUP BY account_id, auxiliary_id) o
  JOIN finance_chartaccount a ON a.id = o.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = o.auxiliary_id
 ORDER BY a.number, x.number NULLS FIRST
"""


def aged_balances(year: FiscalYear, day: date, *, kind: str) -> list[AgedRow]:
    """Return what is open at *day* by party and age; parties whose open lines offset one another entirely stay out."""
    facts = _open_facts(year, day, ROOTS[kind])
    rows = _run(AGED.format(open=open_items.open_lines_sql(facts)), {**facts, "day": day})
    found = [AgedRow(account, auxiliary, label, (*ages,)) for account, auxiliary, label, *ages in rows]
    return [row for row in found if any(row.ages)]


DUE_DAYS = """
SELECT a.number, o.day, o.oldest, o.cents::bigint, o.lines
  FROM (SELECT account_id, greatest(due_on, %(today)s) AS day, min(due_on) AS oldest,
               sum(debit_cents - credit_cents) AS cents, count(*) AS lines
          FROM ({open}) AS open_lines WHERE due_on < %(until)s GROUP BY 1, 2) o
  JOIN finance_chartaccount a ON a.id = o.account_id ORDER BY o.day, a.number
"""


def open_by_due_day(
    year: FiscalYear, day: date, *, today: date, until: date, roots: Sequence[str]
) -> list[tuple[str, date, date, int, int]]:
    """Return what is open at *day* and falls due before *until*, by account and due day, what is late on *today*.

    Each row: account, day, the oldest due day, cents, number of lines.
    """
    facts = _open_facts(year, day, roots)
    return _run(DUE_DAYS.format(open=open_items.open_lines_sql(facts)), {**facts, "today": today, "until": until})


def _open_facts(year: FiscalYear, day: date, roots: Sequence[str]) -> dict[str, Any]:
    accounts = [account for account in open_items.lettered_accounts(year) if account.number.startswith(tuple(roots))]
    return open_items.scope(year, on=day, accounts=accounts)


def _run(statement: str, facts: dict[str, Any]) -> list[Any]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
