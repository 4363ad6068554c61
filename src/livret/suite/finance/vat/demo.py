"""The VAT of a demonstration company: its regime set, its returns filed until September, October prepared."""

from __future__ import annotations

from datetime import date, datetime

from livret.core.people import Actor
from livret.kernel.periods import add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import Entry
from livret.suite.finance.vat.models import Regime, Return
from livret.suite.finance.vat.queries.pages import settlement_in_books
from livret.suite.finance.vat.queries.regimes import periods_until
from livret.suite.finance.vat.queries.returns import effective_filings
from livret.suite.finance.vat.services.filing import NotFilable, file_return
from livret.suite.finance.vat.services.preparing import begin_return, prepare
from livret.suite.finance.vat.services.setup import RegimeFacts, set_regime

MONTHS_FILED = 9


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Give *company* its regime and returns; what is there already stays. The settlements are in its books.

    The months before were declared elsewhere. The books are locked until the last period filed: this comes after
    whatever else is to be posted in them.
    """
    last = Entry.objects.filter(company=company).order_by("-date").values_list("date", flat=True).first()
    if last is None:
        return
    if not Regime.objects.filter(company=company).exists():
        set_regime(company, RegimeFacts(since=_first_day(company, last), kind=Regime.Kind.MONTHLY), by=by, at=at)
    if effective_filings(company.pk):  # At a later start: what people did since is theirs.
        return
    for _regime, period in periods_until(company, last):
        made = prepare(begin_return(company, period, by=by, at=at), at=at)
        if period.last_day < last.replace(day=1):
            _file(made, by=by, at=at)


def _first_day(company: Company, last: date) -> date:
    """Return the first day of the month nine months before *last*, or of the first month of the books when later."""
    first = FiscalYear.objects.filter(company=company).order_by("first_day").values_list("first_day", flat=True)[0]
    return max(add_months(last.replace(day=1), -MONTHS_FILED), first)


def _file(made: Return, *, by: Actor, at: datetime) -> None:
    try:
        file_return(made, posts_settlement=settlement_in_books(made) is None, by=by, at=at)
    except NotFilable:
        return
