"""Exchange rates, analytic axes and sections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.models import AnalyticAxis, AnalyticSection, ExchangeRate
from livret.suite.finance.setup.rules.rates import Rate


class CodeTaken(Refusal):
    """An axis or section of this code is there already."""

    def __init__(self, code: str) -> None:
        super().__init__(_("Code %(code)s is taken: give another.") % {"code": code})


def note_rates(company: Company, rates: Sequence[Rate], *, by: Actor, at: datetime) -> int:
    """Note the rates, in place of those of the same currency and day; return how many. Entries keep theirs."""
    rows = [
        ExchangeRate(company=company, currency=rate.currency, day=rate.day, per_euro=rate.per_euro) for rate in rates
    ]
    with transaction.atomic(using=current_alias()):
        ExchangeRate.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["company", "currency", "day"], update_fields=["per_euro"]
        )
        record("finance.rates.noted", company, by=by, at=at, detail={"count": len(rows)})
    return len(rows)


def open_axis(company: Company, *, code: str, label: str, by: Actor, at: datetime) -> AnalyticAxis:
    """Open an axis. Raises CodeTaken."""
    try:
        with transaction.atomic(using=current_alias()):
            axis = AnalyticAxis.objects.create(company=company, code=code, label=label.strip())
            record("finance.axis.opened", axis, by=by, at=at)
    except IntegrityError as error:
        if "analytic_axis_code_once" not in str(error):
            raise
        raise CodeTaken(code) from None
    return axis


def open_section(axis: AnalyticAxis, *, code: str, label: str, by: Actor, at: datetime) -> AnalyticSection:
    """Open a section of an axis. Raises CodeTaken."""
    try:
        with transaction.atomic(using=current_alias()):
            section = AnalyticSection.objects.create(axis=axis, code=code, label=label.strip())
            record("finance.section.opened", section, by=by, at=at)
    except IntegrityError as error:
        if "analytic_section_code_once" not in str(error):
            raise
        raise CodeTaken(code) from None
    return section


def set_closed(thing: AnalyticAxis | AnalyticSection, *, is_closed: bool, by: Actor, at: datetime) -> None:
    """Close an axis or section to new entries, or open it again."""
    thing.is_closed = is_closed
    kind = "axis" if isinstance(thing, AnalyticAxis) else "section"
    with transaction.atomic(using=current_alias()):
        thing.save(update_fields=["is_closed"])
        record(f"finance.{kind}.{'closed' if is_closed else 'reopened'}", thing, by=by, at=at)
