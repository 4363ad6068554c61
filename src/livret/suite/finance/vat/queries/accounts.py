"""The accounts of a company that VAT has to do with, and the code that each bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from livret.suite.company.models import Company
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.vat.models import Regime
from livret.suite.finance.vat.queries.regimes import chosen_codes, regime_on
from livret.suite.finance.vat.rules.accounts import Role, role_of
from livret.suite.finance.vat.rules.codes import codes_on

MOST = 300


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its role; label_of_code: the words of its code, "" when its rate is found in each entry."""

    number: str
    label: str
    role: Role
    label_of_code: str


def account_rows(company: Company, day: date) -> list[AccountRow]:
    """Return the accounts of taxes and of sales, and those to which the company gave a code."""
    regime, chosen = regime_on(company, day), chosen_codes(company)
    wanted = Q(number__startswith="4452") | Q(number__startswith="4456") | Q(number__startswith="4457")
    wanted |= Q(number__startswith="70")
    for root in chosen:
        wanted |= Q(number__startswith=root)
    rows = ChartAccount.objects.filter(wanted, company=company, is_closed=False).order_by("number")[:MOST]
    found = [(account, _role(account, chosen, regime, day)) for account in rows]
    known = codes_on(day)
    return [
        AccountRow(account.number, account.label, role, known[role.code].label if role.code in known else "")
        for account, role in found
        if role and role.role in ("tax", "base_out", "base_in", "other_income")
    ]


def _role(account: ChartAccount, chosen: dict[str, str], regime: Regime | None, day: date) -> Role | None:
    territory = regime.territory if regime else Regime.Territory.MAINLAND
    receipts = bool(regime and regime.is_on_receipts)
    return role_of(account.number, account.label, chosen, day=day, territory=territory, receipts=receipts)
