"""Balances of any period: whole months from what is kept, the days at the ends from the lines."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connections, transaction

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Balance, ChartAccount
from livret.suite.finance.rules.balance import AccountRow, Sums, TrialBalance, trial_balance
from livret.suite.finance.rules.spans import Span, month_of, spans

WHOLE_MONTHS = """
SELECT account_id, sum(debit_cents)::bigint, sum(credit_cents)::bigint FROM finance_balance
 WHERE fiscal_year_id = %(year)s AND month >= %(first)s AND month < %(until)s
 GROUP BY account_id
"""
# Only the accounts that moved in the month are looked into, each by its index.
SOME_DAYS = """
SELECT b.account_id, t.debit, t.credit
  FROM finance_balance b
 CROSS JOIN LATERAL (SELECT sum(debit_cents)::bigint AS debit, sum(credit_cents)::bigint AS credit FROM finance_line l
                      WHERE l.account_id = b.account_id AND l.fiscal_year_id = %(year)s
                        AND l.date >= %(first)s AND l.date < %(until)s) t
 WHERE b.fiscal_year_id = %(year)s AND b.month = %(month)s AND t.debit IS NOT NULL
"""
# The entries of an opening journal are few and found by the unique index on year, journal and number.
BROUGHT_FORWARD = """
SELECT l.account_id, sum(l.debit_cents)::bigint, sum(l.credit_cents)::bigint
  FROM finance_journal j
  JOIN finance_entry e ON e.fiscal_year_id = %(year)s AND e.journal_id = j.id
  JOIN finance_line l ON l.entry_id = e.id
 WHERE j.company_id = %(company)s AND j.kind = 'opening' AND e.date >= %(first)s AND e.date <= %(last)s
 GROUP BY l.account_id
"""


def balance_of(year: FiscalYear, period: DayPeriod) -> TrialBalance:
    """Return the trial balance of *year* over *period*, which lies inside it.

    What a journal of opening balances holds in the period was brought forward, and moved nothing: it is opening.
    """
    sums: dict[int, Sums] = defaultdict(Sums)
    for span in spans(period, year=year.days):
        for account_id, debit, credit in _moved(year, span):
            sums[account_id] += Sums(debit - credit) if span.is_opening else Sums(0, debit, credit)
    for account_id, debit, credit in _brought_forward(year, period):
        sums[account_id] += Sums(debit - credit, -debit, -credit)
    accounts = ChartAccount.objects.filter(pk__in=sums).values_list("pk", "number", "label")
    return trial_balance(AccountRow(number, label, sums[pk]) for pk, number, label in accounts)


def _moved(year: FiscalYear, span: Span) -> list[tuple[int, int, int]]:
    facts: dict[str, Any] = {"year": year.pk, "first": span.first, "until": span.until, "month": month_of(span.first)}
    with connections[current_alias()].cursor() as sql:
        sql.execute(WHOLE_MONTHS if span.is_whole else SOME_DAYS, facts)
        return list(sql.fetchall())


def _brought_forward(year: FiscalYear, period: DayPeriod) -> list[tuple[int, int, int]]:
    facts: dict[str, Any] = {"year": year.pk, "company": year.company_id, "first": period.first_day}
    facts["last"] = period.last_day
    with connections[current_alias()].cursor() as sql:
        sql.execute(BROUGHT_FORWARD, facts)
        return list(sql.fetchall())


def months_with_entries(year: FiscalYear) -> list[date]:
    return list(Balance.objects.filter(fiscal_year=year).order_by("month").values_list("month", flat=True).distinct())


DRIFT = """
SELECT a.number, k.month, k.debit_cents, k.credit_cents, s.debit, s.credit
  FROM (SELECT account_id, month, debit_cents, credit_cents FROM finance_balance WHERE fiscal_year_id = %(year)s) k
  FULL JOIN (SELECT account_id, date_trunc('month', date::timestamp)::date AS month, sum(debit_cents)::bigint AS debit,
                    sum(credit_cents)::bigint AS credit
               FROM finance_line WHERE fiscal_year_id = %(year)s GROUP BY 1, 2) s USING (account_id, month)
  JOIN finance_chartaccount a ON a.id = account_id
 WHERE (k.debit_cents = s.debit AND k.credit_cents = s.credit) IS NOT TRUE
"""


def drifted_balances(year: FiscalYear) -> list[tuple[Any, ...]]:
    """Return the kept balances that differ from the sum of their lines; always none, unless a hand went round us."""
    with connections[current_alias()].cursor() as sql:
        sql.execute(DRIFT, {"year": year.pk})
        return list(sql.fetchall())


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
