"""The books in full: general ledger, journals, and the totals of journals by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.utils.text import slugify
from django.utils.translation import gettext as _

from livret.kernel.periods import ONE_DAY, DayPeriod
from livret.suite.finance.models import ChartAccount, Journal
from livret.suite.finance.queries import balances
from livret.suite.finance.rules.balance import AccountRow
from livret.suite.finance.statements.queries import books
from livret.suite.finance.statements.queries.journals import journals_used, sums_of
from livret.suite.finance.statements.reports.asked import Asked, facts_of, file_name, lines_of
from livret.suite.finance.statements.rules.sheets import (
    AMOUNT,
    CODE,
    DAY,
    GROUP,
    NUMBER,
    TEXT,
    TOTAL,
    Column,
    Row,
    Sheet,
    Target,
)  # fmt: skip


class Streamed:
    """Rows made as they are read, as often as they are asked for."""

    def __init__(self, make: Callable[[], Iterator[Row]]) -> None:
        self._make = make

    def __iter__(self) -> Iterator[Row]:
        return self._make()


def general_ledger(asked: Asked) -> Sheet:
    """Return every line of every account that moved, with a running balance."""
    columns = (
        Column(_("Date"), DAY, 8), Column(_("Journal"), CODE, 5), Column(_("Entry"), CODE, 10),
        Column(_("Auxiliary"), CODE, 8), Column(_("Document"), TEXT, 10), Column(_("Label"), TEXT, 28),
        Column(_("Lettering"), CODE, 5), Column(_("Debit"), AMOUNT, 11), Column(_("Credit"), AMOUNT, 11),
        Column(_("Balance"), AMOUNT, 12),
    )  # fmt: skip
    rows = Streamed(lambda: _ledger_rows(asked))
    return Sheet(_("General ledger"), _ledger_name(asked), facts_of(asked), columns, rows, is_long=True)


def _ledger_name(asked: Asked) -> str:
    account = asked.choice("account")
    return file_name(asked, f"grand-livre-{account}" if account else "grand-livre")


def _ledger_rows(asked: Asked) -> Iterator[Row]:
    accounts = {one.number: one for one in ChartAccount.objects.filter(company=asked.year.company_id)}
    starts = _starts(asked)
    debits = credits = 0
    for row in _moved(asked):
        yield Row((None, "", "", "", row.number, row.label, "", None, None, None), GROUP)
        debit = credit = 0
        start = starts.get(row.number, 0)
        if start:
            yield Row((asked.period.first_day, "", "", "", "", _("Brought forward"), "", None, None, start))
        for line in books.account_lines(accounts[row.number], asked.period):
            debit, credit = debit + line.debit, credit + line.credit
            yield _ledger_row(line, start + debit - credit)
        words = _("Total %(number)s") % {"number": row.number}
        yield Row((None, "", "", "", "", words, "", debit, credit, start + debit - credit), TOTAL)
        debits, credits = debits + debit, credits + credit
    yield Row((None, "", "", "", "", _("Total"), "", debits, credits, debits - credits), TOTAL)


def _moved(asked: Asked) -> list[AccountRow]:
    """Return the accounts that moved, those that begin with what was typed."""
    rows = [row for group in balances.balance_of(asked.year, asked.period).groups for row in group.rows]
    return [row for row in rows if row.number.startswith(asked.choice("account"))]


def _starts(asked: Asked) -> dict[str, int]:
    """Return what each account held before the period: opening entries inside it are shown as lines."""
    first = asked.period.first_day
    if first <= asked.year.first_day:
        return {}
    before = DayPeriod(asked.year.first_day, first - ONE_DAY)
    found = balances.balance_of(asked.year, before)
    return {row.number: row.sums.closing for group in found.groups for row in group.rows}


def _ledger_row(line: books.BookLine, balance: int) -> Row:
    cells = (
        line.date, line.journal, line.reference, line.auxiliary, line.piece_ref, line.label, line.letter,
        line.debit or None, line.credit or None, balance,
    )  # fmt: skip
    return Row(cells)


def ledger_summary(asked: Asked) -> Sheet:
    """Return the accounts that moved, each leading to its lines."""
    columns = (
        Column(_("Account"), CODE, 8), Column(_("Label"), TEXT, 30), Column(_("Opening"), AMOUNT, 12),
        Column(_("Debit"), AMOUNT, 12), Column(_("Credit"), AMOUNT, 12), Column(_("Balance"), AMOUNT, 12),
    )  # fmt: skip
    rows = []
    for row in _moved(asked):
        sums = row.sums
        cells = (row.number, row.label, sums.opening, sums.debit, sums.credit, sums.closing)
        rows.append(Row(cells, targets={0: lines_of(asked.year, row.number, asked.period)}))
    return Sheet(_("General ledger"), _ledger_name(asked), facts_of(asked), columns, rows)


def journals(asked: Asked) -> Sheet:
    """Return every entry of every journal of the year, in the order of its numbers, with the totals of each journal."""
    columns = (
        Column(_("Journal"), CODE, 5), Column(_("Entry"), CODE, 10), Column(_("Date"), DAY, 8),
        Column(_("Account"), CODE, 8), Column(_("Auxiliary"), CODE, 8), Column(_("Document"), TEXT, 10),
        Column(_("Label"), TEXT, 30), Column(_("Debit"), AMOUNT, 11), Column(_("Credit"), AMOUNT, 11),
    )  # fmt: skip
    rows = Streamed(lambda: _journal_rows(asked))
    return Sheet(_("Journals"), _journals_name(asked), _journal_facts(asked), columns, rows, is_long=True)


def _journals_name(asked: Asked) -> str:
    code = asked.choice("journal")
    return file_name(asked, f"journaux-{slugify(code)}" if code else "journaux")


def _journal_facts(asked: Asked) -> tuple[str, ...]:
    code = asked.choice("journal")
    return facts_of(asked, _("Journal %(code)s") % {"code": code}) if code else facts_of(asked)


def _journal_rows(asked: Asked) -> Iterator[Row]:
    debits = credits = 0
    for journal in journals_asked(asked):
        debit = credit = 0
        for line in books.journal_lines(journal, asked.year):
            if line.date not in asked.period:
                continue
            debit, credit = debit + line.debit, credit + line.credit
            cells = (
                line.journal, line.reference, line.date, line.account, line.auxiliary, line.piece_ref, line.label,
                line.debit or None, line.credit or None,
            )  # fmt: skip
            yield Row(cells)
        words = _("Total of journal %(code)s") % {"code": journal.code}
        yield Row((journal.code, "", None, "", "", "", words, debit, credit), GROUP)
        debits, credits = debits + debit, credits + credit
    yield Row(("", "", None, "", "", "", _("Total"), debits, credits), TOTAL)


def journals_asked(asked: Asked) -> list[Journal]:
    code = asked.choice("journal")
    return [one for one in journals_used(asked.year) if code in ("", one.code)]


def journal_sums(asked: Asked) -> Sheet:
    """Return what each journal holds over the very days asked for, each leading to its entries."""
    columns = (
        Column(_("Journal"), CODE, 6), Column(_("Label"), TEXT, 24), Column(_("Entries"), NUMBER, 8),
        Column(_("Debit"), AMOUNT, 13), Column(_("Credit"), AMOUNT, 13),
    )  # fmt: skip
    found = [one for one in sums_of(asked.year, asked.period) if asked.choice("journal") in ("", one.code)]
    rows = [
        Row((one.code, one.label, one.entries, one.cents, one.cents), targets={0: _entries_of(asked, one.code)})
        for one in found
    ]
    entries, cents = sum(one.entries for one in found), sum(one.cents for one in found)
    rows.append(Row((_("Total"), "", entries, cents, cents), TOTAL))
    return Sheet(_("Journals"), _journals_name(asked), _journal_facts(asked), columns, rows)


def _entries_of(asked: Asked, code: str) -> Target:
    query = urlencode({"since": asked.period.first_day, "until": asked.period.last_day, "journal": code})
    kwargs = {"siren": asked.year.company.siren, "year": asked.year.last_day.isoformat()}
    return Target("statements:journals", kwargs, f"?{query}#entries")


def centralisation(asked: Asked) -> Sheet:
    """Return the totals of each journal by month."""
    columns = (
        Column(_("Journal"), CODE, 6), Column(_("Label"), TEXT, 24), Column(_("Month"), DAY, 10),
        Column(_("Entries"), NUMBER, 8), Column(_("Debit"), AMOUNT, 13), Column(_("Credit"), AMOUNT, 13),
    )  # fmt: skip
    found = [row for row in books.journal_totals(asked.year) if _touches(row[2], asked)]
    rows: list[Row] = []
    for code, inside in groupby(found, key=lambda row: row[0]):
        months = list(inside)
        for _code, label, month, entries, cents in months:
            rows.append(Row((code, label, month, entries, cents, cents), targets={0: _journal(asked, code)}))
        rows.append(_journal_total(_("Total %(number)s") % {"number": code}, months, GROUP))
    rows.append(_journal_total(_("Total"), found, TOTAL))
    notes = (_("Months are whole: a period that cuts a month shows all of it."),)
    return Sheet(_("Journal totals"), file_name(asked, "centralisation"), facts_of(asked), columns, rows, notes=notes)


def _touches(month: date, asked: Asked) -> bool:
    return asked.period.first_day.replace(day=1) <= month <= asked.period.last_day


def _journal(asked: Asked, code: str) -> Target:
    kwargs = {"siren": asked.year.company.siren, "year": asked.year.last_day.isoformat(), "code": code}
    return Target("finance:journal", kwargs)


def _journal_total(label: str, months: list[tuple[str, str, date, int, int]], kind: str) -> Row:
    entries, cents = sum(row[3] for row in months), sum(row[4] for row in months)
    return Row((label, "", None, entries, cents, cents), kind)
