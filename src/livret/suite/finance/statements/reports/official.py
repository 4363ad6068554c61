"""Balance sheet, income statement and intermediate balances, in the layout of the year, with what they prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from livret.core.ui.figures import amount_text, day_text
from livret.kernel.money import euros_of
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.statements.queries import positions
from livret.suite.finance.statements.reports.asked import Asked, facts_of, file_name, lines_of
from livret.suite.finance.statements.reports.in_kind import contributions_in_kind
from livret.suite.finance.statements.rules import periods
from livret.suite.finance.statements.rules.layouts import Layout, LayoutRow, layout_for
from livret.suite.finance.statements.rules.placing import Figure, Placed, Position, place, result_of
from livret.suite.finance.statements.rules.sheets import (
    AMOUNT,
    GROUP,
    HEADING,
    LINE,
    PERCENT,
    TEXT,
    TOTAL,
    Check,
    Column,
    Row,
    Sheet,
    Target,
)  # fmt: skip

ASSETS, LIABILITIES, INCOME, BALANCES = "assets", "liabilities", "income", "balances"
LANGUAGE = "fr"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for a year and for the one before; former: None when there are no books before."""

    layout: Layout
    now: Placed
    former: Placed | None


def balance_sheet(asked: Asked) -> Statement:
    """Return assets and liabilities at the end of the period, and at the end of the year before."""
    layout = layout_for(asked.year.first_day)
    before = positions.year_before(asked.year)
    former = _sheet_at(layout, before, DayPeriod(before.first_day, before.last_day)) if before else None
    return Statement(layout, _sheet_at(layout, asked.year, asked.period), former)


def _sheet_at(layout: Layout, year: FiscalYear, period: DayPeriod) -> Placed:
    held = positions.positions_at(year, period.last_day, by_auxiliary=layout.by_auxiliary)
    outside = ("6", "7", *layout.special.roots)
    lasting = [position for position in held if not position.number.startswith(outside)]
    return place((*layout.assets, *layout.liabilities), lasting, result=result_of(held))


def income_statement(asked: Asked, *, rows: str = INCOME) -> Statement:
    """Return income and expenses of the period, and of the same days of the year before."""
    layout = layout_for(asked.year.first_day)
    wanted: Sequence[LayoutRow] = getattr(layout, rows)
    before, days = positions.year_before(asked.year), periods.year_before(asked.period)
    if before and asked.period == asked.year.days:
        days = before.days
    former = place(wanted, _moved(before, inside)) if before and (inside := _days_inside(before, days)) else None
    return Statement(layout, place(wanted, _moved(asked.year, asked.period)), former)


def _days_inside(year: FiscalYear, days: DayPeriod) -> DayPeriod | None:
    if days.last_day < year.first_day or days.first_day > year.last_day:
        return None
    return DayPeriod(max(days.first_day, year.first_day), min(days.last_day, year.last_day))


def _moved(year: FiscalYear, period: DayPeriod) -> list[Position]:
    return [one for one in positions.moves_in(year, period) if one.number[:1] in ("6", "7")]


def balance_sheet_report(asked: Asked) -> Sheet:
    found = balance_sheet(asked)
    columns = (
        Column(_("Heading"), TEXT, 34), Column(_("Gross"), AMOUNT, 12), Column(_("Depreciation"), AMOUNT, 12),
        Column(_("Net"), AMOUNT, 12), Column(_("Previous year"), AMOUNT, 12),
    )  # fmt: skip
    rows = [
        Row((_("Assets"),), HEADING),
        *_sheet_rows(found, asked, found.layout.assets, ASSETS),
        Row((_("Equity and liabilities"),), HEADING),
        *_sheet_rows(found, asked, found.layout.liabilities, LIABILITIES),
    ]
    checks = (*_sheet_checks(found, asked), _all_placed(found.now))
    return _official(_("Balance sheet"), "bilan", asked, found, columns, rows, checks)


def _sheet_rows(found: Statement, asked: Asked, wanted: Sequence[LayoutRow], part: str) -> Iterator[Row]:
    former = {figure.row.key: figure.net for figure in found.former.figures} if found.former else {}
    shown = {row.key for row in wanted}
    for figure in found.now.figures:
        if figure.row.key in shown:
            amounts: tuple[int | None, ...] = (None, None, figure.net)
            if part == ASSETS:
                amounts = (figure.gross, figure.less, figure.net)
            before = former.get(figure.row.key) if found.former else None
            yield _row(figure, (*amounts, before), 3, "bilan", asked)


def _row(figure: Figure, amounts: tuple[int | None, ...], linked: int, kind: str, asked: Asked) -> Row:
    row = figure.row
    if row.is_heading:
        return Row((row.label,), HEADING if row.level == 0 else GROUP, row.level, note=row.doubt or "")
    kind_of_row = TOTAL if row.terms and row.level == 0 else GROUP if row.terms else LINE
    shown = figure.shares or row.terms or row.is_result
    target = {linked: _accounts_behind(asked, kind, row.key)} if shown else {}
    return Row((row.label, *amounts), kind_of_row, row.level, target, row.doubt or "")


def _accounts_behind(asked: Asked, kind: str, key: str) -> Target:
    siren, year = asked.year.company.siren, asked.year.last_day.isoformat()
    query = f"?period=days&since={asked.period.first_day}&until={asked.period.last_day}"
    return Target("statements:figure", {"siren": siren, "year": year, "kind": kind, "key": key}, query)


def _sheet_checks(found: Statement, asked: Asked) -> tuple[Check, ...]:
    assets, liabilities = found.now.net("total-assets"), found.now.net("total-liabilities")
    whole = Asked(asked.year, DayPeriod(asked.year.first_day, asked.day), asked.today)
    earned, shown = income_statement(whole).now.net("net-result"), found.now.net("result")
    return (
        Check(_("Assets equal liabilities"), assets == liabilities, _both(assets, liabilities)),
        Check(_("The result is that of the income statement"), earned == shown, _both(earned, shown)),
    )


def _both(one: int, other: int) -> str:
    texts = [amount_text(euros_of(cents), language=LANGUAGE) for cents in (one, other)]
    return " / ".join(texts)


def _all_placed(placed: Placed) -> Check:
    accounts = [share.number for share in placed.unplaced]
    return Check(_("Every account stands in one row"), not accounts, ", ".join(accounts))


def income_report(asked: Asked) -> Sheet:
    found = income_statement(asked)
    columns = (
        Column(_("Heading"), TEXT, 40), Column(_("Amount"), AMOUNT, 13), Column(_("Previous year"), AMOUNT, 13),
        Column(_("Change"), AMOUNT, 13),
    )  # fmt: skip
    below = contributions_in_kind(asked, found.layout.special)
    rows = [*(_income_row(figure, found, asked) for figure in found.now.figures), *below.rows]
    checks = (_all_placed(found.now), *below.checks)
    sheet = _official(_("Income statement"), "resultat", asked, found, columns, rows, checks)
    return replace(sheet, notes=(*sheet.notes, *below.notes))


def _income_row(figure: Figure, found: Statement, asked: Asked) -> Row:
    before = found.former.net(figure.row.key) if found.former else None
    change = figure.net - before if before is not None else None
    return _row(figure, (figure.net, before, change), 1, "resultat", asked)


def balances_report(asked: Asked) -> Sheet:
    """Return the intermediate balances, each with its share of the turnover."""
    found = income_statement(asked, rows=BALANCES)
    sold = found.now.net("trade-sales") + found.now.net("sold")
    columns = (
        Column(_("Heading"), TEXT, 38), Column(_("Amount"), AMOUNT, 13), Column(_("Share of turnover"), PERCENT, 9),
        Column(_("Previous year"), AMOUNT, 13),
    )  # fmt: skip
    rows = []
    for figure in found.now.figures:
        share = round(10_000 * figure.net / sold) if sold and figure.net else None
        before = found.former.net(figure.row.key) if found.former else None
        rows.append(_row(figure, (figure.net, share, before), 1, "sig", asked))
    earned = income_statement(asked).now.net("net-result")
    total = found.now.net("net-result")
    checks = (
        Check(_("The result is that of the income statement"), earned == total, _both(earned, total)),
        _all_placed(found.now),
    )
    return _official(_("Intermediate balances"), "sig", asked, found, columns, rows, checks)


def _official(
    title: str,
    kind: str,
    asked: Asked,
    found: Statement,
    columns: tuple[Column, ...],
    rows: list[Row],
    checks: tuple[Check, ...],
) -> Sheet:
    told = _("On %(day)s") % {"day": day_text(asked.day)} if kind == "bilan" else ""
    doubts = [found.layout.doubt, found.layout.balances_doubt if kind == "sig" else None]
    notes = (found.layout.source, *(doubt for doubt in doubts if doubt))
    return Sheet(title, file_name(asked, kind), facts_of(asked, told), columns, rows, checks, notes)


def figure_behind(asked: Asked, kind: str, key: str) -> tuple[LayoutRow, list[Row], int] | None:
    """Return a row of a statement, the accounts that make it (of a total, those of its rows), and its amount.

    Each account is shown with what it brings to that amount, so that they add up to it. None for no such row.
    """
    found = _statement(asked, kind)
    figures = {figure.row.key: figure for figure in found.now.figures}
    figure = figures.get(key)
    if figure is None or figure.row.is_heading:
        return None
    rows = []
    for leaf, sign in _leaves(figure, figures):
        for share in leaf.shares:
            cents = sign * leaf.row.sign * share.cents
            target = {0: lines_of(asked.year, share.number, _days_behind(asked, kind))}
            rows.append(Row((share.number, share.label, leaf.row.label, cents), targets=target))
        if leaf.row.is_result:
            rows.append(_result_row(sign * leaf.net, leaf.row.label, asked))
    return figure.row, rows, figure.net


def _statement(asked: Asked, kind: str) -> Statement:
    if kind == "bilan":
        return balance_sheet(asked)
    return income_statement(asked, rows=BALANCES if kind == "sig" else INCOME)


def _days_behind(asked: Asked, kind: str) -> DayPeriod:
    return DayPeriod(asked.year.first_day, asked.day) if kind == "bilan" else asked.period


def _leaves(figure: Figure, figures: Mapping[str, Figure]) -> Iterator[tuple[Figure, int]]:
    if not figure.row.terms:
        yield figure, 1
    for sign, key in figure.row.terms:
        for leaf, inner in _leaves(figures[key], figures):
            yield leaf, sign * inner


def _result_row(cents: int, label: str, asked: Asked) -> Row:
    whole = Asked(asked.year, DayPeriod(asked.year.first_day, asked.day), asked.today)
    return Row(
        ("6, 7", _("Income less expenses"), label, cents),
        targets={0: _accounts_behind(whole, "resultat", "net-result")},
    )
