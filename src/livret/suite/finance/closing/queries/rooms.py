"""What the other rooms of the books still have to do in a year before it is closed."""

from __future__ import annotations

from livret.core.ui.figures import day_text
from livret.suite.company.models import FiscalYear
from livret.suite.finance.assets.queries.plans import Allowance, allowances, still_to_post
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.bank.queries.reconciliation import bank_balance, books_balance
from livret.suite.finance.closing.rules.checks import Check, Found, check
from livret.suite.finance.vat.queries.returns import periods_of, unfiled_periods


def room_checks(year: FiscalYear) -> list[Check]:
    """Return the checks of bank, VAT and fixed assets."""
    told, worn = _told_by_banks(year), allowances(year)
    return [
        check("bank-unreconciled", _unreconciled(year, told), is_idle=not told),
        check("vat-unfiled", _unfiled(year), is_idle=not periods_of(year)),
        check("depreciation-missing", _undepreciated(year, worn), is_idle=not worn),
    ]


def _told_by_banks(year: FiscalYear) -> list[tuple[BankAccount, int]]:
    """Return the bank accounts with a statement, and what it says at the end of the year."""
    held = BankAccount.objects.filter(company_id=year.company_id).order_by("pk")
    told = [(account, bank_balance(account, year.last_day)) for account in held]
    return [(account, cents) for account, cents in told if cents is not None]


def _unreconciled(year: FiscalYear, told: list[tuple[BankAccount, int]]) -> list[Found]:
    """Return the bank accounts whose books and statements end the year apart."""
    gaps = [(account, books_balance(account, year.last_day) - cents) for account, cents in told]
    siren = year.company.siren
    return [
        Found(account.label, gap, "bank:reconciliation", {"siren": siren, "account": account.pk})
        for account, gap in gaps
        if gap
    ]


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


def _undepreciated(year: FiscalYear, worn: list[Allowance]) -> list[Found]:
    place = {"siren": year.company.siren, "year": year.last_day.isoformat()}
    return [Found(str(one.asset.label), one.annuity.cents, "assets:depreciation", place) for one in still_to_post(worn)]
