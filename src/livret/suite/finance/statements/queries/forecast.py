"""What is known of the cash to come: open items, VAT, recurring entries, loans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from livret.kernel.periods import add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import RecurringEntry
from livret.suite.finance.statements.queries.kept import loans_of
from livret.suite.finance.statements.queries.parties import open_by_due_day
from livret.suite.finance.statements.queries.positions import positions_at
from livret.suite.finance.statements.rules import forecast as rules
from livret.suite.finance.statements.rules.forecast import Coming, Week

WEEKS = 13
VAT_DAY = 24  # The last usual day of a monthly return; each company's own day is told by its tax office.
SOURCES = (("41", rules.CUSTOMERS), ("40", rules.SUPPLIERS), ("42", rules.STAFF), ("43", rules.STAFF))


@dataclass(frozen=True, slots=True)
class Forecast:
    """start: the cash of the books at the end of *day*; year: the fiscal year whose open items it reads.

    late: what was due before today, the oldest first, with the day on which it is expected.
    """

    year: FiscalYear
    day: date
    start: int
    weeks: tuple[Week, ...]
    late: tuple[Coming, ...]

    @property
    def lowest(self) -> tuple[date, int]:
        """The day on which the cash is lowest, today included, and how much it then is."""
        held = [(self.day, self.start), *((week.last, week.closing) for week in self.weeks)]
        return min(held, key=lambda one: one[1])

    @property
    def late_inflow(self) -> int:
        return sum(one.cents for one in self.late if one.cents > 0)

    @property
    def late_outflow(self) -> int:
        return sum(one.cents for one in self.late if one.cents < 0)


def forecast_of(company: Company, *, today: date) -> Forecast | None:
    """Return the cash of the next weeks, from the books of the year that holds today or of the last one before it."""
    years = FiscalYear.objects.select_related("company").filter(company=company, first_day__lte=today)
    year = years.order_by("-first_day").first()
    if year is None:
        return None
    day, until = min(today, year.last_day), today + timedelta(7 * WEEKS)
    held = positions_at(year, day)
    start = sum(one.balance for one in held if one.number.startswith(rules.CASH))
    vat = sum(one.balance for one in held if one.number.startswith("445"))
    due = list(_open(year, day, today, until))
    items = [
        *due,
        *_vat(vat, today),
        *_recurring(company, today, until),
        *_loans(company, today, until),
    ]
    found = rules.weeks(items, start=start, first=today, count=WEEKS)
    late = sorted((one for one in due if one.was_due_on), key=lambda one: (one.was_due_on, one.label))
    return Forecast(year, day, start, tuple(found), tuple(late))


def _open(year: FiscalYear, day: date, today: date, until: date) -> Iterator[Coming]:
    roots = [root for root, _name in SOURCES]
    rows = open_by_due_day(year, day, today=today, until=until, ages=rules.AGES, roots=roots)
    for number, _due, oldest, cents, lines in rows:
        if cents:
            comes_on = rules.expected_on(cents, due=oldest, today=today)
            late, is_counted = oldest if oldest < today else None, comes_on is not None
            yield Coming(comes_on or today, cents, dict(SOURCES)[number[:2]], number, lines, late, is_counted)


def _vat(balance: int, today: date) -> Iterator[Coming]:
    if balance:
        month = add_months(today.replace(day=1), 1) if today.day > VAT_DAY else today
        yield Coming(month.replace(day=VAT_DAY), balance, rules.VAT, "445")


def _recurring(company: Company, today: date, until: date) -> Iterator[Coming]:
    rows = RecurringEntry.objects.select_related("template").filter(template__company=company, is_stopped=False)
    for one in rows:
        cents = rules.cash_of(one.template.lines, one.amount_cents)
        days = rules.recurrences(
            first_on=one.first_on, every_months=one.every_months, made=one.made, last_on=one.last_on, until=until
        )
        for day in days:
            if cents and day >= today:
                yield Coming(day, cents, rules.RECURRING, one.template.name)


def _loans(company: Company, today: date, until: date) -> Iterator[Coming]:
    for loan in loans_of(company):
        days = rules.payments(
            first_on=loan.first_on, every_months=loan.every_months, count=loan.payments, since=today, until=until
        )
        for day in days:
            yield Coming(day, -loan.cents, rules.LOAN, loan.label)


def source_words(source: str) -> str:
    return {
        rules.CUSTOMERS: _("Customers"),
        rules.SUPPLIERS: _("Suppliers"),
        rules.STAFF: _("Staff and social bodies"),
        rules.VAT: _("VAT to pay or to recover"),
        rules.RECURRING: _("Recurring entry"),
        rules.LOAN: _("Loan"),
    }[source]
