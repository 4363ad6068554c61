"""What every account holds at a day, its parties each on their own side, and what it moved in a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod, add_months
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import YearTombstone
from livret.suite.finance.queries import balances
from livret.suite.finance.rules.balance import AccountRow
from livret.suite.finance.statements.rules.placing import Position

# Whole months from what is kept; the days of the month that the day cuts, from the lines, by the index on auxiliaries.
BY_PARTY = """
SELECT a.number, sum(greatest(s.cents, 0))::bigint, sum(greatest(-s.cents, 0))::bigint
  FROM (SELECT account_id, auxiliary_id, sum(cents) AS cents
          FROM (SELECT account_id, auxiliary_id, debit_cents - credit_cents AS cents FROM finance_auxiliarybalance
                 WHERE fiscal_year_id = %(year)s AND month < %(month)s
                UNION ALL
                SELECT l.account_id, l.auxiliary_id, l.debit_cents - l.credit_cents FROM finance_line l
                 WHERE l.fiscal_year_id = %(year)s AND l.account_id = ANY(%(accounts)s) AND l.auxiliary_id IS NOT NULL
                   AND l.date >= %(month)s AND l.date < %(until)s) parts
         WHERE account_id = ANY(%(accounts)s)
         GROUP BY account_id, auxiliary_id) s
  JOIN finance_chartaccount a ON a.id = s.account_id
 GROUP BY a.number
"""
# The same at the end of a year whose detail was removed: its tombstone keeps the sums.
KEPT = """
SELECT a.number, (k.value->>0)::bigint, (k.value->>1)::bigint
  FROM finance_yeartombstone s
 CROSS JOIN LATERAL jsonb_each(s.sides) k
  JOIN finance_chartaccount a ON a.id = k.key::bigint
 WHERE s.fiscal_year_id = %(year)s AND a.id = ANY(%(accounts)s)
"""
ACCOUNTS = (
    "SELECT id FROM finance_chartaccount WHERE company_id = %(company)s AND substr(number, 1, 2) = ANY(%(roots)s)"
)


def positions_at(year: FiscalYear, day: date, *, by_auxiliary: Sequence[str] = ()) -> list[Position]:
    """Return the accounts that hold something at the end of *day*; accounts under these roots, party by party."""
    found = [(row, row.sums.closing) for row in _accounts(year, DayPeriod(year.first_day, min(day, year.last_day)))]
    sides = _sides(year, day, by_auxiliary) if by_auxiliary else {}
    return [
        _position(row, cents, sides.get(row.number, (0, 0))) for row, cents in found if cents or row.number in sides
    ]


def moves_in(year: FiscalYear, period: DayPeriod) -> list[Position]:
    """Return what each account moved in *period*, net; what was brought forward did not move."""
    return [
        Position(row.number, row.label, max(moved, 0), max(-moved, 0))
        for row in _accounts(year, period)
        if (moved := row.sums.debit - row.sums.credit)
    ]


def _accounts(year: FiscalYear, period: DayPeriod) -> Iterable[AccountRow]:
    return (row for group in balances.balance_of(year, period).groups for row in group.rows)


def _position(row: AccountRow, cents: int, sides: tuple[int, int]) -> Position:
    debit, credit = sides
    alone = cents - debit + credit  # Of no party.
    return Position(row.number, row.label, debit + max(alone, 0), credit + max(-alone, 0))


def _sides(year: FiscalYear, day: date, roots: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return debit and credit balances of the parties of each account, those that hold something.

    Of a year whose detail was removed they are those of its last day, whatever the day.
    """
    until = min(day, year.last_day) + timedelta(1)
    is_whole = until.day == 1 or day >= year.last_day
    month = add_months(until.replace(day=1), 1) if is_whole and until.day != 1 else until.replace(day=1)
    facts: dict[str, Any] = {"year": year.pk, "company": year.company_id, "roots": list(roots)}
    with connections[current_alias()].cursor() as sql:
        sql.execute(ACCOUNTS, facts)
        facts |= {"accounts": [pk for (pk,) in sql.fetchall()], "month": month, "until": until}
        is_removed = YearTombstone.objects.filter(fiscal_year=year).exists()
        sql.execute(KEPT if is_removed else BY_PARTY, facts)
        return {number: (debit, credit) for number, debit, credit in sql.fetchall() if debit or credit}


def sums_by_month(year: FiscalYear, roots: Sequence[str]) -> dict[date, dict[str, int]]:
    """Return for each month and root what its accounts moved, debit less credit, in cents."""
    found: dict[date, dict[str, int]] = defaultdict(dict)
    with connections[current_alias()].cursor() as sql:
        sql.execute(MONTHS, {"year": year.pk, "roots": list(roots)})
        for month, root, cents in sql.fetchall():
            found[month][root] = cents
    return found


MONTHS = """
SELECT b.month, r.root, sum(b.debit_cents - b.credit_cents)::bigint
  FROM unnest(%(roots)s::text[]) AS r(root)
  JOIN finance_chartaccount a ON starts_with(a.number, r.root)
  JOIN finance_balance b ON b.account_id = a.id AND b.fiscal_year_id = %(year)s
 GROUP BY b.month, r.root
"""


def cash_by_day(year: FiscalYear) -> list[tuple[date, int]]:
    """Return the days on which banks and cash moved with what they moved, net, in cents, in order."""
    with connections[current_alias()].cursor() as sql:
        sql.execute(CASH_DAYS, {"year": year.pk, "company": year.company_id})
        return list(sql.fetchall())


CASH_DAYS = """
SELECT d.day, sum(d.debit_cents - d.credit_cents)::bigint
  FROM finance_chartaccount a
  JOIN finance_daybalance d ON d.account_id = a.id AND d.fiscal_year_id = %(year)s
 WHERE a.company_id = %(company)s AND substr(a.number, 1, 2) IN ('51', '53', '54')
 GROUP BY d.day ORDER BY d.day
"""


def year_before(year: FiscalYear) -> FiscalYear | None:
    """Return the fiscal year that ends before this one opens, the last of them."""
    rows = FiscalYear.objects.select_related("company").filter(company=year.company_id, last_day__lt=year.first_day)
    return rows.order_by("-last_day").first()
