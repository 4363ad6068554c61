"""Trial balances: general at any level, compared with other days, of customers and suppliers, by section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from django.utils.translation import gettext as _

from livret.core.ui.figures import day_text
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.queries import balances
from livret.suite.finance.queries.balances import AuxiliaryRow
from livret.suite.finance.rules.balance import AccountRow, Sums
from livret.suite.finance.statements.queries import books, parties
from livret.suite.finance.statements.reports.asked import Asked, facts_of, file_name, lines_of, official_label
from livret.suite.finance.statements.rules import periods
from livret.suite.finance.statements.rules.sheets import (
    AMOUNT,
    CODE,
    GROUP,
    PERCENT,
    TEXT,
    TOTAL,
    Check,
    Column,
    Row,
    Sheet,
    Target,
)  # fmt: skip

LEVELS = {"class": 1, "two": 2, "three": 3, "account": 0}


def general(asked: Asked) -> Sheet:
    """Return the general trial balance at the level asked for."""
    depth = LEVELS.get(asked.choice("level", "account"), 0)
    found = _rows_of(asked.year, asked.period, with_all=asked.choice("accounts") == "all")
    rows = list(_at_depth(found, depth, asked.year)) if depth else found
    total = _summed(found)
    columns = (
        Column(_("Account"), CODE, 7), Column(_("Label"), TEXT, 26), Column(_("Opening"), AMOUNT, 11),
        Column(_("Debit"), AMOUNT, 11), Column(_("Credit"), AMOUNT, 11), Column(_("Debit balance"), AMOUNT, 11),
        Column(_("Credit balance"), AMOUNT, 11),
    )  # fmt: skip
    return Sheet(
        _("Trial balance"),
        file_name(asked, "balance"),
        facts_of(asked),
        columns,
        [*_general_rows(rows, asked, linked=not depth), _general_row(_("Total"), "", found, TOTAL)],
        (_balanced(total),),
    )


def _rows_of(year: FiscalYear, period: DayPeriod, *, with_all: bool) -> list[AccountRow]:
    rows = [row for group in balances.balance_of(year, period).groups for row in group.rows]
    if not with_all:
        return rows
    held = {row.number for row in rows}
    others = ChartAccount.objects.filter(company=year.company_id).exclude(number__in=held)
    rows += [AccountRow(number, label, Sums()) for number, label in others.values_list("number", "label")]
    return sorted(rows, key=lambda row: row.number)


def _at_depth(rows: Iterable[AccountRow], depth: int, year: FiscalYear) -> Iterator[AccountRow]:
    """Yield the sums of *rows* by the first digits of their numbers."""
    for number, found in groupby(rows, key=lambda row: row.number[:depth]):
        yield AccountRow(number, official_label(number, year), _summed(found))


def _summed(rows: Iterable[AccountRow]) -> Sums:
    total = Sums()
    for row in rows:
        total += row.sums
    return total


def _general_rows(rows: list[AccountRow], asked: Asked, *, linked: bool) -> Iterator[Row]:
    for digit, found in groupby(rows, key=lambda row: row.number[:1]):
        inside = list(found)
        for row in inside:
            target = {0: lines_of(asked.year, row.number, asked.period)} if linked else {}
            yield replace(_general_row(row.number, row.label, [row]), targets=target)
        if linked:
            yield _general_row(_("Class %(number)s") % {"number": digit}, "", inside, GROUP)


def _general_row(number: str, label: str, rows: list[AccountRow], kind: str = "line") -> Row:
    sums = _summed(rows)
    debit, credit = sum(row.sums.closing_debit for row in rows), sum(row.sums.closing_credit for row in rows)
    return Row((number, label, sums.opening, sums.debit, sums.credit, debit, credit), kind)


def _balanced(total: Sums) -> Check:
    return Check(_("Debits equal credits"), total.debit == total.credit and total.opening == 0)


def compared(asked: Asked) -> Sheet:
    """Return the balances at the end of the period beside those of other days, with what changed."""
    year, before = _other_days(asked)
    now = {row.number: row for row in _rows_of(asked.year, asked.period, with_all=False)}
    then = {row.number: row for row in _rows_of(year, before, with_all=False)} if year and before else {}
    rows = [_compared_row(number, now, then, asked) for number in sorted(now.keys() | then.keys())]
    totals = tuple(sum(row.cells[at] or 0 for row in rows) for at in (2, 3, 4))  # type: ignore[misc]
    told = day_text(before.last_day) if before else _("no other days")
    columns = (
        Column(_("Account"), CODE, 7), Column(_("Label"), TEXT, 28),
        Column(_("Balance on %(day)s") % {"day": day_text(asked.day)}, AMOUNT, 12),
        Column(_("Balance on %(day)s") % {"day": told}, AMOUNT, 12), Column(_("Change"), AMOUNT, 12),
        Column(_("Change in %"), PERCENT, 8),
    )  # fmt: skip
    notes = (_("Amounts above zero are debit balances; classes 6 and 7: what moved in the days compared."),)
    title = _("Comparative trial balance")
    total = Row((_("Total"), "", *totals, None), TOTAL)
    return Sheet(title, file_name(asked, "balance-comparee"), facts_of(asked), columns, [*rows, total], notes=notes)


def _other_days(asked: Asked) -> tuple[FiscalYear | None, DayPeriod | None]:
    """Return the fiscal year and the days to compare with, a year earlier or just before; None without books."""
    if asked.choice("against") == "previous-period":
        days = asked.period.days
        last = asked.period.first_day - (asked.period.first_day.resolution)
        wanted = DayPeriod(last - asked.period.first_day.resolution * (days - 1), last)
    else:
        wanted = periods.year_before(asked.period)
    rows = FiscalYear.objects.select_related("company").filter(company=asked.year.company_id)
    year = rows.filter(first_day__lte=wanted.last_day, last_day__gte=wanted.last_day).first()
    return (year, DayPeriod(max(wanted.first_day, year.first_day), wanted.last_day)) if year else (None, None)


def _compared_row(number: str, now: dict[str, AccountRow], then: dict[str, AccountRow], asked: Asked) -> Row:
    shown, former = _shown(now.get(number)), _shown(then.get(number))
    label = (now.get(number) or then[number]).label
    share = round(10_000 * (shown - former) / abs(former)) if former else None
    return Row(
        (number, label, shown, former, shown - former, share),
        targets={0: lines_of(asked.year, number, asked.period)},
    )


def _shown(row: AccountRow | None) -> int:
    if row is None:
        return 0
    return row.sums.debit - row.sums.credit if row.number[:1] in ("6", "7") else row.sums.closing


def auxiliary(asked: Asked) -> Sheet:
    """Return the balance of customers, suppliers or others, by general account."""
    kind = asked.choice("party", parties.CUSTOMERS)
    found = balances.auxiliary_balance_of(asked.year, asked.period, account_prefixes=parties.ROOTS[kind])
    if asked.choice("parties") == "held":
        found = [row for row in found if row.closing]
    columns = (
        Column(_("Account"), CODE, 7), Column(_("Auxiliary"), CODE, 8), Column(_("Label"), TEXT, 22),
        Column(_("Opening"), AMOUNT, 11), Column(_("Debit"), AMOUNT, 11), Column(_("Credit"), AMOUNT, 11),
        Column(_("Balance"), AMOUNT, 11),
    )  # fmt: skip
    return Sheet(
        _("Auxiliary trial balance"),
        file_name(asked, f"balance-auxiliaire-{kind}"),
        facts_of(asked, party_words(kind)),
        columns,
        [*_party_rows(found, asked), _party_total(_("Total"), found, TOTAL)],
    )


def party_words(kind: str) -> str:
    words = {parties.CUSTOMERS: _("Customers"), parties.SUPPLIERS: _("Suppliers"), parties.OTHERS: _("Other parties")}
    return words.get(kind, "")


def _party_rows(found: list[AuxiliaryRow], asked: Asked) -> Iterator[Row]:
    for number, inside in groupby(found, key=lambda row: row.account):
        rows = list(inside)
        for row in rows:
            cells = (row.account, row.auxiliary, row.auxiliary_label, row.opening, row.debit, row.credit, row.closing)
            yield Row(cells, targets={1: party_lines(asked, row.account, row.auxiliary)})
        words = _("Account %(number)s") % {"number": number}
        yield _party_total(words, rows, GROUP)


def party_lines(asked: Asked, account: str, auxiliary: str) -> Target:
    target = lines_of(asked.year, account, asked.period)
    return Target(
        "statements:auxiliary_ledger",
        {**{name: target.kwargs[name] for name in ("siren", "year")}, "number": auxiliary},
        f"{target.query}&account={account}",
    )


def _party_total(label: str, rows: list[AuxiliaryRow], kind: str) -> Row:
    amounts = [(row.opening, row.debit, row.credit, row.closing) for row in rows]
    return Row((label, "", "", *(sum(column) for column in zip(*amounts, strict=True))) if amounts else (label,), kind)


def aged(asked: Asked) -> Sheet:
    """Return what parties owe at the end of the period, by the days it is late."""
    kind = asked.choice("party", parties.CUSTOMERS)
    sign = -1 if kind == parties.SUPPLIERS else 1
    found = parties.aged_balances(asked.year, asked.day, kind=kind)
    labels = (_("Not due"), _("1 to 30 days"), _("31 to 60 days"), _("61 to 90 days"), _("More than 90 days"))
    columns = (
        Column(_("Account"), CODE, 7), Column(_("Auxiliary"), CODE, 8), Column(_("Label"), TEXT, 20),
        *(Column(label, AMOUNT, 10) for label in labels), Column(_("Total due"), AMOUNT, 11),
    )  # fmt: skip
    rows = [
        Row(
            (row.account, row.auxiliary, row.label, *(sign * cents for cents in row.ages), sign * row.total),
            targets={1: party_lines(asked, row.account, row.auxiliary)} if row.auxiliary else {},
        )
        for row in found
    ]
    sums = [sign * sum(row.ages[at] for row in found) for at in range(5)]
    total = Row((_("Total"), "", "", *sums, sum(sums)), TOTAL)
    told = _("On %(day)s, by due day") % {"day": day_text(asked.day)}
    notes = (
        _("Open items are what no lettering closes on that day. Without a due day or terms, a line is due at once."),
    )
    return Sheet(
        _("Aged balance"),
        file_name(asked, f"balance-agee-{kind}"),
        facts_of(asked, party_words(kind), told),
        columns,
        [*rows, total],
        notes=notes,
    )


def by_section(asked: Asked) -> Sheet:
    """Return what was allocated to the sections of each axis, by account."""
    found = books.section_sums(asked.year, asked.period)
    columns = (
        Column(_("Axis"), CODE, 6), Column(_("Section"), TEXT, 16), Column(_("Account"), CODE, 7),
        Column(_("Label"), TEXT, 22), Column(_("Debit"), AMOUNT, 11), Column(_("Credit"), AMOUNT, 11),
        Column(_("Balance"), AMOUNT, 11),
    )  # fmt: skip
    rows: list[Row] = []
    for (axis, section, name), inside in groupby(found, key=lambda row: (row[0], row[2], row[3])):
        lines = list(inside)
        for _axis, _label, _code, _name, number, label, debit, credit in lines:
            cells = (axis, f"{section} {name}", number, label, debit, credit, debit - credit)
            rows.append(Row(cells, targets={2: lines_of(asked.year, number, asked.period)}))
        debit, credit = sum(line[6] for line in lines), sum(line[7] for line in lines)
        rows.append(Row((axis, f"{section} {name}", "", _("Section total"), debit, credit, debit - credit), GROUP))
    return Sheet(_("Analytic balance"), file_name(asked, "analytique"), facts_of(asked), columns, rows)
