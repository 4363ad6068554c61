"""Locking the days of a fiscal year that are over, and opening them again, each act kept with its reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import PeriodLock, YearLedger
from livret.suite.finance.services.ledger import lock_year


class NotLockable(Refusal):
    """The days cannot be locked, or unlocked, so."""


def lock_period(year: FiscalYear, *, until: date, reason: str, by: Actor, at: datetime) -> PeriodLock | None:
    """Let no entry be dated before *until* (excluded) in *year* any more; return the act, None when it was so already.

    Raises NotLockable when *until* is not a day of the year, or the one after; YearBusy; YearClosed.
    Source: BOI-BIC-DECLA-30-10-20-40 (validation by period, at the latest at the VAT return).
    """
    _require_day(year, until)
    with transaction.atomic(using=current_alias()):
        ledger = lock_year(year)
        if ledger.locked_until and ledger.locked_until >= until:
            return None
        return _act(ledger, until, reason=reason, by=by, at=at)


def unlock_period(year: FiscalYear, *, until: date | None, reason: str, by: Actor, at: datetime) -> PeriodLock:
    """Open the days of *year* from *until* on again, all of them when it is None; return the act.

    Raises NotLockable when nothing is locked so far, or no reason is given; YearBusy; YearClosed.
    """
    if not reason.strip():
        raise NotLockable(_("Say why the period is opened again: the reason stays in the books."))
    with transaction.atomic(using=current_alias()):
        ledger = lock_year(year)
        if ledger.locked_until is None or (until is not None and until >= ledger.locked_until):
            raise NotLockable(_("Nothing is locked there."))
        if until is not None:
            _require_day(year, until)
        return _act(ledger, until, reason=reason, by=by, at=at)


def _require_day(year: FiscalYear, until: date) -> None:
    if not year.first_day < until <= year.last_day + ONE_DAY:
        words = _("The %(day)s is not a day of fiscal year %(year)s. Choose a day inside it.")
        raise NotLockable(words % {"day": f"{until - ONE_DAY:%d/%m/%Y}", "year": year})


def _act(ledger: YearLedger, until: date | None, *, reason: str, by: Actor, at: datetime) -> PeriodLock:
    ledger.locked_until = until
    ledger.save(update_fields=["locked_until"])
    act = PeriodLock.objects.create(
        fiscal_year_id=ledger.fiscal_year_id, until=until, reason=reason, author_id=by.id, author_name=by.name, at=at
    )
    detail = {"until": until.isoformat() if until else "", "reason": reason}
    record("finance.period.locked" if until else "finance.period.unlocked", act, by=by, at=at, detail=detail)
    return act
