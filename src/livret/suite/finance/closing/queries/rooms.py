"""What the other rooms of the books still have to do in a year before it is closed."""

from __future__ import annotations

from livret.core.ui.figures import day_text
from livret.suite.company.models import FiscalYear
from livret.suite.finance.assets.queries.plans import missing_depreciation
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.bank.queries.reconciliation import bank_balance, books_balance
from livret.suite.finance.closing.rules.checks import Check, Found, check
from livret.suite.finance.vat.queries.returns import unfiled_periods


def room_checks(year: FiscalYear) -> list[Check]:
    """Return the checks of bank, VAT and fixed assets."""
    return [
        check("bank-unreconciled", _unreconciled(year)),
        check("vat-unfiled", _unfiled(year)),
        check("depreciation-missing", _undepreciated(year)),
    ]


def _unreconciled(year: FiscalYear) -> list[Found]:
    """Return the bank accounts whose books and statements end the year apart; none without a statement."""
    found = []
    for account in BankAccount.objects.filter(company_id=year.company_id).order_by("pk"):
        bank = bank_balance(account, year.last_day)
        gap = books_balance(account, year.last_day) - bank if bank is not None else 0
        if gap:
            place = {"siren": year.company.siren, "account": account.pk}
            found.append(Found(account.label, gap, "bank:reconciliation", place))
    return found


def _unfiled(year: FiscalYear) -> list[Found]:
    siren = year.company.siren
    return [
        Found(
            f"{day_text(period.first_day)} – {day_text(period.last_day)}",
            None,
            "vat:home",
            {"siren": siren},
        )
        for period in unfiled_periods(year)
    ]


def _undepreciated(year: FiscalYear) -> list[Found]:
    place = {"siren": year.company.siren, "year": year.last_day.isoformat()}
    return [
        Found(str(one.asset.label), one.annuity.cents, "assets:depreciation", place)
        for one in missing_depreciation(year)
    ]
