"""Fiscal years whose detail was removed after the legal years, and whether what stands for them is true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import connections
from django.db.models import Sum

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import Balance, Entry, JournalCounter, Line, YearLedger, YearTombstone

# The totals of months and days are kept: they must still be the same, account by account.
APART = """
SELECT a.number
  FROM (SELECT account_id, sum(debit_cents) AS debit, sum(credit_cents) AS credit
          FROM finance_balance WHERE fiscal_year_id = %(year)s GROUP BY 1) m
  FULL JOIN (SELECT account_id, sum(debit_cents) AS debit, sum(credit_cents) AS credit
               FROM finance_daybalance WHERE fiscal_year_id = %(year)s GROUP BY 1) d USING (account_id)
  JOIN finance_chartaccount a ON a.id = account_id
 WHERE (m.debit = d.debit AND m.credit = d.credit) IS NOT TRUE ORDER BY 1
"""


def tombstone_of(year: FiscalYear) -> YearTombstone | None:
    """Return what stands for *year* once its detail was removed, None before."""
    return YearTombstone.objects.select_related("fiscal_year__company").filter(fiscal_year=year).first()


def tombstones_of(company: Company) -> Mapping[int, YearTombstone]:
    """Return the tombstones of a company, by fiscal year."""
    return {one.pk: one for one in YearTombstone.objects.filter(fiscal_year__company=company)}


def tombstones_between(company: Company, first: date, last: date) -> list[YearTombstone]:
    """Return the tombstones of the years of a company that hold a day of a period, the oldest first."""
    rows = YearTombstone.objects.select_related("fiscal_year").filter(fiscal_year__company=company)
    within = rows.filter(fiscal_year__first_day__lte=last, fiscal_year__last_day__gte=first)
    return list(within.order_by("fiscal_year__last_day"))


def tombstone_over(company: Company, entry: int) -> YearTombstone | None:
    """Return the tombstone of the year that an entry was removed with, None when it cannot have been."""
    rows = YearTombstone.objects.select_related("fiscal_year__company").filter(fiscal_year__company=company)
    return rows.filter(first_entry__lte=entry, last_entry__gte=entry).order_by("pk").first()


def heads_held(year: FiscalYear) -> list[dict[str, object]]:
    """Return the heads of the chains of *year* as its counters hold them, as a closing and a tombstone write them."""
    rows = JournalCounter.objects.filter(fiscal_year=year, last_number__gt=0).order_by("journal__code")
    return [
        {"journal": code, "entries": number, "head": bytes(head).hex()}
        for code, number, head in rows.values_list("journal__code", "last_number", "head")
    ]


def falsehoods_of(stone: YearTombstone) -> list[tuple[str, str, str]]:
    """Return what a tombstone says that what was left beside it denies: what, found, expected."""
    year = stone.fiscal_year
    held = YearLedger.objects.get(pk=year.pk)
    debit = Balance.objects.filter(fiscal_year=year).aggregate(total=Sum("debit_cents"))["total"] or 0
    told = {"heads": stone.heads, "entries": stone.entries, "lines": stone.lines, "debit_cents": stone.debit_cents}
    kept = {"heads": heads_held(year), "entries": held.entries, "lines": held.lines, "debit_cents": debit}
    found = [(name, str(told[name]), str(kept[name])) for name in told if told[name] != kept[name]]
    if Entry.objects.filter(fiscal_year=year).exists() or Line.objects.filter(fiscal_year=year).exists():
        found.append(("rows", "left", "none"))
    return found


def accounts_apart(year: FiscalYear) -> list[str]:
    """Return the accounts whose months and days, which are kept of a removed year, no longer hold the same."""
    with connections[current_alias()].cursor() as sql:
        sql.execute(APART, {"year": year.pk})
        return [number for (number,) in sql.fetchall()]
