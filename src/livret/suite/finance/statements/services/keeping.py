"""What people keep: named filters, and the loans of the forecast."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.statements.models import Loan, SavedFilter

MOST_FILTERS = 30


class TooManyFilters(Refusal):
    """A person keeps only so many filters of one report."""


def keep_filter(company: Company, *, kind: str, name: str, query: str, by: Actor) -> SavedFilter:
    """Keep *query* under *name* for the person, in place of a filter of that name. Raises TooManyFilters."""
    with transaction.atomic(using=current_alias()):
        held = SavedFilter.objects.filter(company=company, person_id=by.id, kind=kind)
        if held.exclude(name=name).count() >= MOST_FILTERS:
            words = _("You already keep %(count)s filters of this report. Remove one to keep another.")
            raise TooManyFilters(words % {"count": MOST_FILTERS})
        return held.update_or_create(
            name=name, defaults={"query": query, "company": company, "person_id": by.id, "kind": kind}
        )[0]


def forget_filter(saved: SavedFilter) -> None:
    saved.delete()


def add_loan(
    company: Company,
    *,
    label: str,
    cents: int,
    first_on: date,
    every_months: int,
    payments: int,
    by: Actor,
    at: datetime,
) -> Loan:
    """Add the payments of a loan to the forecast of *company*."""
    with transaction.atomic(using=current_alias()):
        facts = {"label": label, "cents": cents, "first_on": first_on, "every_months": every_months}
        loan = Loan.objects.create(company=company, payments=payments, author_name=by.name, **facts)
        record("statements.loan.added", loan, by=by, at=at, detail={"label": label, "cents": cents})
    return loan


def remove_loan(loan: Loan, *, by: Actor, at: datetime) -> None:
    with transaction.atomic(using=current_alias()):
        record("statements.loan.removed", loan, by=by, at=at, detail={"label": loan.label, "cents": loan.cents})
        loan.delete()
