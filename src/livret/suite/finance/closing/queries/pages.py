"""What the pages of closing show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.closing.models import Archive, CarryForward, ClosingWork, CutOff, YearClosing
from livret.suite.finance.closing.queries.checks import Judged, closing_balances, opening_differences
from livret.suite.finance.closing.rules.retention import closing_deadline
from livret.suite.finance.closing.services.forwarding import next_year
from livret.suite.finance.models import EntryOrigin, ImportRun, PeriodLock, YearLedger, YearTombstone
from livret.suite.finance.queries.tombstones import tombstones_of

SHOWN = 100


@dataclass(frozen=True, slots=True)
class YearRow:
    """A fiscal year in the list: what it holds, how far it is locked, by which day it must be closed."""

    year: FiscalYear
    entries: int
    locked_until: date | None
    deadline: date
    is_late: bool
    closing: YearClosing | None
    archives: int
    stone: YearTombstone | None

    @property
    def last_locked(self) -> date | None:
        return last_locked(self.locked_until)


def last_locked(until: date | None) -> date | None:
    """Return the last day that takes no entry, of a lock that ends before *until*."""
    return until - ONE_DAY if until else None


def year_rows(company: Company, *, today: date) -> list[YearRow]:
    """Return the years of a company, the latest first."""
    years = list(FiscalYear.objects.filter(company=company).order_by("-first_day"))
    ledgers = YearLedger.objects.in_bulk([year.pk for year in years])
    closings = YearClosing.objects.in_bulk([year.pk for year in years])
    kept = Archive.objects.filter(fiscal_year__in=years).values_list("fiscal_year", flat=True)
    archives, stones = list(kept), tombstones_of(company)
    return [_row(year, years, ledgers, closings, archives, stones.get(year.pk), today) for year in years]


def _row(
    year: FiscalYear,
    years: list[FiscalYear],
    ledgers: dict[int, YearLedger],
    closings: dict[int, YearClosing],
    archives: list[int],
    stone: YearTombstone | None,
    today: date,
) -> YearRow:
    ledger = ledgers.get(year.pk)
    following = next((one for one in years if (one.first_day - year.last_day).days == 1), None)
    deadline = closing_deadline(year.last_day, following.last_day if following else None)
    return YearRow(
        year,
        ledger.entries if ledger else 0,
        ledger.locked_until if ledger else None,
        deadline,
        year.is_open and today > deadline,
        closings.get(year.pk),
        archives.count(year.pk),
        stone,
    )


@dataclass(frozen=True, slots=True)
class CutOffRow:
    """A cut-off with the entries that it made, None while its reversal waits."""

    act: CutOff
    entry_id: int | None
    reversal_id: int | None


def cut_off_rows(year: FiscalYear) -> list[CutOffRow]:
    """Return the cut-offs of *year*, the latest first."""
    acts = list(CutOff.objects.filter(fiscal_year=year).order_by("-pk")[:SHOWN])
    keys = [f"{name}:{act.pk}" for act in acts for name in ("cutoff", "cutoff-back")]
    rows = EntryOrigin.objects.filter(company_id=year.company_id, room="closing", key__in=keys)
    entries = dict(rows.values_list("key", "entry_id"))
    return [CutOffRow(act, entries.get(f"cutoff:{act.pk}"), entries.get(f"cutoff-back:{act.pk}")) for act in acts]


def locks_of(year: FiscalYear) -> list[tuple[PeriodLock, date | None]]:
    """Return the acts on the periods of *year*, the latest first, each with the last day locked since."""
    acts = PeriodLock.objects.filter(fiscal_year=year).order_by("-at", "-pk")[:SHOWN]
    return [(act, last_locked(act.until)) for act in acts]


def ledger_of(year: FiscalYear) -> YearLedger:
    """Return the ledger of *year*; an empty one, not kept, before its first entry."""
    return YearLedger.objects.filter(pk=year.pk).first() or YearLedger(fiscal_year=year)


def carries_of(year: FiscalYear) -> list[CarryForward]:
    return list(CarryForward.objects.filter(fiscal_year=year).order_by("-pk")[:SHOWN])


def archives_of(year: FiscalYear) -> list[Archive]:
    return list(Archive.objects.filter(fiscal_year=year).order_by("-pk")[:SHOWN])


def works_of(year: FiscalYear) -> list[ClosingWork]:
    return list(ClosingWork.objects.filter(fiscal_year=year).order_by("-pk")[:10])


def undoings_of(run: ImportRun) -> list[ClosingWork]:
    """Return the times that somebody asked for an import to be undone, the latest first."""
    asked = ClosingWork.objects.filter(kind=ClosingWork.Kind.IMPORT_UNDOING, subject_id=run.pk)
    return list(asked.order_by("-pk")[:SHOWN])


def carry_gaps(year: FiscalYear) -> list[tuple[str, str, int]]:
    """Return, by account, what the next year lacks in its opening: number, label, cents."""
    following = next_year(year)
    return opening_differences(year, following) if following else []


def steps_of(year: FiscalYear, judged: list[Judged]) -> dict[str, Any]:
    """Return how far the closing of *year* is."""
    ledger, following = ledger_of(year), next_year(year)
    in_the_way = sum(one.is_in_the_way for one in judged)
    return {
        "ledger": ledger,
        "last_locked": last_locked(ledger.locked_until),
        "in_the_way": in_the_way,
        "cut_offs": CutOff.objects.filter(fiscal_year=year).count(),
        "following": following,
        "carry": carries_of(year)[:1],
        "gaps": len(carry_gaps(year)),
        "result": -sum(one.cents for one in closing_balances(year) if one.number[0] in "67"),
        "closing": YearClosing.objects.filter(pk=year.pk).first(),
        "archives": archives_of(year),
        "deadline": closing_deadline(year.last_day, following.last_day if following else None),
    }
