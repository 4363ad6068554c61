"""Carrying a fiscal year forward into the next, as often as wanted: each run posts what has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import CarryForward
from livret.suite.finance.closing.services import carrying
from livret.suite.finance.closing.services.numbers import usual_length
from livret.suite.finance.models import (
    Balance,
    ChartAccount,
    Entry,
    EntryOrigin,
    EntryText,
    Journal,
)
from livret.suite.finance.services import ledger
from livret.suite.finance.services.drafts import chart_of, opened_account
from livret.suite.finance.services.lettering import letter

ROOM = "closing"
PROFIT, LOSS = "120", "129"


class NotCarried(Refusal):
    """The year cannot be carried forward as things stand."""


def next_year(year: FiscalYear) -> FiscalYear | None:
    """Return the fiscal year that begins where *year* ends."""
    rows = FiscalYear.objects.select_related("company").filter(company_id=year.company_id)
    return rows.filter(first_day=year.last_day + ONE_DAY).first()


def carry_forward(
    year: FiscalYear,
    *,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    today: date,
    is_final: bool = False,
) -> CarryForward:
    """Post in the next year what it must open with and does not yet, dated its first day; return the act.

    No line is ever changed: what an earlier run brought and is no longer open goes out by an opposite line. Accounts
    of classes 6 and 7 are not posted to: their sum goes to the result of the year.
    A lock of the first period of the next year does not keep it out: no return changes by it.
    Raises NotCarried without a next year or when it may not use an account; YearBusy, YearClosed...
    Source: C. com., art. L. 123-19 (a year opens as the one before closed); LPF, art. A47 A-1, VII.
    """
    into = next_year(year)
    if into is None:
        raise NotCarried(_("Open the next fiscal year first: the balances go into its first day."))
    with transaction.atomic(using=current_alias()), connections[current_alias()].cursor() as sql:
        if year.is_open:
            ledger.lock_year(year)  # In the order of the days: the year that closes, then the next.
        facts = _facts(year, into)
        move = _gathered(sql, facts)
        if move.difference:
            raise NotCarried(_("The balances of the year do not sum to zero. Send this message to support."))
        entry = None
        if move.lines:
            _require_usable(sql, facts, into)
            # No day is given: a lock of its first period keeps no opening out.
            ledger.lock_year(into, adding=1, allowance=allowance)
            entry = _post(sql, facts, move, year=year, into=into, by=by, at=at, today=today)
        act = CarryForward.objects.create(
            fiscal_year=year,
            into=into,
            entry=entry,
            is_final=is_final,
            line_count=move.lines,
            moved_cents=move.debit_cents,
            result_cents=result_of(year),
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
        record("finance.year.carried_forward", act, by=by, at=at, detail={"lines": move.lines, "final": is_final})
    return act


def result_of(year: FiscalYear) -> int:
    """Return the result of *year* in cents, positive for a profit."""
    rows = Balance.objects.filter(fiscal_year=year, account__number__regex="^[67]")
    return sum(credit - debit for debit, credit in rows.values_list("debit_cents", "credit_cents"))


def result_account(year: FiscalYear, root: str) -> ChartAccount:
    """Return the account of the company for a profit (120) or a loss (129) of *year*, opened if it has none."""
    held = ChartAccount.objects.filter(company_id=year.company_id, number__startswith=root, is_closed=False)
    if found := held.order_by("number").first():
        return found
    number = root.ljust(usual_length(year.company_id), "0")
    chart = chart_of(year)
    label = chart.label_for(number) if chart and chart.is_valid(number) else _("Result of the fiscal year")
    opened = opened_account(year.company_id, number, label)
    opened.save()
    return opened


def opening_journal(company_id: int) -> Journal:
    """Return the journal of opening balances of a company, opened if it has none."""
    held = Journal.objects.filter(company_id=company_id, kind=Journal.Kind.OPENING, is_closed=False)
    if found := held.order_by("code").first():
        return found
    label = _("Opening balances")
    return Journal.objects.get_or_create(
        company_id=company_id, code="AN", defaults={"label": label, "kind": Journal.Kind.OPENING}
    )[0]


def _facts(year: FiscalYear, into: FiscalYear) -> dict[str, Any]:
    return {
        "year": year.pk,
        "into": into.pk,
        "company": year.company_id,
        "first": year.first_day,
        "last": year.last_day,
        "opens": into.first_day,
        "profit": result_account(year, PROFIT).pk,
        "loss": result_account(year, LOSS).pk,
    }


def _gathered(sql: CursorWrapper, facts: dict[str, Any]) -> carrying.Move:
    """Gather the moves with joins over whole sets: the planner has no statistics on rows of this transaction."""
    sql.execute("SELECT current_setting('enable_nestloop'), current_setting('work_mem')")
    former: Sequence[str] = sql.fetchone()
    ledger.prefer_set_joins(sql)
    move = carrying.gather(sql, facts)
    sql.execute("SELECT set_config('enable_nestloop', %s, true), set_config('work_mem', %s, true)", list(former))
    return move


def _require_usable(sql: CursorWrapper, facts: dict[str, Any], into: FiscalYear) -> None:
    if numbers := carrying.unusable_accounts(sql, facts):
        words = _(
            "The chart of fiscal year %(year)s has no account %(numbers)s any more. Move their balances to accounts "
            "that are valid in both years, then carry forward again."
        )
        raise NotCarried(words % {"year": into, "numbers": ", ".join(numbers)})


def _post(
    sql: CursorWrapper,
    facts: dict[str, Any],
    move: carrying.Move,
    *,
    year: FiscalYear,
    into: FiscalYear,
    by: Actor,
    at: datetime,
    today: date,
) -> Entry:
    """Add the entry of opening balances under the lock of the next year."""
    journal = opening_journal(year.company_id)
    runs = CarryForward.objects.filter(fiscal_year=year).count() + 1
    entry = Entry.objects.create(
        company_id=year.company_id,
        fiscal_year=into,
        journal=journal,
        number=ledger.next_number(into, journal.pk),
        date=into.first_day,
        validated_on=today,
        validated_at=at,
        line_count=move.lines,
        amount_cents=move.debit_cents,
    )
    reference = f"AN-{into.first_day:%Y-%m-%d}" + (f"-{runs}" if runs > 1 else "")
    EntryText.objects.create(
        entry=entry,
        label=_("Balances brought forward from fiscal year %(year)s") % {"year": year},
        piece_ref=reference,
        piece_date=into.first_day,
        author_id=by.id,
        author_name=by.name,
    )
    EntryOrigin.objects.create(entry=entry, company_id=year.company_id, room=ROOM, key=f"carry:{year.pk}:{runs}")
    facts = {**facts, "entry": entry.pk, "journal": journal.pk}
    carrying.add_lines(sql, facts)
    ledger.seal(into, first_id=entry.pk, last_id=entry.pk)
    for keys in carrying.undone(sql, facts):
        letter(keys, by=by, at=at, on=into.first_day)
    return entry
