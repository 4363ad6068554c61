"""Balances of any period, from the sums kept by month and by day; those of auxiliaries read lines at the ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections, transaction

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Balance
from livret.suite.finance.rules.balance import AccountRow, Sums, TrialBalance, trial_balance
from livret.suite.finance.rules.spans import Span, months_counted, shortened, spans

MONTHS = """
SELECT account_id, {sums} FROM finance_balance WHERE fiscal_year_id = %s AND month >= %s AND month < %s
"""
DAYS = """
SELECT account_id, {sums} FROM finance_daybalance WHERE fiscal_year_id = %s AND day >= %s AND day < %s
"""
# The entries of an opening journal are few: found first, by the unique index on year, journal and number, their lines
# are read by key. Left to the planner in one statement, every line of the year may be tried.
OPENING_JOURNALS = "SELECT id FROM finance_journal WHERE company_id = %s AND kind = 'opening'"
OPENING_ENTRIES = "SELECT id, date FROM finance_entry WHERE fiscal_year_id = %s AND journal_id = ANY (%s)"
BROUGHT_FORWARD = """
SELECT l.account_id, l.debit_cents - l.credit_cents, -l.debit_cents, -l.credit_cents
  FROM finance_line l WHERE l.entry_id = ANY (%s)
"""
BY_ACCOUNT = """
SELECT a.number, a.label, s.opening, s.debit, s.credit
  FROM (SELECT account_id, sum(opening)::bigint AS opening, sum(debit)::bigint AS debit, sum(credit)::bigint AS credit
          FROM ({parts}) p (account_id, opening, debit, credit) GROUP BY account_id) s
  JOIN finance_chartaccount a ON a.id = s.account_id
"""


def balance_of(year: FiscalYear, period: DayPeriod) -> TrialBalance:
    """Return the trial balance of *year* over *period*, which lies inside it.

    What a journal of opening balances holds in the period was brought forward, and moved nothing: it is opening.
    """
    cut = spans(period, year=year.days)
    parts = [(MONTHS if span.is_whole else DAYS).format(sums=_sums(span)) for span in cut]
    facts: list[Any] = [value for span in cut for value in (year.pk, span.first, span.until)]
    if opened := _opening_entries(year, period):
        parts.append(BROUGHT_FORWARD)
        facts.append(opened)
    rows = _rows(BY_ACCOUNT.format(parts=" UNION ALL ".join(parts)), facts)
    return trial_balance(AccountRow(number, label, Sums(*sums)) for number, label, *sums in rows)


def _sums(span: Span) -> str:
    """Return what the amounts of a span add to opening, debit and credit."""
    sign = "-" if span.sign < 0 else ""
    opening, moved = f"{sign}(debit_cents - credit_cents), 0, 0", f"0, {sign}debit_cents, {sign}credit_cents"
    return opening if span.is_opening else moved


def _opening_entries(year: FiscalYear, period: DayPeriod) -> list[int]:
    journals = [pk for (pk,) in _rows(OPENING_JOURNALS, [year.company_id])]
    rows = _rows(OPENING_ENTRIES, [year.pk, journals]) if journals else []
    return [pk for pk, day in rows if period.first_day <= day <= period.last_day]


def _rows(statement: str, facts: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())


@dataclass(frozen=True, slots=True)
class AuxiliaryRow:
    """An auxiliary under a general account, over a period; cents, opening and closing as debit less credit."""

    account_id: int
    account: str
    account_label: str
    auxiliary_id: int
    auxiliary: str
    auxiliary_label: str
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        return self.opening + self.debit - self.credit


# Each account is one look into a unique index.
WITH_AUXILIARIES = """
SELECT a.id FROM finance_chartaccount a
 WHERE a.company_id = %s AND (%s OR a.number LIKE ANY (%s))
   AND EXISTS (SELECT 1 FROM finance_auxiliarybalance b WHERE b.fiscal_year_id = %s AND b.account_id = a.id)
"""
# How many times each month counts in the opening and in the movements.
AUXILIARY_MONTHS = """
SELECT b.account_id, b.auxiliary_id, k.opening * (b.debit_cents - b.credit_cents), k.moved * b.debit_cents,
       k.moved * b.credit_cents
  FROM finance_auxiliarybalance b
  JOIN unnest(%s::date[], %s::int[], %s::int[]) k (month, opening, moved) ON k.month = b.month
 WHERE b.fiscal_year_id = %s AND b.account_id = ANY (%s)
"""
# Said so that the index by auxiliary cannot serve: for some days, it would be looked into once for each of them.
AUXILIARY_DAYS = """
SELECT account_id, auxiliary_id, {sums} FROM finance_line
 WHERE fiscal_year_id = %s AND date >= %s AND date < %s AND account_id = ANY (%s) AND coalesce(auxiliary_id, 0) <> 0
"""
AUXILIARY_BROUGHT_FORWARD = """
SELECT account_id, auxiliary_id, debit_cents - credit_cents, -debit_cents, -credit_cents
  FROM finance_line WHERE entry_id = ANY (%s) AND account_id = ANY (%s) AND auxiliary_id IS NOT NULL
"""
BY_AUXILIARY = """
SELECT a.id, a.number, a.label, x.id, x.number, x.label, s.opening, s.debit, s.credit
  FROM (SELECT account_id, auxiliary_id, sum(opening)::bigint AS opening, sum(debit)::bigint AS debit,
               sum(credit)::bigint AS credit
          FROM ({parts}) p (account_id, auxiliary_id, opening, debit, credit) GROUP BY account_id, auxiliary_id
        HAVING sum(opening) <> 0 OR sum(debit) <> 0 OR sum(credit) <> 0) s
  JOIN finance_chartaccount a ON a.id = s.account_id
  JOIN finance_auxiliaryaccount x ON x.id = s.auxiliary_id
 ORDER BY a.number, x.number
"""


def auxiliary_balance_of(
    year: FiscalYear, period: DayPeriod, *, account_prefixes: Sequence[str] = ()
) -> list[AuxiliaryRow]:
    """Return the balance of *year* over *period* by general account and auxiliary, in the order of their numbers.

    account_prefixes: those of the general accounts wanted, such as 411 and 401; all when empty. Auxiliaries without
    opening nor movement are left out; what an opening journal holds is opening, as in the trial balance.
    """
    patterns = [f"{prefix}%" for prefix in account_prefixes]
    held = [pk for (pk,) in _rows(WITH_AUXILIARIES, [year.company_id, not patterns, patterns, year.pk])]
    if not held:
        return []
    cut = shortened(spans(period, year=year.days))
    months = months_counted(cut)
    parts = [AUXILIARY_MONTHS]
    facts: list[Any] = [list(months), [k[0] for k in months.values()], [k[1] for k in months.values()], year.pk, held]
    for span in cut:
        if not span.is_whole:
            parts.append(AUXILIARY_DAYS.format(sums=_sums(span)))
            facts += [year.pk, span.first, span.until, held]
    if opened := _opening_entries(year, period):
        parts.append(AUXILIARY_BROUGHT_FORWARD)
        facts += [opened, held]
    return [AuxiliaryRow(*row) for row in _rows(BY_AUXILIARY.format(parts=" UNION ALL ".join(parts)), facts)]


def months_with_entries(year: FiscalYear) -> list[date]:
    return list(Balance.objects.filter(fiscal_year=year).order_by("month").values_list("month", flat=True).distinct())


DRIFT = """
SELECT a.number, k.day, k.debit_cents, k.credit_cents, s.debit, s.credit
  FROM (SELECT {keys}, {kept} AS day, debit_cents, credit_cents FROM {table} WHERE fiscal_year_id = %s) k
  FULL JOIN (SELECT {keys}, {day} AS day, sum(debit_cents)::bigint AS debit, sum(credit_cents)::bigint AS credit
               FROM finance_line WHERE fiscal_year_id = %s AND {where} GROUP BY {keys}, {day}) s USING ({keys}, day)
  JOIN finance_chartaccount a ON a.id = account_id
 WHERE (k.debit_cents = s.debit AND k.credit_cents = s.credit) IS NOT TRUE
"""
MONTH = "date_trunc('month', date::timestamp)::date"
KEPT: tuple[Mapping[str, str], ...] = (
    {"table": "finance_balance", "keys": "account_id", "kept": "month", "day": MONTH, "where": "true"},
    {"table": "finance_daybalance", "keys": "account_id", "kept": "day", "day": "date", "where": "true"},
    {
        "table": "finance_auxiliarybalance",
        "keys": "account_id, auxiliary_id",
        "kept": "month",
        "day": MONTH,
        "where": "auxiliary_id IS NOT NULL",
    },
)


def drifted_balances(year: FiscalYear) -> list[tuple[Any, ...]]:
    """Return the kept balances that differ from the sum of their lines; always none, unless a hand went round us.

    By month, by day, and by month and auxiliary: number of the account, first day, what is kept, what the lines say.
    """
    return [row for kept in KEPT for row in _rows(DRIFT.format(**kept), [year.pk, year.pk])]


BROKEN = """
SELECT code, number FROM (
  SELECT j.code, d.number, s.hash, finance_chain(decode(repeat('00', 32), 'hex'), d.digest)
                                   OVER (PARTITION BY d.journal_id ORDER BY d.number) AS found
    FROM finance_digests(%(year)s, 0, 9223372036854775807) d
    JOIN finance_journal j ON j.id = d.journal_id
    LEFT JOIN finance_seal s ON s.entry_id = d.entry_id) chain
 WHERE hash IS DISTINCT FROM found ORDER BY code, number LIMIT 20
"""


def broken_seals(year: FiscalYear) -> list[tuple[str, int]]:
    """Return journal and number of the first entries whose seal is not that of their lines and of those before."""
    alias = current_alias()
    with transaction.atomic(using=alias), connections[alias].cursor() as sql:
        sql.execute("SELECT set_config('enable_nestloop', 'off', true)")  # Whole tables are joined, never row by row.
        sql.execute(BROKEN, {"year": year.pk})
        return list(sql.fetchall())
