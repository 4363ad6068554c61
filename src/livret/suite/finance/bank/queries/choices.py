"""What a movement can be matched with or settle, besides what is suggested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.bank.models import Movement, Suggestion
from livret.suite.finance.bank.queries.sql import FREE_LINE
from livret.suite.finance.models import AuxiliaryAccount
from livret.suite.finance.queries.open_items import OpenFilter, OpenLine, lines_at, open_lines

MOST = 40
Day = date
FREE = f"""
SELECT l.entry_id, l.position, l.date, l.debit_cents - l.credit_cents AS cents, coalesce(lt.label, t.label), t.piece_ref
  FROM (SELECT l.* {FREE_LINE} AND l.date BETWEEN %(on)s::date - 90 AND %(on)s::date + 30
         ORDER BY abs(l.debit_cents - l.credit_cents - %(cents)s), abs(l.date - %(on)s) LIMIT {MOST}) l
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
 ORDER BY abs(l.debit_cents - l.credit_cents - %(cents)s), abs(l.date - %(on)s)
"""  # noqa: S608 - pieces of ours.


@dataclass(frozen=True, slots=True)
class FreeLine:
    """A posted line of the bank's ledger account that no movement stands for."""

    entry_id: int
    position: int
    date: Day
    cents: int
    label: str
    piece_ref: str


def free_lines(movement: Movement) -> list[FreeLine]:
    """Return the lines near the amount and day of *movement* that it could be matched with, nearest first."""
    account = movement.bank_account
    facts: dict[str, Any] = {
        "company": account.company_id,
        "account": account.account_id,
        "on": movement.booked_on,
        "cents": movement.cents,
    }
    with connections[current_alias()].cursor() as sql:
        sql.execute(FREE, facts)
        return [FreeLine(*row) for row in sql.fetchall()]


def year_at(company: Company, day: Day) -> FiscalYear | None:
    """Return the fiscal year of *company* that holds *day*."""
    held = FiscalYear.objects.filter(company=company, first_day__lte=day, last_day__gte=day)
    return held.select_related("company").first()


def open_items(movement: Movement, words: str = "") -> list[OpenLine]:
    """Return open invoices that *movement* could settle: those asked for by *words*, else those of the same amount
    and those that the suggestions name with the rest of their party's."""
    year = year_at(movement.bank_account.company, movement.booked_on)
    if year is None:
        return []
    if words:
        return list(open_lines(year, wanted=OpenFilter(words=words), limit=MOST).lines)
    found = {
        line.key: line for line in open_lines(year, wanted=OpenFilter(cents=abs(movement.cents)), limit=MOST).lines
    }
    for party in _parties(movement):
        found |= {line.key: line for line in open_lines(year, auxiliary=party, limit=MOST).lines}
    return [found[key] for key in sorted(found)][:MOST]


def _parties(movement: Movement) -> list[AuxiliaryAccount]:
    named = [one.proposal.get("auxiliary") for one in Suggestion.objects.filter(movement=movement)]
    return list(AuxiliaryAccount.objects.filter(pk__in=[pk for pk in named if pk])[:3])


def chosen_items(movement: Movement, keys: list[tuple[int, int]]) -> list[OpenLine]:
    """Return the lines that a form names, by day; those of other companies are left out."""
    return lines_at(keys, company_id=movement.bank_account.company_id)
