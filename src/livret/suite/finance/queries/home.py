"""What stands on the desk: companies, their years, drafts to validate, imports to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import companies_of, fiscal_years
from livret.suite.company.rules import Member
from livret.suite.finance.models import DraftEntry, ImportRun, YearLedger, YearTombstone
from livret.suite.finance.queries.tombstones import tombstones_of

SHOWN = 50


@dataclass(frozen=True, slots=True)
class CompanyAtWork:
    """A company with its latest fiscal year, how much that holds, and the drafts that wait."""

    company: Company
    year: FiscalYear | None
    entries: int
    lines: int
    drafts: int


@dataclass(frozen=True, slots=True)
class YearAtWork:
    """A fiscal year and how much it holds; stone: what stands for it once its detail was removed."""

    year: FiscalYear
    entries: int
    lines: int
    stone: YearTombstone | None


def companies_at_work(who: Member) -> list[CompanyAtWork]:
    """Return the companies that *who* may read, by name."""
    found = list(companies_of(who, "finance"))
    years: dict[int, FiscalYear] = {}
    for year in FiscalYear.objects.filter(company__in=found).order_by("first_day"):
        years[year.company_id] = year
    held = YearLedger.objects.in_bulk([year.pk for year in years.values()])
    drafts = dict(
        DraftEntry.objects.filter(company__in=found).values_list("company").annotate(many=Count("pk")).order_by()
    )
    return [_at_work(company, years.get(company.pk), held, drafts.get(company.pk, 0)) for company in found]


def _at_work(company: Company, year: FiscalYear | None, held: dict[int, YearLedger], drafts: int) -> CompanyAtWork:
    ledger = held.get(year.pk) if year else None
    return CompanyAtWork(company, year, ledger.entries if ledger else 0, ledger.lines if ledger else 0, drafts)


def years_at_work(company: Company) -> list[YearAtWork]:
    """Return the years of a company, the latest first."""
    years = list(FiscalYear.objects.filter(company=company).order_by("-first_day"))
    held = YearLedger.objects.in_bulk([year.pk for year in years])
    counts, stones = [held.get(year.pk) for year in years], tombstones_of(company)
    return [
        YearAtWork(year, ledger.entries if ledger else 0, ledger.lines if ledger else 0, stones.get(year.pk))
        for year, ledger in zip(years, counts, strict=True)
    ]


def proposed_day(company: Company, today: date) -> date:
    """Return today when an open year of *company* holds it, else the last day of its latest open year, else today."""
    years = [year.days for year in fiscal_years(company) if year.is_open]
    return today if not years or any(today in days for days in years) else years[0].last_day


def runs_waiting(who: Member) -> list[ImportRun]:
    """Return the imports that wait for a person: theirs, or everybody's for those who see all companies."""
    waiting = ImportRun.objects.filter(
        Q(state=ImportRun.State.CHECKED) | Q(state=ImportRun.State.CONFIRMED) | Q(state=ImportRun.State.UPLOADED)
    )
    if not who.sees_all("finance"):
        waiting = waiting.filter(author_id=who.person_id)
    return list(waiting.order_by("-uploaded_at")[:SHOWN])
