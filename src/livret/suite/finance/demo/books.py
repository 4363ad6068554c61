"""A year of plausible books for a fictional company, entry by entry, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from livret.suite.finance.demo.closing import closing_entries, founding, opening_entry, plan_investments
from livret.suite.finance.demo.companies import CompanyProfile
from livret.suite.finance.demo.daily import Purchases, Sales, month_of
from livret.suite.finance.demo.desk import Desk
from livret.suite.finance.demo.entries import Entry, Opening
from livret.suite.finance.demo.monthly import plan_month, vat_settlement


def fiscal_year_books(
    profile: CompanyProfile, *, year: int, seed: int, opening: Opening | None = None
) -> Iterator[Entry]:
    """Yield the entries of the fiscal year opened in *year*, by date; numbers are chronological in each journal.

    opening: what `carry.carry_forward` drew from the former year; None founds the company. Every entry balances.
    Memory follows the unpaid invoices, not the length of the year.
    """
    rng = Random(f"{profile.siren}:{year}:{seed}")  # noqa: S311  A repeatable fiction, no secret.
    desk = Desk(profile, profile.fiscal_year(year), rng)
    yield desk.write(desk.year.first_day, opening_entry(desk, opening or founding(desk)))
    plan_investments(desk)
    sales, purchases = Sales(desk), Purchases(desk)
    for index in range(12):
        plan_month(desk, index)
        month = month_of(desk, index)
        for day in month.each_day():
            yield from _day(desk, day, sales, purchases)
        yield desk.write(month.last_day, vat_settlement(desk, month.last_day))
    for draft in closing_entries(desk):
        yield desk.write(desk.year.last_day, draft)


def _day(desk: Desk, day: date, sales: Sales, purchases: Purchases) -> Iterator[Entry]:
    for draft in desk.due(day):
        yield desk.write(day, draft)
    for draft in purchases.of(day):
        yield desk.write(day, draft)
    for draft in sales.of(day):
        yield desk.write(day, draft)
