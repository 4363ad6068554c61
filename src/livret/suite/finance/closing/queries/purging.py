"""What must hold before the detail of a closed year may be removed, what would go with it, and what would stay."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Sum

from livret.core.tenancy.context import current_alias
from livret.core.ui.figures import day_text
from livret.suite.company.models import FiscalYear
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.bank.queries.reconciliation import reconciliation
from livret.suite.finance.closing.models import Archive, YearClosing
from livret.suite.finance.closing.rules.checks import SHOWN, Check, Found, check
from livret.suite.finance.closing.rules.retention import longest_keeping
from livret.suite.finance.closing.services.forwarding import next_year
from livret.suite.finance.models import Balance, YearLedger
from livret.suite.finance.vat.models import Return

# A line brought forward year after year, as long as a year that is still open holds it open.
STILL_OPEN = f"""
WITH RECURSIVE ahead AS (
    SELECT c.entry_id, c.position
      FROM finance_entry e JOIN closing_carriedline c ON c.source_entry_id = e.id
     WHERE e.fiscal_year_id = %(year)s
     UNION
    SELECT c.entry_id, c.position
      FROM ahead a JOIN closing_carriedline c ON c.source_entry_id = a.entry_id AND c.source_position = a.position
)
SELECT l.entry_id, k.number, coalesce(x.number, ''), l.debit_cents - l.credit_cents
  FROM ahead a
  JOIN finance_line l ON l.entry_id = a.entry_id AND l.position = a.position
  JOIN company_fiscalyear y ON y.id = l.fiscal_year_id AND y.state = 'open'
  JOIN finance_chartaccount k ON k.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE g.is_partial IS NOT FALSE AND NOT EXISTS (SELECT FROM finance_entry r WHERE r.reverses_id = l.entry_id)
 ORDER BY k.number, 3, l.entry_id LIMIT {SHOWN * 2}
"""  # noqa: S608 - a constant of ours.
BEING_PAID = """
SELECT DISTINCT b.id, b.message_id
  FROM payments_paidline p
  JOIN finance_entry e ON e.id = p.entry_id AND e.fiscal_year_id = %(year)s
  JOIN payments_paymentitem i ON i.id = p.item_id
  JOIN payments_paymentbatch b ON b.id = i.batch_id
 WHERE p.is_live ORDER BY 1
"""


def conditions_of(year: FiscalYear, *, today: date) -> list[Check]:
    """Return every condition of a purge of *year*, met or not, what is not met first; nobody can accept one away."""
    found = [
        check("purge-not-closed", _not_closed(year), is_blocking=True),
        check("purge-too-early", _too_early(year, today), is_blocking=True),
        check("purge-no-archive", _without_archive(year), is_blocking=True),
        check("purge-older-year", _older_years(year), is_blocking=True),
        check("purge-next-year-open", _next_open(year), is_blocking=True),
        check("purge-still-open", _still_open(year), is_blocking=True),
        check("purge-bank-open", _bank_open(year, today), is_blocking=True),
        check("purge-vat-unfiled", _vat_unfiled(year), is_blocking=True),
        check("purge-being-paid", _being_paid(year), is_blocking=True),
    ]
    return sorted(found, key=lambda one: one.is_passed)


def archive_to_keep(year: FiscalYear) -> Archive | None:
    """Return the latest archive of *year* that holds all that was closed, None without one."""
    act = YearClosing.objects.filter(pk=year.pk).first()
    if act is None:
        return None
    whole = {"entries": act.entries, "lines": act.lines, "debit_cents": act.debit_cents}
    return Archive.objects.filter(fiscal_year=year, is_definitive=True, **whole).order_by("-pk").first()


def _not_closed(year: FiscalYear) -> list[Found]:
    if year.is_open or not YearLedger.objects.filter(pk=year.pk, entries__gt=0).exists():
        return [Found(year.label, None, "closing:closure", _place(year))]
    return []


def _too_early(year: FiscalYear, today: date) -> list[Found]:
    duty = longest_keeping(year.last_day, today=today)
    return [] if today > duty.until else [Found(f"{day_text(duty.until)} ({duty.source})")]


def _without_archive(year: FiscalYear) -> list[Found]:
    return [] if archive_to_keep(year) else [Found(year.label, None, "closing:archives", _place(year))]


def _older_years(year: FiscalYear) -> list[Found]:
    older = FiscalYear.objects.select_related("company").filter(
        company_id=year.company_id, last_day__lt=year.first_day, ledger__entries__gt=0, tombstone=None
    )
    return [Found(one.label, None, "closing:purge", _place(one)) for one in older.order_by("last_day")]


def _next_open(year: FiscalYear) -> list[Found]:
    following = next_year(year)
    return [Found(following.label, None, "closing:year", _place(following))] if following and following.is_open else []


def _still_open(year: FiscalYear) -> list[Found]:
    siren = year.company.siren
    return [
        Found(f"{account} {party}".strip(), cents, "finance:entry", {"siren": siren, "entry": entry})
        for entry, account, party, cents in _rows(STILL_OPEN, year)
    ]


def _bank_open(year: FiscalYear, today: date) -> list[Found]:
    """Return the bank accounts where a line or a movement of *year*, or older, still stands on one side only."""
    siren = year.company.siren
    held = BankAccount.objects.filter(company_id=year.company_id).order_by("pk")
    return [
        Found(account.label, None, "bank:reconciliation", {"siren": siren, "account": account.pk})
        for account in held
        if _stands_alone(account, year, today)
    ]


def _stands_alone(account: BankAccount, year: FiscalYear, today: date) -> bool:
    found = reconciliation(account, today)
    return any(one.on <= year.last_day for side in (found.in_books, found.at_bank) for one in side.lines)


def _vat_unfiled(year: FiscalYear) -> list[Found]:
    begun = Return.objects.filter(
        company_id=year.company_id, first_day__lte=year.last_day, last_day__gte=year.first_day
    ).exclude(state=Return.State.FILED)
    siren = year.company.siren
    return [
        Found(f"{day_text(one.first_day)} – {day_text(one.last_day)}", None, "vat:home", {"siren": siren})
        for one in begun.order_by("first_day")
    ]


def _being_paid(year: FiscalYear) -> list[Found]:
    siren = year.company.siren
    return [
        Found(str(message), None, "payments:batch", {"siren": siren, "batch": batch})
        for batch, message in _rows(BEING_PAID, year)
    ]


def assets_from(year: FiscalYear) -> int:
    """Return how many assets still held were acquired in *year*: the invoice is the client's to keep meanwhile."""
    days = (year.first_day, year.last_day)
    return FixedAsset.objects.filter(company_id=year.company_id, acquired_on__range=days, disposed_on=None).count()


# What goes beside entries and lines, as people are told of it.
COUNTED = {
    "finance_attachment": "SELECT count(*) FROM finance_attachment t JOIN finance_entry e ON e.id = t.entry_id"
    " WHERE e.fiscal_year_id = %(year)s",
    "finance_lettering": "SELECT count(*) FROM finance_lettering WHERE fiscal_year_id = %(year)s",
    "finance_auxiliarybalance": "SELECT count(*) FROM finance_auxiliarybalance WHERE fiscal_year_id = %(year)s",
    "closing_cutoff": "SELECT count(*) FROM closing_cutoff WHERE fiscal_year_id = %(year)s",
    "statements_reportfile": "SELECT count(*) FROM statements_reportfile WHERE fiscal_year_id = %(year)s",
}


def going_of(year: FiscalYear) -> dict[str, int]:
    """Return how many rows of each kind would go with *year*, by table: entries and lines first."""
    held = YearLedger.objects.filter(pk=year.pk).first()
    found = {"finance_entry": held.entries if held else 0, "finance_line": held.lines if held else 0}
    return found | {table: int(_rows(query, year)[0][0]) for table, query in COUNTED.items()}


def balances_kept(year: FiscalYear) -> tuple[int, int]:
    """Return how many accounts keep their totals by month and day, and the sum of their debits in cents."""
    rows = Balance.objects.filter(fiscal_year=year)
    return rows.values("account").distinct().count(), rows.aggregate(total=Sum("debit_cents"))["total"] or 0


def _place(year: FiscalYear) -> dict[str, object]:
    return {"siren": year.company.siren, "year": year.last_day.isoformat()}


def _rows(query: str, year: FiscalYear) -> list[Any]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, {"year": year.pk})
        return list(sql.fetchall())
