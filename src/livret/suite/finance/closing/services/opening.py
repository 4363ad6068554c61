"""Opening the year that follows."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.kernel.errors import Refusal
from livret.kernel.periods import ONE_DAY, add_months
from livret.suite.company.models import FiscalYear
from livret.suite.company.services import open_fiscal_year
from livret.suite.finance.closing.services.cutting import reverse_cut_offs
from livret.suite.finance.closing.services.forwarding import next_year

MONTHS = 12


class AlreadyOpened(Refusal):
    """The next year is there."""


def next_days(year: FiscalYear) -> tuple[date, date]:
    """Return the first and last day of the twelve months that follow *year*."""
    first = year.last_day + ONE_DAY
    return first, add_months(first, MONTHS) - ONE_DAY


def open_next_year(
    year: FiscalYear, *, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> FiscalYear:
    """Open the twelve months that follow *year*, and undo there the cut-offs that waited for it."""
    if next_year(year) is not None:
        raise AlreadyOpened(_("The next fiscal year is open already."))
    first, last = next_days(year)
    opened = open_fiscal_year(year.company, first_day=first, last_day=last, by=by, at=at)
    reverse_cut_offs(year, allowance=allowance, by=by, at=at, today=today)
    return opened
