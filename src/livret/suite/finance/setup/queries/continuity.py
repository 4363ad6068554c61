"""The closing of a year beside the opening of the next: sums in the database, differences in the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.models import ImportRun, Journal, YearLedger
from livret.suite.finance.queries.ledgers import journal_counts
from livret.suite.finance.setup.queries.lists import runs_done
from livret.suite.finance.setup.rules.continuity import Cell, Difference, differences, follows, missing_days

SHOWN = 500
# What an auxiliary holds stands under its account, and the account itself keeps the rest.
SIDES = """
WITH own AS (
  SELECT b.account_id, sum(b.debit_cents - b.credit_cents)::bigint AS cents
    FROM finance_balance b JOIN finance_chartaccount a ON a.id = b.account_id
   WHERE b.fiscal_year_id = %(before)s AND left(a.number, 1) BETWEEN '1' AND '5' GROUP BY 1),
parts AS (
  SELECT b.account_id, b.auxiliary_id, sum(b.debit_cents - b.credit_cents)::bigint AS cents
    FROM finance_auxiliarybalance b WHERE b.fiscal_year_id = %(before)s AND b.account_id IN (SELECT account_id FROM own)
   GROUP BY 1, 2),
closing AS (
  SELECT account_id, auxiliary_id, cents FROM parts
   UNION ALL
  SELECT o.account_id, 0, (o.cents - coalesce(p.cents, 0))::bigint
    FROM own o LEFT JOIN (SELECT account_id, sum(cents) AS cents FROM parts GROUP BY 1) p USING (account_id)),
opening AS (
  SELECT l.account_id, coalesce(l.auxiliary_id, 0) AS auxiliary_id, sum(l.debit_cents - l.credit_cents)::bigint AS cents
    FROM finance_journal j
    JOIN finance_entry e ON e.fiscal_year_id = %(after)s AND e.journal_id = j.id
    JOIN finance_line l ON l.entry_id = e.id
   WHERE j.company_id = %(company)s AND j.kind = 'opening'
   GROUP BY 1, 2)
SELECT a.number, coalesce(x.number, ''), coalesce(c.cents, 0), coalesce(o.cents, 0)
  FROM closing c FULL JOIN opening o ON o.account_id = c.account_id AND o.auxiliary_id = c.auxiliary_id
  JOIN finance_chartaccount a ON a.id = coalesce(c.account_id, o.account_id)
  LEFT JOIN finance_auxiliaryaccount x ON x.id = coalesce(c.auxiliary_id, o.auxiliary_id)
 WHERE coalesce(c.cents, 0) <> coalesce(o.cents, 0) OR a.number LIKE '12%%'
 ORDER BY 1, 2
"""
RESULT = """
SELECT coalesce(sum(b.debit_cents - b.credit_cents), 0)::bigint
  FROM finance_balance b JOIN finance_chartaccount a ON a.id = b.account_id
 WHERE b.fiscal_year_id = %(before)s AND left(a.number, 1) IN ('6', '7')
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """From one year to the next. is_opened: the next year holds opening entries at all."""

    before: FiscalYear
    after: FiscalYear
    is_opened: bool
    is_empty: bool
    result: int
    differences: tuple[Difference, ...]

    @property
    def faults(self) -> int:
        return sum(one.is_fault for one in self.differences)

    @property
    def shown(self) -> tuple[Difference, ...]:
        return self.differences[:SHOWN]

    @property
    def is_even(self) -> bool:
        return self.is_opened and not self.faults


@dataclass(frozen=True, slots=True)
class TakenYear:
    """A year of the books, the imports that filled it, and the passage from the year before, None without one."""

    year: FiscalYear
    entries: int
    runs: tuple[ImportRun, ...]
    passage: Passage | None


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The years of a company, the latest first, and the days between them that no year holds."""

    years: tuple[TakenYear, ...]
    missing: tuple[DayPeriod, ...]


def take_over(company: Company) -> TakeOver:
    """Return how the years of a company follow one another."""
    held = list(fiscal_years(company))
    ledgers, runs = YearLedger.objects.in_bulk([year.pk for year in held]), runs_done(company)
    before: dict[int, FiscalYear] = {}
    for year in held:
        former = next((one for one in held if follows(one.days, year.days)), None)
        if former:
            before[year.pk] = former
    taken = tuple(
        TakenYear(
            year,
            ledgers[year.pk].entries if year.pk in ledgers else 0,
            tuple(runs.get(year.pk, ())),
            passage(before[year.pk], year) if year.pk in before else None,
        )
        for year in held
    )
    return TakeOver(taken, tuple(missing_days(year.days for year in held)))


def passage(before: FiscalYear, after: FiscalYear) -> Passage:
    """Return what differs between the closing of a year and the opening of the one that follows."""
    facts: dict[str, Any] = {"before": before.pk, "after": after.pk, "company": after.company_id}
    held = set(YearLedger.objects.filter(fiscal_year__in=[before, after], entries__gt=0).values_list("pk", flat=True))
    if held != {before.pk, after.pk}:
        return Passage(before, after, is_opened=False, is_empty=True, result=0, differences=())
    with connections[current_alias()].cursor() as sql:
        sql.execute(RESULT, facts)
        result = int(sql.fetchone()[0])
        sql.execute(SIDES, facts)
        cells = [Cell(*row) for row in sql.fetchall()]
    is_opened = any(cell.opening for cell in cells) or _has_opening(after)
    found = tuple(differences(cells, result=result)) if is_opened else ()
    return Passage(before, after, is_opened, is_empty=False, result=result, differences=found)


def _has_opening(year: FiscalYear) -> bool:
    return any(counter.journal.kind == Journal.Kind.OPENING for counter in journal_counts(year))
