"""Returns: which there are, which hold, the credit that one brings to the next, and what is not filed yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.vat.models import Filing, Regime, Return
from livret.suite.finance.vat.queries.regimes import kind_of, periods_until
from livret.suite.finance.vat.rules.forms import form_on
from livret.suite.finance.vat.rules.regimes import due_on


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period with its latest return, if any, and the filing that holds.

    payable and carried: in whole euros, filed or as prepared, None when nothing is known yet.
    """

    regime: Regime
    period: DayPeriod
    latest: Return | None
    filing: Filing | None
    due_on: date
    is_over: bool
    is_late: bool
    payable: int | None
    carried: int | None

    @property
    def is_filed(self) -> bool:
        return self.filing is not None


def return_rows(company: Company, *, today: date) -> list[PeriodRow]:
    """Return the periods of *company* until *today*, the latest first."""
    latest = {one.first_day: one for one in Return.objects.filter(company=company).order_by("rank")}
    filed = {one.vat_return.first_day: one for one in effective_filings(company.pk)}
    rows = [
        _period_row(regime, period, latest.get(period.first_day), filed.get(period.first_day), today)
        for regime, period in periods_until(company, today)
    ]
    return rows[::-1]


def _period_row(
    regime: Regime, period: DayPeriod, latest: Return | None, filing: Filing | None, today: date
) -> PeriodRow:
    last_day = due_on(kind_of(regime), period, day_of_month=regime.due_day)
    euros = latest.figures.get("euros") if latest and latest.prepared_at else None
    form = form_on(latest.form, latest.last_day) if latest else None
    return PeriodRow(
        regime,
        period,
        latest,
        filing,
        due_on=last_day,
        is_over=period.last_day < today,
        is_late=filing is None and last_day < today,
        payable=euros.get(f"{form.payable_box}/tax", 0) if form and euros is not None else None,
        carried=euros.get(f"{form.carried_box}/tax", 0) if form and euros is not None else None,
    )


def return_of(company: Company, first_day: date, rank: int | None = None) -> Return | None:
    """Return the return of the period that begins on *first_day*: that of *rank*, else the latest."""
    rows = Return.objects.select_related("regime", "company").filter(company=company, first_day=first_day)
    return (rows if rank is None else rows.filter(rank=rank)).order_by("-rank").first()


def effective_filings(company_id: int) -> list[Filing]:
    """Return the filing that holds for each period filed: the last corrective one, in the order of periods."""
    rows = Filing.objects.select_related("vat_return").filter(vat_return__company=company_id)
    held = {one.vat_return.first_day: one for one in rows.order_by("vat_return__rank")}
    return [held[day] for day in sorted(held)]


def first_filings(company_id: int) -> list[Filing]:
    """Return the first filing of each period."""
    rows = Filing.objects.select_related("vat_return").filter(vat_return__company=company_id, vat_return__rank=0)
    return list(rows.order_by("vat_return__first_day"))


def filing_of(made: Return) -> Filing | None:
    return Filing.objects.select_related("settlement").filter(vat_return=made).first()


def credit_before(made: Return) -> int:
    """Return the credit, in cents, that the period before carries to *made*: its own, or the regime's opening one."""
    before = [one for one in effective_filings(made.company_id) if one.vat_return.last_day < made.first_day]
    if before:
        return before[-1].carried_cents
    return made.regime.opening_credit_cents if made.regime.since == made.first_day else 0


def broken_credit(made: Return) -> Return | None:
    """Return the first return filed before *made* that took another credit than the period before it carries now.

    A corrective return changed what its period carries: the one that took it is to be corrected in its turn.
    """
    filings = [one for one in effective_filings(made.company_id) if one.vat_return.first_day < made.first_day]
    for before, after in pairwise(filings):
        if after.vat_return.credit_cents != before.carried_cents:
            return after.vat_return
    return None


def first_regime_day(company_id: int) -> date:
    """Return the first day that a regime of the company covers: before it, all was declared elsewhere."""
    return Regime.objects.filter(company=company_id).order_by("since").values_list("since", flat=True)[0]


def unfiled_periods(year: FiscalYear, *, until: date | None = None) -> list[DayPeriod]:
    """Return the periods of returns that end in *year* (and before *until*) and were not filed, in their order.

    None when the company has no regime then: nobody said that it makes returns.
    """
    filed = {one.vat_return.first_day for one in effective_filings(year.company_id)}
    return [period for period in periods_of(year, until=until) if period.first_day not in filed]


def periods_of(year: FiscalYear, *, until: date | None = None) -> list[DayPeriod]:
    """Return the periods that ask for a return and end in *year* (and before *until*), in their order."""
    last = min(year.last_day, until) if until else year.last_day
    periods = (period for _regime, period in periods_until(year.company, last))
    return [period for period in periods if year.first_day <= period.last_day <= last]
