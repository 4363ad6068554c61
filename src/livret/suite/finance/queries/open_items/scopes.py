"""Which lines are looked at, and when one is open: the pieces of SQL that lines and totals are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, Balance, ChartAccount

PAGE = 100

DOCUMENT = "coalesce(lt.piece_date, t.piece_date, l.date)"
DUE = f"""coalesce(ld.due_on, CASE
    WHEN p.due_days IS NULL THEN {DOCUMENT}
    WHEN p.due_end_of_month
    THEN (date_trunc('month', ({DOCUMENT} + p.due_days)::timestamp) + interval '1 month - 1 day')::date
    ELSE {DOCUMENT} + p.due_days END)"""
TEXTS = """
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
  LEFT JOIN finance_linedue ld ON ld.entry_id = l.entry_id AND ld.position = l.position
  LEFT JOIN finance_party p ON p.auxiliary_id = l.auxiliary_id
"""
# Scalar on purpose: looked up by key for each line of a page, whatever the planner believes of the tables.
# At the end of the year every line counts, and the deferred check of the database keeps is_partial true to them.
OPEN_AT_THE_END = """(
    SELECT g.is_partial FROM finance_letteredline m JOIN finance_lettering g ON g.id = m.lettering_id
     WHERE m.entry_id = l.entry_id AND m.position = l.position) IS NOT FALSE"""
OPEN_BEFORE = """coalesce((
    SELECT sum(c.debit_cents - c.credit_cents) FROM finance_letteredline m
      JOIN finance_letteredline n ON n.lettering_id = m.lettering_id
      JOIN finance_line c ON c.entry_id = n.entry_id AND c.position = n.position
     WHERE m.entry_id = l.entry_id AND m.position = l.position AND c.date <= %(on)s), 1) <> 0"""
OF_YEAR = " WHERE l.fiscal_year_id = %(year)s AND l.date BETWEEN %(first)s AND %(on)s AND "
# The same by sets, for those who want every open line: one pass, no look-up.
HELD = """
WITH held AS MATERIALIZED (
  SELECT l.entry_id, l.position, l.account_id, l.auxiliary_id, l.date, l.debit_cents, l.credit_cents, m.lettering_id
    FROM finance_line l
    LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
   WHERE l.fiscal_year_id = %(year)s AND l.date BETWEEN %(first)s AND %(on)s AND {party}
), closed AS (
  SELECT lettering_id FROM held WHERE lettering_id IS NOT NULL
   GROUP BY lettering_id HAVING sum(debit_cents - credit_cents) = 0
)
"""
# A hashed list, not a join: the planner takes `closed` for one row, and would go through it for every line.
STILL_OPEN = "(l.lettering_id IS NULL OR l.lettering_id NOT IN (SELECT lettering_id FROM closed))"


def open_lines_sql(facts: dict[str, Any]) -> str:
    """Return a SELECT of every open line of the scope in *facts* (from `scope`), to put in brackets after FROM.

    Its columns: entry_id, position, account_id, auxiliary_id, date, due_on, debit_cents, credit_cents.
    """
    columns = f" SELECT l.entry_id, l.position, l.account_id, l.auxiliary_id, l.date, {DUE} AS due_on"
    held = HELD.format(party=of_party(facts, None, False))
    return f"{held}{columns}, l.debit_cents, l.credit_cents FROM held l {TEXTS} WHERE {STILL_OPEN}"


def scope(
    year: FiscalYear, *, on: date | None = None, accounts: Sequence[ChartAccount] | None = None
) -> dict[str, Any]:
    """Return the parameters that `open_lines_sql` takes."""
    return facts_of(year, on, accounts)


def lettered_accounts(year: FiscalYear) -> list[ChartAccount]:
    """Return the accounts of the company that are lettered and moved in *year*, in order of their numbers."""
    moved = Balance.objects.filter(fiscal_year=year, account=OuterRef("pk"))
    rows = ChartAccount.objects.filter(Exists(moved), company_id=year.company_id, can_letter=True)
    return list(rows.order_by("number"))


def facts_of(year: FiscalYear, on: date | None, accounts: Sequence[ChartAccount] | None) -> dict[str, Any]:
    last = min(on or year.last_day, year.last_day)
    wanted = lettered_accounts(year) if accounts is None else accounts
    ids = [account.pk for account in wanted]
    return {"year": year.pk, "first": year.first_day, "on": last, "end": year.last_day, "accounts": ids}


def is_open(facts: dict[str, Any]) -> str:
    return OPEN_AT_THE_END if facts["on"] == facts["end"] else OPEN_BEFORE


def of_party(facts: dict[str, Any], auxiliary: AuxiliaryAccount | None, without: bool) -> str:
    if auxiliary is not None:
        facts["auxiliary"] = auxiliary.pk
        # Reached by the index of the party: that of the account holds the lines of all parties.
        return "l.account_id + 0 = ANY(%(accounts)s) AND l.auxiliary_id = %(auxiliary)s"
    return "l.account_id = ANY(%(accounts)s)" + (" AND l.auxiliary_id IS NULL" if without else "")


def like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def run(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
