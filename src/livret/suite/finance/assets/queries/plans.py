"""Plans of assets, and what each fiscal year has to depreciate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from livret.kernel.periods import DayPeriod, add_months
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.assets.models import AssetAdjustment, FixedAsset
from livret.suite.finance.assets.rules.plan import Annuity, Method, Terms, plan, unbroken
from livret.suite.finance.models import DraftEntry, Entry, EntryOrigin

ROOM = "assets"
MARGIN_MONTHS = 36  # A plan ends with a fiscal year: up to two years after the life itself.
MOST_TIMES = 9  # That the same thing is posted again after each reversal.
ACCOUNTS = ("account", "depreciation_account", "expense_account")


@dataclass(frozen=True, slots=True)
class Works:
    """What the books say of a key of ours: the entry that stands (a reversed one does not), the draft that waits.

    free_key: under which it may be posted next: the key, then the key with the count of the times before.
    is_purged: it was posted, and its entry went with its fiscal year.
    """

    entry: Entry | None
    draft: DraftEntry | None
    free_key: str
    is_purged: bool = False


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
        return self.entry is None and not self.works.is_purged

    @property
    def differs(self) -> bool:
        """Tell whether what was posted is not what the plan says now."""
        moved = abs(self.annuity.ordinary) + abs(self.annuity.exceptional)
        return self.entry is not None and self.entry.amount_cents != moved


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
    return allowances_by_year(year.company, [year])[year]


def allowances_by_year(company: Company, years: Sequence[FiscalYear]) -> dict[FiscalYear, list[Allowance]]:
    """Return the same for several years of a company, whose plans are drawn once."""
    assets = [asset for asset in assets_of(company) if asset.is_worn]
    plans = plans_of(company, assets)
    worn = {
        (asset, year): annuity
        for asset in assets
        for annuity in plans[asset.pk]
        for year in years
        if annuity.year.last_day == year.last_day and annuity.cents
    }
    works = works_under(company, [depreciation_key(asset, year) for asset, year in worn])
    found: dict[FiscalYear, list[Allowance]] = {year: [] for year in years}
    for (asset, year), annuity in worn.items():
        found[year].append(Allowance(asset, annuity, works[depreciation_key(asset, year)]))
    return found


def missing_depreciation(year: FiscalYear) -> list[Allowance]:
    """Return the depreciation of *year* that is not in the books: not posted, or for another amount than the plan's."""
    return still_to_post(allowances(year))


def missing_by_year(company: Company, years: Sequence[FiscalYear]) -> dict[FiscalYear, list[Allowance]]:
    """Return the same for several years of a company, those with nothing missing left out."""
    found = {year: still_to_post(rows) for year, rows in allowances_by_year(company, years).items()}
    return {year: rows for year, rows in found.items() if rows}


def still_to_post(rows: Sequence[Allowance]) -> list[Allowance]:
    """Return those of *rows* that the books do not hold, or for another amount."""
    return [one for one in rows if one.is_missing or one.differs]


def works_under(company: Company, keys: Sequence[str]) -> dict[str, Works]:
    """Return what stands in the books, or waits as a draft, under each key."""
    names = {f"{key}:{time}" if time > 1 else key: key for key in keys for time in range(1, MOST_TIMES + 1)}
    origins = EntryOrigin.objects.filter(company=company, room=ROOM, key__in=names)
    held = list(origins)
    standing = _entries_of(held)
    undone = set(
        Entry.objects.filter(reverses__in=[one.entry_id for one in held]).values_list("reverses_id", flat=True)
    )
    drafts = DraftEntry.objects.filter(company=company, origin_room=ROOM, origin_key__in=names)
    waiting = {names[draft.origin_key]: draft for draft in drafts}
    entries: dict[str, Entry] = {}
    purged: set[str] = set()
    times: Counter[str] = Counter()
    for origin in held:
        times[names[origin.key]] += 1
        if origin.entry_id not in standing:
            purged.add(names[origin.key])
        elif origin.entry_id not in undone:
            entries[names[origin.key]] = standing[origin.entry_id]
    return {
        key: Works(entries.get(key), waiting.get(key), f"{key}:{times[key] + 1}" if times[key] else key, key in purged)
        for key in keys
    }


def _entries_of(origins: Iterable[EntryOrigin]) -> dict[int, Entry]:
    """Return the entries of *origins* that are there, by id: an origin outlives the entry of a purged year."""
    return Entry.objects.select_related("text", "journal").in_bulk([one.entry_id for one in origins])


def works_of(asset: FixedAsset) -> tuple[list[DraftEntry], list[Entry]]:
    """Return the drafts and the entries that an asset gave rise to, by date."""
    mine = _keys_of(asset)
    drafts = DraftEntry.objects.filter(company=asset.company_id, origin_room=ROOM, origin_key__regex=mine)
    origins = EntryOrigin.objects.filter(company=asset.company_id, room=ROOM, key__regex=mine)
    entries = _entries_of(origins).values()
    return list(drafts.order_by("date")), sorted(entries, key=lambda entry: (entry.date, entry.pk))


def was_posted(asset: FixedAsset) -> bool:
    """Tell whether an asset ever gave rise to an entry, those of purged years included."""
    return EntryOrigin.objects.filter(company=asset.company_id, room=ROOM, key__regex=_keys_of(asset)).exists()


def _keys_of(asset: FixedAsset) -> str:
    return f"^(depreciation|disposal|proceeds):{asset.pk}(:|$)"
