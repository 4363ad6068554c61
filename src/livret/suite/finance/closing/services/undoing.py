"""Undoing a whole import: each of its entries is reversed, and the balances return to what they were without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.finance.closing.services import mirroring
from livret.suite.finance.models import ImportRun, Journal
from livret.suite.finance.services import ledger
from livret.suite.finance.services.lettering import lock_open_year

SHOWN = 10


class NotUndone(Refusal):
    """The import cannot be undone as things stand."""


@dataclass(frozen=True, slots=True)
class Undone:
    """How much was reversed, and how much had been before, entry by entry."""

    entries: int
    lines: int
    before: int


def undo_import(
    run: ImportRun,
    *,
    journal: Journal | None,
    on: date | None,
    reason: str,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    today: date,
) -> Undone:
    """Post the exact reversal of every entry that *run* brought, all or none; entries reversed already are left.

    journal: where, None for the journal of each (opening balances always stay in theirs); on: the day of all, None for
    the day of each. What was open of them is lettered with its reversal.
    Raises NotUndone when the file is not in the books, nothing is left to undo, the day is outside the year, or a line
    is lettered with something else; YearBusy, YearClosed, PeriodLocked, CeilingReached.
    Source: PCG, art. 921-3 (a validated entry is corrected by another one).
    """
    year = run.fiscal_year
    if run.state != ImportRun.State.DONE or year is None:
        raise NotUndone(_("This file is not in the books: there is nothing to undo."))
    if on and not year.first_day <= on <= year.last_day:
        words = _("The %(day)s is not a day of fiscal year %(year)s.")
        raise NotUndone(words % {"day": f"{on:%d/%m/%Y}", "year": year})
    with transaction.atomic(using=current_alias()), connections[current_alias()].cursor() as sql:
        held = ledger.lock_year(year)
        lock_open_year(year.pk)
        ledger.prefer_set_joins(sql)
        if journal:
            ledger.next_number(year, journal.pk)
        facts = _facts(run, journal, on, reason, by=by, at=at, today=today)
        mirror = mirroring.gather(sql, facts)
        if not mirror.entries:
            raise NotUndone(_("Every entry of this import is reversed already."))
        if held.locked_until and mirror.since and mirror.since < held.locked_until:
            raise ledger.PeriodLocked(held.locked_until)
        ledger.check_room(held, adding=mirror.entries, allowance=allowance)
        mirroring.lock_accounts(sql)
        _require_unlettered(mirroring.lettered_elsewhere(sql, facts, shown=SHOWN))
        mirroring.add(sql, facts, year)
        mirroring.answer(sql, facts)
        undone = Undone(mirror.entries, mirror.lines, run.entries - mirror.entries)
        detail = {"entries": undone.entries, "lines": undone.lines, "reason": reason}
        ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.UNDONE)
        record("finance.import.undone", run, by=by, at=at, detail=detail)
    return undone


def _facts(
    run: ImportRun, journal: Journal | None, on: date | None, reason: str, *, by: Actor, at: datetime, today: date
) -> dict[str, Any]:
    return {
        "run": run.pk,
        "year": run.fiscal_year_id,
        "company": run.company_id,
        "journal": journal.pk if journal else None,
        "on": on,
        "reason": reason[:400],
        "prefix": _("Reversal: %(label)s") % {"label": ""},
        "author": by.id,
        "name": by.name,
        "at": at,
        "today": today,
    }


def _require_unlettered(found: list[tuple[str, str, str]]) -> None:
    if found:
        named = ", ".join(f"{account} {party} {code}".replace("  ", " ") for account, party, code in found)
        words = _(
            "Lines of this import are lettered with others since: %(letterings)s. Take those letterings apart first, "
            "under Lettering, then undo the import."
        )
        raise NotUndone(words % {"letterings": named})
