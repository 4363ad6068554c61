"""What a company of the simplified regime pays ahead: what is asked, what the books paid, the return that takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from livret.kernel.periods import ONE_DAY, DayPeriod
from livret.suite.company.models import Company
from livret.suite.finance.models import ChartAccount, Line
from livret.suite.finance.vat.models import Regime, Return
from livret.suite.finance.vat.queries.regimes import kind_of, periods_until
from livret.suite.finance.vat.queries.returns import effective_filings
from livret.suite.finance.vat.rules.regimes import Asked, asked_of, instalment_base

# Source: PCG, compte 44581 (acomptes, régime simplifié d’imposition).
ACCOUNT = "44581"
PERIODS_SHOWN, PAYMENTS_SHOWN = 2, 12


@dataclass(frozen=True, slots=True)
class Payment:
    """A line of the books that pays an instalment, or takes one back (negative cents)."""

    entry_id: int
    reference: str
    on: date
    cents: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """The instalments of a period. base_euros: what they are shares of, None when that return is not known here.

    asked: in their order, each with what the payments, the oldest first, give it; made: the return that takes them off.
    """

    period: DayPeriod
    base_euros: int | None
    asked: Sequence[Asked]
    payments: Sequence[Payment]
    paid_cents: int
    made: Return | None

    @property
    def is_below(self) -> bool:
        """The tax of the year before is too small for instalments."""
        return self.base_euros is not None and not self.asked


def schedules(company: Company, *, today: date) -> list[Schedule]:
    """Return the instalments of the yearly periods of *company* that hold *today* or came just before, latest first."""
    found = [
        (regime, period)
        for regime, period in periods_until(company, today)
        if regime.kind == Regime.Kind.YEARLY and kind_of(regime).form
    ]
    return [schedule_of(company, period, today=today) for _regime, period in found[: -PERIODS_SHOWN - 1 : -1]]


def schedule_of(company: Company, period: DayPeriod, *, today: date) -> Schedule:
    before = [one for one in effective_filings(company.pk) if one.vat_return.last_day < period.first_day]
    last = before[-1] if before and before[-1].vat_return.last_day + ONE_DAY == period.first_day else None
    base = instalment_base(last.figures["euros"]) if last and last.vat_return.form == "ca12" else None
    paid = paid_in(company.pk, period)
    return Schedule(
        period,
        base,
        asked_of(base, period, paid_cents=paid, today=today),
        _payments(company.pk, period),
        paid,
        Return.objects.filter(company=company, first_day=period.first_day).order_by("-rank").first(),
    )


def paid_in(company_id: int, period: DayPeriod) -> int:
    """Return the cents of instalments that the books paid in *period*; an entry that settles a return pays none."""
    sums = _lines(company_id, period).aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    return (sums["debit"] or 0) - (sums["credit"] or 0)


def _lines(company_id: int, period: DayPeriod) -> QuerySet[Line]:
    days = {"date__gte": period.first_day, "date__lte": period.last_day}
    rows = Line.objects.filter(account__in=_accounts(company_id, Q(number__startswith=ACCOUNT)), **days)
    settling = _accounts(company_id, Q(number__startswith="4455") | Q(number__startswith="44567"))
    settles = Q(entry__in=Line.objects.filter(account__in=settling, **days).values("entry"))
    return rows.exclude(settles | Q(entry__origin__room="vat") | Q(journal__kind="opening"))


def _accounts(company_id: int, wanted: Q) -> list[int]:
    return list(ChartAccount.objects.filter(wanted, company=company_id).values_list("pk", flat=True))


def _payments(company_id: int, period: DayPeriod) -> list[Payment]:
    rows = _lines(company_id, period).select_related("entry", "journal").order_by("date", "entry_id", "position")
    return [
        Payment(
            line.entry_id, f"{line.journal.code}-{line.entry.number}", line.date, line.debit_cents - line.credit_cents
        )
        for line in rows[:PAYMENTS_SHOWN]
    ]
