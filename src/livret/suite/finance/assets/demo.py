"""Fixed assets of the demonstration: what the opening of the year brings, and the purchases since, but the last."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from livret.core.people import Actor
from livret.kernel.periods import ONE_DAY, add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries import acquisition_lines
from livret.suite.finance.assets.rules.law import account, depreciation_account, expense_key, is_usually_worn
from livret.suite.finance.assets.rules.plan import Method
from livret.suite.finance.assets.services.assets import AssetFacts, record_asset
from livret.suite.finance.models import Balance, ChartAccount
from livret.suite.finance.services.drafts import chart_of, opened_account

AGE_MONTHS, LIFE_MONTHS, NEW_LIFE_MONTHS = 30, 60, 36


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Record the assets of a company that has entries; nothing when it was done before."""
    year = fiscal_years(company).select_related("company").first()
    if year is None or FixedAsset.objects.filter(company=company).exists():
        return
    lines = acquisition_lines(company, since=year.first_day)
    for number in _asset_numbers(company):
        bought = sum(line.cents for line in lines if line.account == number)
        _take_over(year, number, bought, by=by, at=at)
    if _is_depreciated(year):
        return
    for line in reversed(lines[1:]):
        facts = AssetFacts(
            line.label,
            _account(year, line.account),
            line.cents,
            line.day,
            line.day,
            Method.LINEAR,
            NEW_LIFE_MONTHS,
            depreciation_account=_account(year, depreciation_account(line.account)),
            expense_account=_expense(year, line.account),
            line=(line.entry_id, line.position),
        )
        record_asset(company, facts, by=by, at=at)


def _asset_numbers(company: Company) -> list[str]:
    held = ChartAccount.objects.filter(company=company, number__regex="^2[01]").order_by("number")
    return [number for number in held.values_list("number", flat=True) if is_usually_worn(number)]


def _take_over(year: FiscalYear, number: str, bought: int, *, by: Actor, at: datetime) -> None:
    """Record what an account held when the year opened, or when it closed if its depreciation is in the books."""
    is_over = _is_depreciated(year)
    cost = _balance(year, number) - (0 if is_over else bought)
    taken_on = year.last_day + ONE_DAY if is_over else year.first_day
    since = add_months(taken_on, -AGE_MONTHS)
    worn = -_balance(year, depreciation_account(number))
    if cost <= 0 or not 0 <= worn <= cost:
        return
    held = _account(year, number)
    facts = AssetFacts(
        f"{held.label} (reprise)",
        held,
        cost,
        since,
        since,
        Method.LINEAR,
        LIFE_MONTHS,
        depreciation_account=_account(year, depreciation_account(number)),
        expense_account=_expense(year, number),
        taken_cents=worn,
        taken_on=taken_on,
    )
    record_asset(year.company, facts, by=by, at=at)


def _is_depreciated(year: FiscalYear) -> bool:
    return Balance.objects.filter(fiscal_year=year, account__number__startswith="6811").exists()


def _balance(year: FiscalYear, number: str) -> int:
    rows = Balance.objects.filter(fiscal_year=year, account__number=number)
    sums = rows.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    return int((sums["debit"] or 0) - (sums["credit"] or 0))


def _expense(year: FiscalYear, number: str) -> ChartAccount:
    return _account(year, account(expense_key(number), year_opened_on=year.first_day, length=len(number)))


def _account(year: FiscalYear, number: str) -> ChartAccount:
    held = ChartAccount.objects.filter(company=year.company_id, number=number).first()
    chart = chart_of(year)
    if held is None and chart:
        held = opened_account(year.company_id, number, chart.label_for(number))
        held.save(force_insert=True)
    if held is None:
        raise LookupError(f"account {number} is neither in the books of the demonstration nor in a general chart")
    return held
