"""What helps those who type: axes of analysis, the rate of a day, the names behind numbers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from livret.suite.company.models import Company
from livret.suite.finance.models import AnalyticSection, AuxiliaryAccount, ChartAccount, ExchangeRate
from livret.suite.finance.rules.due import Terms


@dataclass(frozen=True, slots=True)
class Axis:
    """An open axis with its sections by code; codes: those of all its sections, closed ones too, by id."""

    pk: int
    code: str
    label: str
    sections: dict[str, int] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)

    @property
    def field(self) -> str:
        return f"axis_{self.pk}"


def axes_of(company: Company) -> tuple[Axis, ...]:
    """Return the axes on which the lines of *company* are shared, by code; those without section are left out."""
    rows = AnalyticSection.objects.select_related("axis").filter(axis__company=company, axis__is_closed=False)
    found: dict[int, Axis] = {}
    for section in rows.order_by("axis__code", "code"):
        axis = found.setdefault(section.axis_id, Axis(section.axis_id, section.axis.code, section.axis.label))
        axis.codes[section.pk] = section.code
        if not section.is_closed:
            axis.sections[section.code] = section.pk
    return tuple(found.values())


def rate_on(company: Company, currency: str, day: date) -> ExchangeRate | None:
    """Return the rate noted for *day*, or the last one before it."""
    rows = ExchangeRate.objects.filter(company=company, currency=currency, day__lte=day)
    return rows.order_by("-day").first()


def euro_cents(amount: Decimal, rate: ExchangeRate) -> int:
    """Return the cents of euros that *amount* makes, rounded half up once."""
    return int((amount / rate.per_euro * 100).to_integral_value(rounding="ROUND_HALF_UP"))


def account_names(company: Company, numbers: Collection[str]) -> dict[str, str]:
    """Return the label of each account of *company* by number; unknown ones are left out."""
    rows = ChartAccount.objects.filter(company=company, number__in={number for number in numbers if number})
    return dict(rows.values_list("number", "label"))


def party_names(company: Company, numbers: Collection[str]) -> dict[str, str]:
    rows = AuxiliaryAccount.objects.filter(company=company, number__in={number for number in numbers if number})
    return dict(rows.values_list("number", "label"))


def terms_of(party: AuxiliaryAccount) -> Terms | None:
    """Return what was agreed with *party* about due days, None when nothing is known. It is read with its `party`."""
    held = getattr(party, "party", None)
    return Terms(held.due_days, held.due_end_of_month) if held and held.due_days is not None else None
