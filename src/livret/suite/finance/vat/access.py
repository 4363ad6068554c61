"""Finding the return of an address; the only place that does."""

from __future__ import annotations

from datetime import date

from django.http import Http404

from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company
from livret.suite.finance.vat.models import Return
from livret.suite.finance.vat.queries import regimes, returns


def return_for(company: Company, first: str, rank: int | None = None) -> Return:
    """Return the return of the period that begins on the day of the address, such as 2026-01-01, or 404."""
    found = returns.return_of(company, _day(first), rank)
    if found is None:
        raise Http404
    return found


def period_for(company: Company, first: str) -> DayPeriod:
    """Return the period of returns of *company* that begins on the day of the address, or 404."""
    day = _day(first)
    regime = regimes.regime_on(company, day)
    if regime is None or not regimes.kind_of(regime).form:
        raise Http404
    period = regimes.period_holding(regime, day)
    if period.first_day != day:
        raise Http404
    return period


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
