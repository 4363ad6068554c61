"""Figures to steer by: turnover, margin, expenses, cash, what is due, days of working capital."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from livret.core.ui.charts import LINE, STACKED, Chart, Series
from livret.core.ui.figures import day_text, euros_text
from livret.kernel.money import euros_of
from livret.kernel.periods import DayPeriod, add_months
from livret.suite.company.models import FiscalYear
from livret.suite.finance.queries import balances
from livret.suite.finance.rules.balance import AccountRow
from livret.suite.finance.statements.queries import parties, positions
from livret.suite.finance.statements.reports.asked import official_label
from livret.suite.finance.statements.rules import periods
from livret.suite.finance.statements.rules.sheets import Target

SALES, PURCHASES = "70", "60"
KINDS = (("60",), ("61", "62"), ("64",), ("63", "65", "66", "67", "68", "69"))
Months = Mapping[date, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """cents or days: what is shown; detail: how it was found; target: the lines behind it."""

    label: str
    cents: int | None
    detail: str
    target: Target | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Expense:
    """A root of class 6 over the year, in cents; former: over the year before, None without one."""

    root: str
    label: str
    cents: int
    former: int | None


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows; until: the last day that the books of the year tell about."""

    year: FiscalYear
    until: date
    figures: tuple[KeyFigure, ...]
    charts: tuple[Chart, ...]
    expenses: tuple[Expense, ...]


def board_of(year: FiscalYear, *, today: date) -> Board:
    """Return the board of *year* until *today*, or until the end of its last month with entries."""
    roots = [SALES, *(root for kind in KINDS for root in kind)]
    now = positions.sums_by_month(year, roots)
    before = positions.year_before(year)
    then = positions.sums_by_month(before, roots) if before else {}
    until = _until(year, now, today)
    charts = (_turnover(year, now, then, until), _expenses_by_month(year, now, until), _cash(year, until))
    return Board(year, until, _figures(year, until), charts, _expenses(year, now, then))


def turnover_and_cash(year: FiscalYear, *, today: date) -> tuple[tuple[Chart, ...], date]:
    """Return the two charts of a home page, and the day they go to; read from balances that are kept."""
    now, before = positions.sums_by_month(year, [SALES, PURCHASES]), positions.year_before(year)
    then = positions.sums_by_month(before, [SALES]) if before else {}
    until = _until(year, now, today)
    return (_turnover(year, now, then, until), _cash(year, until)), until


def _until(year: FiscalYear, now: Months, today: date) -> date:
    months = [month for month, sums in now.items() if any(sums.values())]
    last = add_months(max(months), 1) - timedelta(1) if months else year.first_day
    return max(year.first_day, min(last, year.last_day, max(today, year.first_day)))


def unit_of(cents: Iterable[int]) -> tuple[int, str]:
    """Return how many cents make one of the chart's unit, and its words: thousands of euros from 100,000 € on."""
    most = max((abs(one) for one in cents), default=0)
    return (100_000, _("in thousands of euros")) if most >= 10_000_000 else (100, _("in euros"))


def _turnover(year: FiscalYear, now: Months, then: Months, until: date) -> Chart:
    months = [period.first_day.replace(day=1) for period in periods.months_of(year.days)]
    sold = [-now.get(month, {}).get(SALES, 0) if month <= until else None for month in months]
    margin = [_margin(now, month) if month <= until else None for month in months]
    former = [-then[month].get(SALES, 0) if (month := add_months(one, -12)) in then else None for one in months]
    unit, words = unit_of([*(one or 0 for one in sold), *(one or 0 for one in former)])
    return Chart(
        _("Turnover and margin by month, %(unit)s") % {"unit": words},
        _("Accounts 70 of this year and of the year before; the margin is turnover less purchases, accounts 60."),
        _("Month"),
        tuple(_month(month) for month in months),
        (
            Series(_("Turnover"), _in(sold, unit)),
            Series(_("Turnover, year before"), _in(former, unit), "neutral", "dashed"),
            Series(_("Margin"), _in(margin, unit), "good", "hatched"),
        ),
        LINE,
    )


def _margin(now: Months, month: date) -> int:
    sums = now.get(month, {})
    return -sums.get(SALES, 0) - sums.get(PURCHASES, 0)


def _month(month: date) -> str:
    return format_date(month, "LLL", locale=_language())


def _in(cents: Sequence[int | None], unit: int) -> tuple[float | None, ...]:
    return tuple(None if one is None else round(one / unit, 2) for one in cents)


def _expenses_by_month(year: FiscalYear, now: Months, until: date) -> Chart:
    months = [one.first_day.replace(day=1) for one in periods.months_of(year.days)]
    sums = [[max(sum(now.get(month, {}).get(root, 0) for root in kind), 0) for month in months] for kind in KINDS]
    unit, words = unit_of([sum(column) for column in zip(*sums, strict=True)])
    looks = (("accent", "plain"), ("info", "hatched"), ("warn", "plain"), ("neutral", "hatched"))
    series = tuple(
        Series(
            label,
            _in([cents if month <= until else None for cents, month in zip(row, months, strict=True)], unit),
            *look,
        )
        for label, row, look in zip(_kind_labels(), sums, looks, strict=True)
    )
    title = _("Expenses by month, %(unit)s") % {"unit": words}
    told = _("Classes 60 to 69, by kind; a month in which a kind is negative shows none of it.")
    return Chart(title, told, _("Month"), tuple(_month(month) for month in months), series, STACKED)


def _kind_labels() -> tuple[str, ...]:
    return (_("Purchases"), _("External services"), _("Staff"), _("Other expenses"))


def _cash(year: FiscalYear, until: date) -> Chart:
    moved = dict(positions.cash_by_day(year))
    days = [year.first_day + timedelta(rank) for rank in range((until - year.first_day).days + 1)]
    held, closing = 0, []
    for day in days:
        held += moved.get(day, 0)
        closing.append(held)
    unit, words = unit_of(closing)
    return Chart(
        _("Cash at the end of each day, %(unit)s") % {"unit": words},
        _("Banks and cash of the books, accounts 51, 53 and 54."),
        _("Day"),
        tuple(f"{day:%d/%m}" for day in days),
        (Series(_("Cash"), _in(closing, unit)),),
        LINE,
    )


def _figures(year: FiscalYear, until: date) -> tuple[KeyFigure, ...]:
    period = DayPeriod(year.first_day, until)
    rows = [row for group in balances.balance_of(year, period).groups for row in group.rows]
    before = positions.year_before(year)
    same = periods.year_before(period)
    former = None
    if before and same.first_day in before.days and same.last_day in before.days:
        former = -sum(one.balance for one in positions.moves_in(before, same) if one.number.startswith(SALES))
    sold = -sum(row.sums.debit - row.sums.credit for row in rows if row.number.startswith(SALES))
    bought = sum(row.sums.debit - row.sums.credit for row in rows if row.number.startswith(PURCHASES))
    cash = sum(row.sums.closing for row in rows if row.number.startswith(("51", "53", "54")))
    return (
        KeyFigure(_("Turnover"), sold, _against(sold, former), _page(year, period, "sig")),
        KeyFigure(_("Margin"), sold - bought, _share(sold - bought, sold), _page(year, period, "sig")),
        KeyFigure(_("Cash"), cash, _("Banks and cash of the books"), _page(year, period, "balance")),
        *_due(year, period, rows),
    )


def _against(now: int, former: int | None) -> str:
    if not former:
        return _("No turnover on the same days a year earlier")
    change = round(100 * (now - former) / abs(former))
    return _("%(change)s %% against the same days a year earlier") % {"change": f"{change:+d}".replace("-", "\u2212")}


def _share(part: int, whole: int) -> str:
    return _("%(share)s %% of turnover") % {"share": round(100 * part / whole)} if whole else ""


def _due(year: FiscalYear, period: DayPeriod, rows: Sequence[AccountRow]) -> tuple[KeyFigure, ...]:
    found = []
    for kind, root, sign, label, days_label in (
        (parties.CUSTOMERS, "411", 1, _("Customers owe"), _("Customers pay in")),
        (parties.SUPPLIERS, "401", -1, _("Suppliers are owed"), _("Suppliers are paid in")),
    ):
        aged = parties.aged_balances(year, period.last_day, kind=kind)
        total = sign * sum(row.total for row in aged)
        late = sign * sum(sum(row.ages[1:]) for row in aged)
        told = _("of which late on %(day)s: %(amount)s") % {"day": day_text(period.last_day), "amount": euros(late)}
        found.append(KeyFigure(label, total, told, _page(year, period, "balance-agee", f"&party={kind}")))
        found.append(_days_of(rows, root, sign, days_label, period))
    return tuple(found)


def _days_of(rows: Sequence[AccountRow], root: str, sign: int, label: str, period: DayPeriod) -> KeyFigure:
    """Return how many days of invoices are still unpaid: the balance over what was invoiced, VAT included."""
    held = [row for row in rows if row.number.startswith(root)]
    balance = sign * sum(row.sums.closing for row in held)
    invoiced = sum(row.sums.debit if sign > 0 else row.sums.credit for row in held)
    facts = {"balance": euros(balance), "invoiced": euros(invoiced), "days": period.days}
    told = _("%(balance)s still due of %(invoiced)s invoiced in %(days)s days") % facts
    return KeyFigure(label, None, told, days=round(balance * period.days / invoiced) if invoiced else None)


def euros(cents: int) -> str:
    return euros_text(euros_of(cents), language=_language())


def _language() -> str:
    return (get_language() or "fr")[:2]


def _page(year: FiscalYear, period: DayPeriod, kind: str, more: str = "") -> Target:
    kwargs = {"siren": year.company.siren, "year": year.last_day.isoformat(), "kind": kind}
    return Target("statements:report", kwargs, _days(period) + more)


def _days(period: DayPeriod) -> str:
    return f"?period=days&since={period.first_day}&until={period.last_day}"


def _expenses(year: FiscalYear, now: Months, then: Months) -> tuple[Expense, ...]:
    """Return each root of class 6 that moved, this year and the year before."""
    found = []
    for root in sorted(root for kind in KINDS for root in kind):
        cents, former = _whole(now, root), _whole(then, root) if then else None
        if cents or former:
            found.append(Expense(root, official_label(root, year), cents, former))
    return tuple(found)


def _whole(months: Months, root: str) -> int:
    return sum(sums.get(root, 0) for sums in months.values())
