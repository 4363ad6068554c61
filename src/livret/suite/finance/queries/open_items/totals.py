"""What is open in totals, by account and party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount
from livret.suite.finance.queries.open_items.scopes import (
    HELD,
    PAGE,
    STILL_OPEN,
    facts_of,
    is_open,
    like,
    of_party,
    run,
)


@dataclass(frozen=True, slots=True)
class OpenTotal:
    """What is open on an account and party, in cents; oldest_on: the day of the oldest of its open lines."""

    account_id: int
    account: str
    account_label: str
    auxiliary_id: int | None
    auxiliary: str
    auxiliary_label: str
    lines: int
    debit: int
    credit: int
    oldest_on: date

    @property
    def cents(self) -> int:
        return self.debit - self.credit


TOTALS = """
SELECT h.account_id, a.number, a.label, h.auxiliary_id, coalesce(x.number, ''), coalesce(x.label, ''),
       h.lines, h.debit::bigint, h.credit::bigint, h.oldest
  FROM (SELECT l.account_id, l.auxiliary_id, count(*) AS lines, sum(l.debit_cents) AS debit,
               sum(l.credit_cents) AS credit, min(l.date) AS oldest
          FROM held l WHERE {still_open} GROUP BY l.account_id, l.auxiliary_id) h
  JOIN finance_chartaccount a ON a.id = h.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = h.auxiliary_id
 ORDER BY a.number, x.number NULLS FIRST, h.auxiliary_id NULLS FIRST
"""


def open_totals(
    year: FiscalYear,
    *,
    on: date | None = None,
    accounts: Sequence[ChartAccount] | None = None,
    auxiliary: AuxiliaryAccount | None = None,
) -> list[OpenTotal]:
    """Return what is open at *on* by account and party, those with nothing open left out, in order of their numbers.

    One pass over the lines of the accounts: for a screen on a large account, `open_parties` gives page by page.
    """
    facts = facts_of(year, on, accounts)
    statement = HELD.format(party=of_party(facts, auxiliary, False)) + TOTALS.format(still_open=STILL_OPEN)
    return [OpenTotal(*row) for row in run(statement, facts)]


# Each party of the account is looked into by its index, and no further than the page goes. Whether it moved is asked
# of the balances party by party: as a join, the planner of a year just imported compares each party with each balance.
PARTIES = """
SELECT %(account)s::int, %(number)s, %(label)s, x.id, x.number, x.label,
       o.lines, o.debit::bigint, o.credit::bigint, o.oldest
  FROM finance_auxiliaryaccount x
 CROSS JOIN LATERAL (
   SELECT count(*) AS lines, sum(l.debit_cents) AS debit, sum(l.credit_cents) AS credit, min(l.date) AS oldest
     FROM finance_line l
    WHERE l.auxiliary_id = x.id AND l.account_id + 0 = %(account)s AND l.fiscal_year_id = %(year)s
      AND l.date BETWEEN %(first)s AND %(on)s AND {is_open}) o
 WHERE x.company_id = %(company)s AND o.lines > 0 AND x.number > %(after)s{words}
   AND (SELECT b.auxiliary_id FROM finance_auxiliarybalance b WHERE b.auxiliary_id = x.id
           AND b.fiscal_year_id = %(year)s AND b.account_id = %(account)s LIMIT 1) IS NOT NULL
 ORDER BY x.number LIMIT %(limit)s
"""


def open_parties(
    year: FiscalYear,
    account: ChartAccount,
    *,
    on: date | None = None,
    words: str = "",
    after: str = "",
    limit: int = PAGE,
) -> tuple[list[OpenTotal], str | None]:
    """Return the parties of *account* with open lines whose numbers follow *after*, and the number to go on from."""
    facts = facts_of(year, on, [account])
    facts |= {"account": account.pk, "number": account.number, "label": account.label, "company": year.company_id}
    facts |= {"after": after, "limit": limit + 1, "words": like(words)}
    sought = " AND (x.number ILIKE %(words)s OR x.label ILIKE %(words)s)" if words else ""
    rows = [OpenTotal(*row) for row in run(PARTIES.format(is_open=is_open(facts), words=sought), facts)]
    return rows[:limit], rows[limit - 1].auxiliary if len(rows) > limit else None
