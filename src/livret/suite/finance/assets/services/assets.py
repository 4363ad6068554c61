"""Recording assets, dividing them into components, exceptional depreciation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.services import lock
from livret.suite.finance.assets.models import AssetAdjustment, FixedAsset
from livret.suite.finance.assets.queries import depreciation_key, plans_of, works_of, works_under
from livret.suite.finance.assets.queries.plans import was_posted
from livret.suite.finance.assets.rules.law import coefficient
from livret.suite.finance.assets.rules.plan import Method
from livret.suite.finance.models import ChartAccount


class AssetRefused(Refusal):
    """The asset cannot be so; `field` is the one at fault."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What an asset is, and how it wears. Amounts in cents; line: the posted one it came from, (entry id, position)."""

    label: str
    account: ChartAccount
    cost_cents: int
    acquired_on: date
    in_service_on: date
    method: str
    months: int = 0
    residual_cents: int = 0
    depreciation_account: ChartAccount | None = None
    expense_account: ChartAccount | None = None
    taken_cents: int = 0
    taken_on: date | None = None
    line: tuple[int, int] | None = None


def record_asset(company: Company, facts: AssetFacts, *, by: Actor, at: datetime) -> FixedAsset:
    """Record an asset under the next number. Raises AssetRefused."""
    columns = _columns(facts)
    with transaction.atomic(using=current_alias()):
        _check_line(facts)
        asset = FixedAsset.objects.create(company=company, number=_next_number(company), created_at=at, **columns)
        record("finance.asset.recorded", asset, by=by, at=at, detail={"cents": facts.cost_cents})
    return asset


def change_asset(asset: FixedAsset, facts: AssetFacts, *, by: Actor, at: datetime) -> FixedAsset:
    """Change an asset of which nothing was posted or drafted yet. Raises AssetRefused."""
    columns = _columns(replace(facts, line=_line_of(asset)))
    with transaction.atomic(using=current_alias()):
        held = _untouched(asset)
        for name, value in columns.items():
            setattr(held, name, value)
        held.save(update_fields=list(columns))
        record("finance.asset.changed", held, by=by, at=at)
    return held


def split_component(
    asset: FixedAsset, *, label: str, cost_cents: int, method: str, months: int, by: Actor, at: datetime
) -> FixedAsset:
    """Take a component out of an asset, with a life of its own; what both cost stays the same. Raises AssetRefused.

    Source: PCG, art. 214-9.
    """
    with transaction.atomic(using=current_alias()):
        held = _untouched(asset)
        if held.parent_id:
            raise AssetRefused(_("A component has no components of its own. Take it out of the whole asset."))
        if not 0 < cost_cents < held.cost_cents - held.residual_cents - held.taken_cents:
            raise AssetRefused(_("The component must cost less than what is left to depreciate."), field="cost")
        facts = AssetFacts(
            label,
            held.account,
            cost_cents,
            held.acquired_on,
            held.in_service_on,
            method,
            months,
            depreciation_account=held.depreciation_account,
            expense_account=held.expense_account,
            taken_on=held.taken_on,
            line=_line_of(held),
        )
        held.cost_cents -= cost_cents
        held.save(update_fields=["cost_cents"])
        number = _next_number(held.company)
        component = FixedAsset.objects.create(
            company=held.company, number=number, parent=held, created_at=at, **_columns(facts)
        )
        record("finance.asset.split", component, by=by, at=at, detail={"of": held.number, "cents": cost_cents})
    return component


def adjust(asset: FixedAsset, *, year: FiscalYear, cents: int, reason: str, by: Actor, at: datetime) -> AssetAdjustment:
    """Add exceptional depreciation to an asset in a fiscal year, or take some back. Raises AssetRefused.

    Source: PCG, art. 214-15 and following (depreciation beyond the plan).
    """
    if not year.is_open:
        raise AssetRefused(_("The fiscal year %(year)s is closed.") % {"year": year}, field="year")
    with transaction.atomic(using=current_alias()):
        held = _held(asset)
        annuity = next((one for one in plans_of(held.company, [held])[held.pk] if one.year == year.days), None)
        if annuity is None:
            raise AssetRefused(_("The plan of the asset does not reach this fiscal year."), field="year")
        if works_under(held.company, [depreciation_key(held, year)])[depreciation_key(held, year)].entry:
            raise AssetRefused(
                _("The depreciation of this fiscal year is in the books already. Reverse its entry first."),
                field="year",
            )
        floor, ceiling = -annuity.cumulated, annuity.net - held.residual_cents
        if not cents or not floor <= cents <= ceiling:
            message = _("The amount must lie between %(floor)s and %(ceiling)s €, and not be zero.")
            bounds = {"floor": _euros(floor), "ceiling": _euros(ceiling)}
            raise AssetRefused(message % bounds, field="amount")
        facts = {"cents": cents, "reason": reason.strip(), "author_id": by.id, "author_name": by.name, "at": at}
        made = AssetAdjustment.objects.create(asset=held, fiscal_year=year, **facts)
        record("finance.asset.adjusted", held, by=by, at=at, detail={"cents": cents, "year": str(year.last_day)})
    return made


def _line_of(asset: FixedAsset) -> tuple[int, int] | None:
    return None if asset.entry_id is None or asset.position is None else (asset.entry_id, asset.position)


def _euros(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):.2f}".replace(".", ",")


def _held(asset: FixedAsset) -> FixedAsset:
    return FixedAsset.objects.select_related("company", "account").select_for_update(of=("self",)).get(pk=asset.pk)


def _untouched(asset: FixedAsset) -> FixedAsset:
    """Return the asset, locked, when no entry or draft says anything of it yet. Raises AssetRefused."""
    held = _held(asset)
    drafts, _entries = works_of(held)
    if drafts or was_posted(held) or held.disposed_on:
        raise AssetRefused(
            _("Entries or drafts speak of this asset already. Delete the drafts, or reverse the entries, first.")
        )
    return held


def _next_number(company: Company) -> int:
    lock(f"assets.numbers.{company.pk}")
    return (FixedAsset.objects.filter(company=company).aggregate(last=Max("number"))["last"] or 0) + 1


def _check_line(facts: AssetFacts) -> None:
    if facts.line and FixedAsset.objects.filter(entry=facts.line[0], position=facts.line[1]).exists():
        raise AssetRefused(_("This line is an asset already: open it in the register."))


def _columns(facts: AssetFacts) -> dict[str, object]:
    """Return the columns of an asset that holds together. Raises AssetRefused."""
    is_worn = facts.method != Method.NONE
    if facts.in_service_on < facts.acquired_on:
        raise AssetRefused(_("The asset cannot be in service before it is acquired."), field="in_service_on")
    if facts.residual_cents > facts.cost_cents:
        raise AssetRefused(_("The residual value cannot be higher than the cost."), field="residual")
    if is_worn and not facts.months:
        raise AssetRefused(_("Give the useful life, in months."), field="months")
    if is_worn and not (facts.depreciation_account and facts.expense_account):
        raise AssetRefused(_("Give the accounts of depreciation and of its expense."), field="depreciation_account")
    if facts.taken_cents and not facts.taken_on:
        raise AssetRefused(_("Say on which day the former depreciation stops."), field="taken_on")
    if facts.taken_cents > facts.cost_cents - facts.residual_cents:
        raise AssetRefused(_("More was depreciated than there is to depreciate."), field="taken")
    return {
        "label": facts.label.strip(),
        "account": facts.account,
        "depreciation_account": facts.depreciation_account if is_worn else None,
        "expense_account": facts.expense_account if is_worn else None,
        "entry_id": facts.line[0] if facts.line else None,
        "position": facts.line[1] if facts.line else None,
        "cost_cents": facts.cost_cents,
        "residual_cents": facts.residual_cents,
        "acquired_on": facts.acquired_on,
        "in_service_on": facts.in_service_on,
        "method": facts.method,
        "months": facts.months if is_worn else 0,
        "coefficient": _coefficient(facts),
        "taken_cents": facts.taken_cents if is_worn else 0,
        "taken_on": facts.taken_on if is_worn else None,
    }


def _coefficient(facts: AssetFacts) -> Decimal:
    if facts.method != Method.DECLINING:
        return Decimal(1)
    found = coefficient(facts.months, on=facts.acquired_on)
    if found is None:
        raise AssetRefused(_("Declining balance takes a useful life of three years at least."), field="months")
    return found.value
