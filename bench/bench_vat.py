"""Seconds to work out, read and file a month's VAT return of a large company, beside one plain aggregate of its lines.

Usage: python bench/bench_vat.py [--sizes 300000,3000000]   (a cluster of its own, removed afterwards)

Each size is the lines of one year of one company, made by `ledger_data.py`: a month holds a twelfth of them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import stand
from ledger_data import NAME, SIREN, fill

from livret.core.people import system_actor
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company
from livret.suite.company.services import create_company
from livret.suite.finance.models import Entry, Line
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.vat.models import Regime, Return, Share
from livret.suite.finance.vat.queries import checks, pages
from livret.suite.finance.vat.queries.changes import changes_since
from livret.suite.finance.vat.queries.lines import lines_of, sums_by_code
from livret.suite.finance.vat.queries.proposing import proposed_tax
from livret.suite.finance.vat.services.filing import file_return
from livret.suite.finance.vat.services.preparing import begin_return, prepare
from livret.suite.finance.vat.services.setup import RegimeFacts, choose_code, set_regime

NOW = datetime(2023, 2, 1, tzinfo=UTC)
BY = system_actor("bench")
MAY = DayPeriod(date(2022, 5, 1), date(2022, 5, 31))
JUNE = DayPeriod(date(2022, 6, 1), date(2022, 6, 30))
PLAIN = """
SELECT l.account_id, sum(l.debit_cents), sum(l.credit_cents), count(*) FROM finance_line l
 WHERE l.fiscal_year_id = %s AND l.date BETWEEN %s AND %s GROUP BY l.account_id
"""


def measure(lines: int) -> None:
    company = create_company(siren=SIREN, name=NAME, allowance=None, by=BY, at=NOW)
    year = fill(company, lines, year=1)
    in_month = Line.objects.filter(fiscal_year=year, date__gte=JUNE.first_day, date__lte=JUNE.last_day).count()
    print(f"\n{lines:,} lines in a year, {in_month:,} in the month", flush=True)
    set_regime(company, RegimeFacts(since=MAY.first_day, kind=Regime.Kind.MONTHLY), by=BY, at=NOW)
    floor = stand.floor_of("one aggregate of the month's lines", PLAIN, [year.pk, JUNE.first_day, JUNE.last_day])
    measure_return(company, floor)
    measure_receipts(company, floor)
    choose_code(company, "6", "ABS", day=JUNE.first_day, by=BY, at=NOW)
    typed = [TypedLine("601000", debit_cents=120_000), TypedLine("401000", credit_cents=120_000)]
    stand.timed("the tax proposed while an entry is typed", lambda: proposed_tax(company, JUNE.first_day, typed))


def measure_return(company: Company, floor: float) -> None:
    """On debits: what the month's lines say, late entries of the month before, and the settlement."""
    may = begin_return(company, MAY, by=BY, at=NOW)
    june = begin_return(company, JUNE, by=BY, at=NOW)
    may = stand.timed("a return on debits is worked out", lambda: prepare(may, at=NOW), floor=floor)[1]
    stand.timed("it is filed: settled, sealed, locked", lambda: file_return(may, by=BY, at=NOW), floor=floor)
    june = stand.timed("the one after it, with late entries looked for", lambda: prepare(june, at=NOW), floor=floor)[1]
    print(
        f"  {Share.objects.filter(vat_return=june).count():,} lines are counted, {Entry.objects.count():,} entries held"
    )
    read(june)


def read(made: Return) -> None:
    """What the page of a return reads."""
    stand.timed("  its checks", lambda: checks.checks_of(made))
    stand.timed("  its boxes", lambda: pages.sections_of(made))
    stand.timed("  what came since", lambda: changes_since(made))
    stand.timed("  its sums by code", lambda: sums_by_code(made))
    stand.timed("  a page of the lines of a box", lambda: lines_of(made, ["V20"], part="tax"))


def measure_receipts(company: Company, floor: float) -> None:
    """The same month with every sale due on receipts: what its letterings paid, of invoices however old."""
    Regime.objects.filter(company=company).update(services_due=Regime.Due.RECEIPTS)
    choose_code(company, "4457", "E*", day=JUNE.first_day, by=BY, at=NOW)
    june = begin_return(company, JUNE, by=BY, at=NOW)
    stand.timed("a return on receipts is worked out", lambda: prepare(june, at=NOW), floor=floor)
    print(f"  {Share.objects.filter(vat_return=june).count():,} lines are counted")


if __name__ == "__main__":
    stand.run(measure, sizes="300000,3000000")
