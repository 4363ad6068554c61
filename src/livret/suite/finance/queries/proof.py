"""What proves the books from the inside: chains computed again, balances added up again, links looked up by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import JournalCounter, Seal, YearLedger, YearTombstone
from livret.suite.finance.queries.balances import broken_seals, drifted_balances
from livret.suite.finance.queries.tombstones import accounts_apart, falsehoods_of, tombstone_of

CUT_SHORT = """
SELECT j.code, c.last_number, coalesce(e.last, 0)
  FROM finance_journalcounter c
  JOIN finance_journal j ON j.id = c.journal_id
  LEFT JOIN LATERAL (SELECT max(number) AS last FROM finance_entry e
                      WHERE e.fiscal_year_id = c.fiscal_year_id AND e.journal_id = c.journal_id) e ON true
  LEFT JOIN finance_entry f ON f.fiscal_year_id = c.fiscal_year_id AND f.journal_id = c.journal_id
                           AND f.number = c.last_number
  LEFT JOIN finance_seal s ON s.entry_id = f.id
 WHERE c.fiscal_year_id = %(year)s AND c.last_number > 0 AND s.hash IS DISTINCT FROM c.head
"""


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain of a journal in a fiscal year. head: of its last entry, in hexadecimal."""

    siren: str
    year_ends: date
    journal: str
    number: int
    head: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the books that is not what it must be. number: of the entry, 0 when it is of none."""

    code: str
    siren: str
    year_ends: date
    journal: str = ""
    number: int = 0
    found: str = ""
    expected: str = ""


def years_held() -> dict[int, tuple[FiscalYear, int]]:
    """Return the fiscal years that hold entries, with how many, by id."""
    held = YearLedger.objects.select_related("fiscal_year__company").filter(entries__gt=0).order_by("fiscal_year_id")
    return {ledger.fiscal_year_id: (ledger.fiscal_year, ledger.entries) for ledger in held}


def chains_of(year: FiscalYear) -> list[Chain]:
    """Return the chains of *year*, by journal."""
    counters = JournalCounter.objects.select_related("journal").filter(fiscal_year=year, last_number__gt=0)
    return [
        Chain(year.company.siren, year.last_day, one.journal.code, one.last_number, bytes(one.head).hex())
        for one in counters.order_by("journal__code")
    ]


def seal_at(year: FiscalYear, journal: str, number: int) -> str | None:
    """Return the seal, in hexadecimal, of an entry by its journal and number; None when there is no such entry."""
    found = Seal.objects.filter(entry__fiscal_year=year, entry__journal__code=journal, entry__number=number).first()
    return bytes(found.hash).hex() if found else None


def faults_of(year: FiscalYear) -> list[Fault]:
    """Return what the books of *year* themselves prove false; it reads every line of the year.

    Seals that are not those of their lines and of the entry before, counters that do not stand on the last seal, kept
    balances that are not the sum of their lines. Of a year whose detail was removed: its tombstone, and what is kept.
    """
    siren, ends = year.company.siren, year.last_day
    if stone := tombstone_of(year):
        return _faults_beside(stone, siren, ends)
    found = [Fault("seal-broken", siren, ends, code, number) for code, number in broken_seals(year)]
    with connections[current_alias()].cursor() as sql:
        sql.execute(CUT_SHORT, {"year": year.pk})
        rows = sql.fetchall()
    found += [Fault("chain-cut", siren, ends, code, last, str(held), str(last)) for code, last, held in rows]
    found += [
        Fault("balance-drifted", siren, ends, found=f"{row[0]} {row[1]}", expected="")
        for row in drifted_balances(year)[:20]
    ]
    return found


def _faults_beside(stone: YearTombstone, siren: str, ends: date) -> list[Fault]:
    found = [
        Fault("tombstone-false", siren, ends, found=f"{name} {told}", expected=kept)
        for name, told, kept in falsehoods_of(stone)
    ]
    apart = accounts_apart(stone.fiscal_year)
    return found + [Fault("balance-drifted", siren, ends, found=number) for number in apart[:20]]
