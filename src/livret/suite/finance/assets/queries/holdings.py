"""The register of assets on a day, beside the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries.plans import assets_of, depreciation_key, plans_of, works_under
from livret.suite.finance.models import ChartAccount, DayBalance


@dataclass(frozen=True, slots=True)
class Held:
    """An asset on a day, in cents. cumulated: what the fiscal years ended by then wore, and what was posted since."""

    asset: FixedAsset
    gross: int
    cumulated: int

    @property
    def net(self) -> int:
        return self.gross - self.cumulated


@dataclass(frozen=True, slots=True)
class AccountHeld:
    """The assets of an account on a day, beside the ledger; amounts in cents.

    ledger_gross: balance of the account; ledger_cumulated: credit balance of the accounts of depreciation.
    """

    account: ChartAccount
    depreciation: tuple[ChartAccount, ...]
    assets: tuple[Held, ...]
    gross: int
    cumulated: int
    ledger_gross: int
    ledger_cumulated: int

    @property
    def net(self) -> int:
        return self.gross - self.cumulated

    @property
    def gross_gap(self) -> int:
        return self.ledger_gross - self.gross

    @property
    def cumulated_gap(self) -> int:
        return self.ledger_cumulated - self.cumulated

    @property
    def agrees(self) -> bool:
        return not (self.gross_gap or self.cumulated_gap)


@dataclass(frozen=True, slots=True)
class Register:
    """The assets of a company on a day, by account. year: whose ledger they stand beside, None when there is none."""

    on: date
    year: FiscalYear | None
    accounts: tuple[AccountHeld, ...]

    @property
    def gross(self) -> int:
        return sum(one.gross for one in self.accounts)

    @property
    def cumulated(self) -> int:
        return sum(one.cumulated for one in self.accounts)

    @property
    def net(self) -> int:
        return self.gross - self.cumulated

    @property
    def agrees(self) -> bool:
        return all(one.agrees for one in self.accounts)


def register(company: Company, on: date) -> Register:
    """Return the assets that a company holds at the end of a day, by account, beside the balances of its ledger."""
    assets = [
        asset
        for asset in assets_of(company)
        if asset.acquired_on <= on and (asset.disposed_on is None or asset.disposed_on > on)
    ]
    year = FiscalYear.objects.filter(company=company, first_day__lte=on, last_day__gte=on).first()
    cumulated = _cumulated(company, assets, year, on)
    groups: dict[int, list[Held]] = defaultdict(list)
    for asset in assets:
        groups[asset.account_id].append(Held(asset, asset.cost_cents, cumulated[asset.pk]))
    balances = _balances(assets, year, on)
    held = (_account_held(found, balances) for found in groups.values())
    return Register(on, year, tuple(sorted(held, key=lambda one: one.account.number)))


def _cumulated(company: Company, assets: Sequence[FixedAsset], year: FiscalYear | None, on: date) -> dict[int, int]:
    plans = plans_of(company, assets)
    keys = {asset.pk: depreciation_key(asset, year) for asset in assets} if year and on < year.last_day else {}
    posted = works_under(company, list(keys.values()))
    found = {}
    for asset in assets:
        taken = asset.taken_cents if asset.taken_on and asset.taken_on <= on + ONE_DAY else 0
        ended = [annuity.cents for annuity in plans[asset.pk] if annuity.year.last_day <= on]
        entry = posted[keys[asset.pk]].entry if asset.pk in keys else None
        found[asset.pk] = taken + sum(ended) + (entry.amount_cents if entry and entry.date <= on else 0)
    return found


def _balances(assets: Sequence[FixedAsset], year: FiscalYear | None, on: date) -> dict[int, int]:
    """Return the balance on a day of the accounts of *assets*, debit less credit, from the opening of the year on."""
    if year is None:
        return {}
    wanted = {pk for asset in assets for pk in (asset.account_id, asset.depreciation_account_id) if pk}
    rows = DayBalance.objects.filter(fiscal_year=year, account__in=wanted, day__lte=on).values_list("account_id")
    sums = rows.annotate(debit=Sum("debit_cents"), credit=Sum("credit_cents")).order_by()
    return {pk: int(debit - credit) for pk, debit, credit in sums}


def _account_held(found: Sequence[Held], balances: dict[int, int]) -> AccountHeld:
    worn = {one.asset.depreciation_account_id: one.asset.depreciation_account for one in found}
    accounts = tuple(sorted((one for one in worn.values() if one), key=lambda one: one.number))
    account = found[0].asset.account
    return AccountHeld(
        account=account,
        depreciation=accounts,
        assets=tuple(found),
        gross=sum(one.gross for one in found),
        cumulated=sum(one.cumulated for one in found),
        ledger_gross=balances.get(account.pk, 0),
        ledger_cumulated=-sum(balances.get(one.pk, 0) for one in accounts),
    )
