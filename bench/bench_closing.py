"""Seconds to check a large fiscal year before it closes, and to carry it forward, beside a plain aggregate and insert.

Usage: python bench/bench_closing.py [--sizes 300000,3000000]   (a cluster of its own, removed afterwards)

Each size is the lines of one year of one company, made by `ledger_data.py`. What is not lettered is carried line by
line: three fifths of the invoices of the year.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import stand
from ledger_data import NAME, SIREN, fill, year_of

from livret.core.people import system_actor
from livret.suite.company.models import FiscalYear
from livret.suite.company.services import create_company, open_fiscal_year
from livret.suite.finance.closing.models import CarryForward
from livret.suite.finance.closing.queries import checks
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.models import ChartAccount

NOW = datetime(2023, 2, 1, tzinfo=UTC)
BY = system_actor("bench")
# Every account's balance and every line still open: what a carry-forward cannot do without reading.
PLAIN = """
SELECT l.account_id, l.auxiliary_id, sum(l.debit_cents - l.credit_cents),
       count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM finance_letteredline m
                                           WHERE m.entry_id = l.entry_id AND m.position = l.position))
  FROM finance_line l WHERE l.fiscal_year_id = %s GROUP BY l.account_id, l.auxiliary_id
"""


def measure(lines: int) -> None:
    company = create_company(siren=SIREN, name=NAME, allowance=None, by=BY, at=NOW)
    year = fill(company, lines, year=1)
    first, last = year_of(2)
    open_fiscal_year(company, first_day=first, last_day=last, by=BY, at=NOW)
    ChartAccount.objects.filter(company=company, number__regex="^4[01]1").update(can_letter=True)
    print(f"\n{lines:,} lines in the year", flush=True)
    floor = stand.floor_of("one aggregate of the year's lines, open ones counted", PLAIN, [year.pk])
    stand.timed("the checks of the year", lambda: checks.checks_of(year, today=date(2023, 2, 1)), floor=floor)
    measure_forward(year, floor)


def measure_forward(year: FiscalYear, floor: float) -> None:
    def forward() -> CarryForward:
        return carry_forward(year, allowance=None, by=BY, at=NOW, today=date(2023, 2, 1))

    _took, act = stand.timed("the year is carried forward", forward, floor=floor)
    print(f"  {act.line_count:,} lines were carried")
    stand.timed("again, when nothing changed", forward, floor=floor)
    stand.timed("the checks of the year, now", lambda: checks.checks_of(year, today=date(2023, 2, 1)), floor=floor)


if __name__ == "__main__":
    stand.run(measure, sizes="300000,3000000")
