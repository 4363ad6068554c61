"""Plans, the register of assets beside the ledger, and what a fiscal year still has to depreciate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.db.models import Sum

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import ONE_DAY, DayPeriod, add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.assets.models import AssetAdjustment, FixedAsset
from livret.suite.finance.assets.rules.plan import Annuity, Method, Terms, plan, unbroken
from livret.suite.finance.models import ChartAccount, DayBalance, DraftEntry, Entry, EntryOrigin

ROOM = "assets"
MARGIN_MONTHS = 36  # A plan ends with a fiscal year: up to two years after the life itself.
SHOWN_LINES = 50
MOST_TIMES = 9  # That the same thing is posted again after each reversal.
ACCOUNTS = ("account", "depreciation_account", "expense_account")


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


@dataclass(frozen=True, slots=True)
class Works:
    """What the books say of a key of ours: the entry that stands (a reversed one does not), the draft that waits.

    free_key: under which it may be posted next: the key, then the key with the count of the times before.
    """

    entry: Entry | None
    draft: DraftEntry | None
    free_key: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """What an asset wears in a fiscal year, with the draft or the entry that says so, None while none does."""

    asset: FixedAsset
    annuity: Annuity
    works: Works

    @property
    def draft(self) -> DraftEntry | None:
        return self.works.draft

    @property
    def entry(self) -> Entry | None:
        return self.works.entry

    @property
    def is_missing(self) -> bool:
        return self.entry is None

    @property
    def differs(self) -> bool:
        """Tell whether what was posted is not what the plan says now."""
        moved = abs(self.annuity.ordinary) + abs(self.annuity.exceptional)
        return self.entry is not None and self.entry.amount_cents != moved


@dataclass(frozen=True, slots=True)
class AcquisitionLine:
    """A debit of an asset account that is no asset yet."""

    entry_id: int
    position: int
    day: date
    account: str
    account_label: str
    label: str
    piece_ref: str
    cents: int


def assets_of(company: Company) -> list[FixedAsset]:
    """Return the assets of a company with their accounts, by number."""
    return list(FixedAsset.objects.filter(company=company).select_related(*ACCOUNTS).order_by("number"))


def depreciation_key(asset: FixedAsset, year: FiscalYear) -> str:
    """Return the key under which the depreciation of an asset in a year is posted, once."""
    return f"depreciation:{asset.pk}:{year.last_day}"


def terms_of(asset: FixedAsset, adjustments: dict[int, dict[date, int]]) -> Terms:
    is_declining = asset.method == Method.DECLINING
    return Terms(
        cost=asset.cost_cents,
        residual=asset.residual_cents,
        method=Method(asset.method),
        begins_on=asset.acquired_on if is_declining else asset.in_service_on,
        months=asset.months,
        coefficient=asset.coefficient,
        taken=asset.taken_cents,
        taken_on=asset.taken_on,
        exceptional=adjustments.get(asset.pk, {}),
    )


def plans_of(company: Company, assets: Sequence[FixedAsset]) -> dict[int, list[Annuity]]:
    """Return the plan of each asset, by its key, over the fiscal years of the company and those to come."""
    known = [year.days for year in fiscal_years(company)]
    adjusted = _adjustments(assets)
    return {asset.pk: _plan(asset, terms_of(asset, adjusted), known) for asset in assets}


def _plan(asset: FixedAsset, terms: Terms, known: list[DayPeriod]) -> list[Annuity]:
    if not asset.is_worn:
        return []
    start = terms.taken_on or terms.begins_on
    until = max(add_months(terms.begins_on, terms.months), start)
    years = unbroken(known, first=start, until=add_months(until, MARGIN_MONTHS))
    return plan(terms, years, disposed_on=asset.disposed_on)


def _adjustments(assets: Sequence[FixedAsset]) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = defaultdict(dict)
    rows = AssetAdjustment.objects.filter(asset__in=assets).values_list("asset_id", "fiscal_year__last_day")
    for asset_id, last_day, cents in rows.annotate(total=Sum("cents")).order_by():
        found[asset_id][last_day] = cents
    return found


def allowances(year: FiscalYear) -> list[Allowance]:
    """Return what each asset wears in *year*, by number, those that wear nothing left out."""
    assets = [asset for asset in assets_of(year.company) if asset.is_worn]
    plans = plans_of(year.company, assets)
    worn = [
        (asset, annuity)
        for asset in assets
        for annuity in plans[asset.pk]
        if annuity.year.last_day == year.last_day and annuity.cents
    ]
    works = works_under(year.company, [depreciation_key(asset, year) for asset, _annuity in worn])
    return [Allowance(asset, annuity, works[depreciation_key(asset, year)]) for asset, annuity in worn]


def missing_depreciation(year: FiscalYear) -> list[Allowance]:
    """Return the depreciation of *year* that is not in the books: not posted, or for another amount than the plan's."""
    return [one for one in allowances(year) if one.is_missing or one.differs]


def works_under(company: Company, keys: Sequence[str]) -> dict[str, Works]:
    """Return what stands in the books, or waits as a draft, under each key."""
    names = {f"{key}:{time}" if time > 1 else key: key for key in keys for time in range(1, MOST_TIMES + 1)}
    origins = EntryOrigin.objects.filter(company=company, room=ROOM, key__in=names)
    held = list(origins.select_related("entry__text", "entry__journal"))
    undone = set(
        Entry.objects.filter(reverses__in=[one.entry_id for one in held]).values_list("reverses_id", flat=True)
    )
    drafts = DraftEntry.objects.filter(company=company, origin_room=ROOM, origin_key__in=names)
    waiting = {names[draft.origin_key]: draft for draft in drafts}
    entries: dict[str, Entry] = {}
    times: Counter[str] = Counter()
    for origin in held:
        times[names[origin.key]] += 1
        if origin.entry_id not in undone:
            entries[names[origin.key]] = origin.entry
    return {
        key: Works(entries.get(key), waiting.get(key), f"{key}:{times[key] + 1}" if times[key] else key) for key in keys
    }


def works_of(asset: FixedAsset) -> tuple[list[DraftEntry], list[Entry]]:
    """Return the drafts and the entries that an asset gave rise to, by date."""
    mine = f"^(depreciation|disposal|proceeds):{asset.pk}(:|$)"
    drafts = DraftEntry.objects.filter(company=asset.company_id, origin_room=ROOM, origin_key__regex=mine)
    origins = EntryOrigin.objects.filter(company=asset.company_id, room=ROOM, key__regex=mine)
    entries = [origin.entry for origin in origins.select_related("entry__text", "entry__journal")]
    return list(drafts.order_by("date")), sorted(entries, key=lambda entry: (entry.date, entry.pk))


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


LINES = """
SELECT l.entry_id, l.position, l.date, a.number, a.label, coalesce(lt.label, t.label),
       coalesce(lt.piece_ref, t.piece_ref), l.debit_cents
  FROM finance_chartaccount a
 CROSS JOIN LATERAL (
       SELECT l.entry_id, l.position, l.date, l.journal_id, l.debit_cents FROM finance_line l
        WHERE l.account_id = a.id AND l.date >= %(since)s ORDER BY l.date DESC LIMIT 1000) l
  JOIN finance_journal j ON j.id = l.journal_id AND j.kind <> 'opening'
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
 WHERE a.company_id = %(company)s AND a.number ~ '^2[0-7]' AND l.debit_cents > 0
   AND (%(entry)s = 0 OR l.entry_id = %(entry)s)
   AND NOT EXISTS (SELECT 1 FROM assets_fixedasset f WHERE f.entry_id = l.entry_id AND f.position = l.position)
   AND NOT EXISTS (SELECT 1 FROM finance_entry r WHERE r.reverses_id = l.entry_id)
 ORDER BY l.date DESC, l.entry_id DESC, l.position LIMIT %(limit)s
"""


def acquisition_lines(company: Company, *, since: date, entry_id: int = 0) -> list[AcquisitionLine]:
    """Return the latest debits of accounts 20 to 27 that are no asset yet, opening balances and reversed ones left out.

    entry_id: those of one entry only; of an account that moves much, the latest thousand lines are looked at.
    """
    facts: dict[str, Any] = {"company": company.pk, "since": since, "entry": entry_id, "limit": SHOWN_LINES}
    with connections[current_alias()].cursor() as sql:
        sql.execute(LINES, facts)
        return [AcquisitionLine(*row) for row in sql.fetchall()]
