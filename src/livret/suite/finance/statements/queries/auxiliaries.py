"""The ledger of a party, page by page, at any depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount
from livret.suite.finance.queries.ledgers import Key
from livret.suite.finance.rules.spans import month_of
from livret.suite.finance.statements.queries.books import SHOWN, BookLine

PAGE = 100
OF_PARTY = """
(SELECT * FROM finance_line WHERE auxiliary_id = %(auxiliary)s AND account_id = %(account)s
    AND date BETWEEN %(first)s AND %(last)s AND (date, entry_id, position) > (%(date)s, %(entry)s, %(position)s)
  ORDER BY date, entry_id, position LIMIT %(limit)s) l
  JOIN finance_entry e ON e.id = l.entry_id
"""
LINES = SHOWN.format(source=OF_PARTY) + " ORDER BY l.date, l.entry_id, l.position"
BEFORE = """
SELECT (SELECT coalesce(sum(debit_cents - credit_cents), 0)::bigint FROM finance_auxiliarybalance
         WHERE fiscal_year_id = %(year)s AND account_id = %(account)s AND auxiliary_id = %(auxiliary)s
           AND month < %(month)s)
     + (SELECT coalesce(sum(debit_cents - credit_cents), 0)::bigint FROM finance_line
         WHERE auxiliary_id = %(auxiliary)s AND account_id = %(account)s AND fiscal_year_id = %(year)s
           AND date >= %(month)s AND (date, entry_id, position) <= (%(date)s, %(entry)s, %(position)s))
"""
ACCOUNTS = """
SELECT DISTINCT account_id FROM finance_auxiliarybalance
 WHERE fiscal_year_id = %(year)s AND auxiliary_id = %(auxiliary)s
"""


@dataclass(frozen=True, slots=True)
class PartyPage:
    """Lines with the balance after each, in cents; after: where the next page starts, None at the end."""

    brought_forward: int
    lines: tuple[tuple[BookLine, int], ...]
    carried_forward: int
    after: Key | None


def party_page(
    party: AuxiliaryAccount, account: ChartAccount, year: FiscalYear, period: DayPeriod, *, after: Key | None = None
) -> PartyPage:
    """Return the lines of *party* under *account* that follow the key *after*."""
    start = after or (period.first_day, 0, 0)
    facts: dict[str, Any] = {"auxiliary": party.pk, "account": account.pk, "year": year.pk, "limit": PAGE + 1}
    facts |= {"first": period.first_day, "last": period.last_day, "month": month_of(start[0])}
    facts |= {"date": start[0], "entry": start[1], "position": start[2]}
    forward = int(_rows(BEFORE, facts)[0][0])
    rows = [BookLine(*row) for row in _rows(LINES, facts)]
    lines, balance = [], forward
    for row in rows[:PAGE]:
        balance += row.debit - row.credit
        lines.append((row, balance))
    last = rows[PAGE - 1][:3] if len(rows) > PAGE else None
    return PartyPage(forward, tuple(lines), balance, last)


def accounts_of(party: AuxiliaryAccount, year: FiscalYear) -> list[ChartAccount]:
    """Return the general accounts under which *party* moved in *year*, by number."""
    found = [pk for (pk,) in _rows(ACCOUNTS, {"year": year.pk, "auxiliary": party.pk})]
    return list(ChartAccount.objects.filter(pk__in=found).order_by("number"))


def _rows(statement: str, facts: dict[str, Any]) -> list[Any]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
