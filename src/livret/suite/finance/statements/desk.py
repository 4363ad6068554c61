"""What the reports tell on the home page of a company: figures, charts, what is late, years to close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livret.core.ui.figures import day_text
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.rules import Member
from livret.suite.finance.desk import Board, Figure, Task
from livret.suite.finance.models import DraftEntry, ImportRun, YearLedger
from livret.suite.finance.queries import balances
from livret.suite.finance.rules.balance import AccountRow
from livret.suite.finance.statements.queries import parties
from livret.suite.finance.statements.reports import management
from livret.suite.finance.statements.reports.management import euros

MOST_LINES_AGED = 300_000  # Of a year: beyond, what is late takes seconds, and its own page tells it.
WAITING = (ImportRun.State.CHECKED, ImportRun.State.CONFIRMED, ImportRun.State.UPLOADED)


def tasks(company: Company, who: Member, today: date) -> Iterator[Task]:
    """Yield drafts, imports, late items and years to close, those that *who* may act on."""
    if who.may("finance", "write", company_id=company.pk):
        yield from _drafts(company)
    if who.may("finance", "validate", company_id=company.pk):
        yield from _imports(company)
        yield from _years(company, today)
    yield from _late(company, today)


def _drafts(company: Company) -> Iterator[Task]:
    drafts = DraftEntry.objects.filter(company=company)
    count, oldest = drafts.count(), drafts.order_by("date").first()
    if oldest:
        title = ngettext("%(count)s draft to validate", "%(count)s drafts to validate", count) % {"count": count}
        detail = _("The oldest is of %(day)s") % {"day": day_text(oldest.date)}
        where: dict[str, str | int] = {"siren": company.siren, "draft": oldest.pk}
        yield Task(title, detail, "finance:draft", where, icon="pencil", tone="warn", rank=10)


def _imports(company: Company) -> Iterator[Task]:
    for run in ImportRun.objects.filter(company=company, state__in=WAITING).order_by("-uploaded_at")[:3]:
        yield Task(
            run.file_name, run.author_name, "finance:run", {"run": run.pk}, "file-input", side=run.get_state_display()
        )


def _years(company: Company, today: date) -> Iterator[Task]:
    for year in FiscalYear.objects.filter(company=company, state="open", last_day__lt=today).order_by("first_day"):
        title = _("Fiscal year %(year)s to close") % {"year": year.label}
        detail = _("It ended on %(day)s") % {"day": day_text(year.last_day)}
        yield Task(title, detail, "closing:home", {"siren": company.siren}, "lock", rank=80)


def _late(company: Company, today: date) -> Iterator[Task]:
    year = current_year(company, today)
    if year is None or not _is_small(year):
        return
    day = min(today, year.last_day)
    for kind, sign, title in (
        (parties.CUSTOMERS, 1, _("Customers are late")),
        (parties.SUPPLIERS, -1, _("Suppliers to pay are late")),
    ):
        late = [cents for row in parties.aged_balances(year, day, kind=kind) if (cents := sign * sum(row.ages[1:])) > 0]
        if late:
            words = ngettext("%(count)s party", "%(count)s parties", len(late)) % {"count": len(late)}
            where = {"siren": company.siren, "year": year.last_day.isoformat(), "kind": "balance-agee"}
            query = f"?period=days&since={year.first_day}&until={day}&party={kind}"
            yield Task(title, words, "statements:report", where, "clock", "bad", euros(sum(late)), query, 30)


def _is_small(year: FiscalYear) -> bool:
    held = YearLedger.objects.filter(fiscal_year=year).first()
    return held is not None and 0 < held.lines <= MOST_LINES_AGED


def current_year(company: Company, today: date) -> FiscalYear | None:
    """Return the year that holds today, else the last one before it."""
    rows = FiscalYear.objects.select_related("company").filter(company=company, first_day__lte=today)
    return rows.order_by("-first_day").first()


def board(company: Company, today: date) -> Board:
    """Return turnover, cash, and what customers and suppliers owe, from balances that are kept."""
    year = current_year(company, today)
    if year is None or not YearLedger.objects.filter(fiscal_year=year, entries__gt=0).exists():
        return Board()
    charts, until = management.turnover_and_cash(year, today=today)
    period = DayPeriod(year.first_day, until)
    rows = [row for group in balances.balance_of(year, period).groups for row in group.rows]
    return Board(_figures(year, period, rows), charts)


def _figures(year: FiscalYear, period: DayPeriod, rows: list[AccountRow]) -> tuple[Figure, ...]:
    told = _("Until %(day)s") % {"day": day_text(period.last_day)}
    sold = -sum(row.sums.debit - row.sums.credit for row in rows if row.number.startswith("70"))
    held = {roots: _closing(rows, roots) for roots in (("51", "53", "54"), ("411",), ("401",))}
    days = f"?period=days&since={period.first_day}&until={period.last_day}"
    return (
        _figure(_("Turnover"), sold, told, year, "sig", days),
        _figure(_("Cash"), held["51", "53", "54"], told, year, "balance", days),
        _figure(_("Customers owe"), held["411",], told, year, "balance-agee", f"{days}&party=customers"),
        _figure(_("Suppliers are owed"), -held["401",], told, year, "balance-agee", f"{days}&party=suppliers"),
    )


def _closing(rows: list[AccountRow], roots: tuple[str, ...]) -> int:
    return sum(row.sums.closing for row in rows if row.number.startswith(roots))


def _figure(label: str, cents: int, detail: str, year: FiscalYear, kind: str, query: str) -> Figure:
    where = {"siren": year.company.siren, "year": year.last_day.isoformat(), "kind": kind}
    return Figure(label, cents, detail, "statements:report", where, query)
