"""A loan for the forecast and filters to start from, in a demonstration."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate

from livret.core.people import Actor
from livret.kernel.periods import add_months
from livret.suite.company.models import Company
from livret.suite.finance.statements.models import Loan
from livret.suite.finance.statements.services import keeping

LOAN, PAYMENT_CENTS, PAYMENTS = "Emprunt véhicule", 86_000, 36
FILTERS = (
    ("balance-agee", "Clients à ce jour", "period=to-date&party=customers"),
    ("balance-agee", "Fournisseurs à ce jour", "period=to-date&party=suppliers"),
    ("balance", "Balance par classe", "period=year&level=class"),
)


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Type a loan and keep filters for *by*, once."""
    for kind, name, query in FILTERS:
        keeping.keep_filter(company, kind=kind, name=name, query=query, by=by)
    if not Loan.objects.filter(company=company, label=LOAN).exists():
        first_on = add_months(localdate(at).replace(day=5), -4)
        plan = {"cents": PAYMENT_CENTS, "every_months": 1, "payments": PAYMENTS}
        keeping.add_loan(company, label=LOAN, first_on=first_on, **plan, by=by, at=at)
