"""What customers, suppliers and others owe by age, and the days on which it falls due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import FiscalYear
from livret.suite.finance.queries import open_items

CUSTOMERS, SUPPLIERS, OTHERS = "customers", "suppliers", "others"
ROOTS = {CUSTOMERS: ("41",), SUPPLIERS: ("40",), OTHERS: ("42", "43", "44", "45", "46", "47")}


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


# What is left of each open line once the lines of the other side of its party have paid the oldest due first.
LEFT = """
SELECT account_id, due_on, side * greatest(least(own, reached - against), 0) AS cents
  FROM (SELECT account_id, due_on, side, greatest(side * cents, 0) AS own,
               sum(greatest(side * cents, 0)) OVER (party ORDER BY due_on, entry_id, position) AS reached,
               sum(greatest(-side * cents, 0)) OVER party AS against
          FROM (SELECT account_id, auxiliary_id, entry_id, position, due_on, debit_cents - credit_cents AS cents,
                       sign(sum(debit_cents - credit_cents) OVER (PARTITION BY account_id, auxiliary_id)) AS side
                  FROM ({open}) AS open_lines) AS sided
        WINDOW party AS (PARTITION BY account_id, auxiliary_id)) AS summed
"""
DUE_DAYS = f"""
SELECT a.number, o.day, o.oldest, o.cents::bigint, o.lines
  FROM (SELECT account_id, greatest(due_on, %(today)s) AS day, width_bucket(%(today)s - due_on, %(ages)s) AS age,
               sign(cents) AS side, min(due_on) AS oldest, sum(cents) AS cents, count(*) AS lines
          FROM ({LEFT}) AS left_lines WHERE cents <> 0 AND due_on < %(until)s GROUP BY 1, 2, 3, 4) o
  JOIN finance_chartaccount a ON a.id = o.account_id ORDER BY o.day, o.oldest, a.number, o.side
"""  # noqa: S608 - of constants alone.


def open_by_due_day(
    year: FiscalYear, day: date, *, today: date, until: date, ages: Sequence[int], roots: Sequence[str]
) -> list[tuple[str, date, date, int, int]]:
    """Return what is open at *day* and falls due before *until*, by account and due day; what is late today, by age.

    What a party paid and nobody lettered is taken first off what it owed the longest, whatever the days of both; one
    party never pays for another. ages: from how many days late each age begins. Each row: account, day (today when
    late), the oldest due day, cents, number of lines.
    """
    facts = _open_facts(year, day, roots) | {"today": today, "until": until, "ages": list(ages)}
    return _run(DUE_DAYS.format(open=open_items.open_lines_sql(facts)), facts)


def _open_facts(year: FiscalYear, day: date, roots: Sequence[str]) -> dict[str, Any]:
    accounts = [account for account in open_items.lettered_accounts(year) if account.number.startswith(tuple(roots))]
    return open_items.scope(year, on=day, accounts=accounts)


def _run(statement: str, facts: dict[str, Any]) -> list[Any]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
