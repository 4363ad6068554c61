"""Closing in the demonstration: last year ready to be closed, its first months locked, a cut-off, what is carried."""

from __future__ import annotations

from datetime import date, datetime

from livret.core.clock import PARIS
from livret.core.people import Actor
from livret.kernel.errors import Refusal
from livret.kernel.periods import add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.closing.models import CarryForward, CutOff
from livret.suite.finance.closing.services.cutting import TypedCutOff, post_cut_off
from livret.suite.finance.closing.services.forwarding import carry_forward, next_year
from livret.suite.finance.closing.services.numbers import proposed_number
from livret.suite.finance.models import PeriodLock
from livret.suite.finance.services.locks import lock_period

LOCKED_MONTHS = 6


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Lock the first half of the current year and bring its opening in line; nothing when it was done before.

    A year that is over is left open: closing it is what a visitor tries.
    """
    today = at.astimezone(PARIS).date()
    years = list(fiscal_years(company).select_related("company"))
    over = [year for year in years if year.last_day < today and year.is_open]
    if not over or not over[0].is_open:
        return
    latest = over[0]
    if not CutOff.objects.filter(fiscal_year=latest).exists():
        _cut_off(latest, by=by, at=at, today=today)
    if next_year(latest) and not CarryForward.objects.filter(fiscal_year=latest).exists():
        carry_forward(latest, allowance=None, by=by, at=at, today=today)
    if not PeriodLock.objects.filter(fiscal_year__company=company).exists():
        lock_period(latest, until=add_months(latest.first_day, LOCKED_MONTHS), reason="", by=by, at=at)


def _cut_off(year: FiscalYear, *, by: Actor, at: datetime, today: date) -> None:
    typed = TypedCutOff(
        kind="prepaid-expense",
        label="Assurance multirisque, part de l’exercice suivant",
        piece_ref="CCA-1",
        account=proposed_number(year, "616"),
        counterpart=proposed_number(year, "486"),
        net_cents=84_000,
    )
    try:
        post_cut_off(year, typed, allowance=None, by=by, at=at, today=today)
    except Refusal:  # The chart of this company, or a lock, has no place for it: the page shows none.
        return
