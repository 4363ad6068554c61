"""Closing a fiscal year for good."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing import wording
from livret.suite.finance.closing.models import ClosingWork, YearClosing
from livret.suite.finance.closing.queries.checks import judged_checks
from livret.suite.finance.closing.services import works
from livret.suite.finance.closing.services.forwarding import carry_forward, result_of
from livret.suite.finance.models import Balance, YearLedger
from livret.suite.finance.queries import proof
from livret.suite.finance.services import ledger


class NotClosable(Refusal):
    """Something stands in the way; the message names it."""


def close_year(year: FiscalYear, *, allowance: Allowance | None, by: Actor, at: datetime, today: date) -> YearClosing:
    """Close *year* for good, in one transaction: every seal read again, the last difference carried forward, the act.

    Raises NotClosable with what stands in the way, YearClosed, YearBusy, NotCarried.
    Source: PCG, art. 921-4 (closing freezes the chronology, at the latest before the end of the following period).
    """
    with transaction.atomic(using=current_alias()):
        ledger.lock_year(year)
        # Whoever letters in the year holds its row: what they bring together is not carried forward as open.
        FiscalYear.objects.select_for_update(of=("self",), no_key=True).get(pk=year.pk)
        _require_whole(year)
        _require_ready(year, today)
        carry_forward(year, allowance=allowance, by=by, at=at, today=today, is_final=True)
        act = _act(year, by=by, at=at)
        FiscalYear.objects.filter(pk=year.pk).update(state=FiscalYear.State.CLOSED)
        with suppress(works.AlreadyAsked):  # Asked for too early, and not refused yet: it will find the year closed.
            works.ask(year, ClosingWork.Kind.ARCHIVE, by=by, at=at)
        record("finance.year.closed", year, by=by, at=at, detail={"entries": act.entries, "heads": act.heads})
    return act


def _require_whole(year: FiscalYear) -> None:
    if faults := proof.faults_of(year):
        words = _("The books of this year do not prove themselves: %(faults)s. Nothing was closed; call support.")
        raise NotClosable(words % {"faults": "; ".join(wording.fault_words(fault) for fault in faults[:5])})


def _require_ready(year: FiscalYear, today: date) -> None:
    if in_the_way := [one.check for one in judged_checks(year, today=today) if one.is_in_the_way]:
        named = [f"{wording.title_of(one.code)} ({one.found[0].label})" for one in in_the_way]
        raise NotClosable(_("Put right or accept first: %(checks)s.") % {"checks": "; ".join(named)})


def _act(year: FiscalYear, *, by: Actor, at: datetime) -> YearClosing:
    held = YearLedger.objects.get(pk=year.pk)
    total = Balance.objects.filter(fiscal_year=year).aggregate(total=Sum("debit_cents"))["total"] or 0
    heads = [{"journal": one.journal, "entries": one.number, "head": one.head} for one in proof.chains_of(year)]
    return YearClosing.objects.create(
        fiscal_year=year,
        heads=heads,
        entries=held.entries,
        lines=held.lines,
        debit_cents=total,
        result_cents=result_of(year),
        author_id=by.id,
        author_name=by.name,
        at=at,
    )
