"""The entries that assets give rise to: depreciation of a year, disposal. Drafts, or validated at once when asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance as Ceiling
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.company.services import lock
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.queries import ROOM, Allowance, allowances, missing_by_year, plans_of, works_under
from livret.suite.finance.assets.rules import law
from livret.suite.finance.assets.services.assets import AssetRefused
from livret.suite.finance.models import DraftEntry, Entry, Journal
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import TypedEntry, save_draft, validate_draft

MOST_AT_ONCE = 200


class NoJournal(Refusal):
    """No open journal of the general kind can take these entries."""

    def __init__(self) -> None:
        super().__init__(_("No open journal of the general kind can take these entries. Add one in the settings."))


class YearNotOver(Refusal):
    """The depreciation of a year is definitive once the year is over."""

    def __init__(self, year: FiscalYear) -> None:
        words = _("The fiscal year ends on %(day)s. Write drafts until then: an asset may still come, change or leave.")
        super().__init__(words % {"day": f"{year.last_day:%d/%m/%Y}"})


def general_journal(company: Company) -> Journal:
    """Return the journal that takes such entries: OD, else the first general one. Raises NoJournal."""
    found = Journal.objects.filter(company=company, kind=Journal.Kind.GENERAL, is_closed=False)
    journal = found.filter(code="OD").first() or found.order_by("code").first()
    if journal is None:
        raise NoJournal
    return journal


def propose_depreciation(year: FiscalYear, *, by: Actor, at: datetime) -> list[DraftEntry]:
    """Write a draft for each asset whose depreciation of *year* is neither posted nor drafted. Raises NoJournal."""
    journal = general_journal(year.company)
    with transaction.atomic(using=current_alias()):
        _one_at_a_time(year.company)
        wanted = [one for one in allowances(year) if one.is_missing and one.draft is None]
        return [_draft(one, year, journal, by=by, at=at) for one in wanted]


def _one_at_a_time(company: Company) -> None:
    """Have whoever proposes or posts the same depreciation wait, and find it done."""
    lock(f"assets.entries.{company.pk}")


def post_depreciation(
    year: FiscalYear, *, ceiling: Ceiling | None, by: Actor, at: datetime, today: date
) -> list[Entry]:
    """Post the depreciation of *year* that is not in the books, two hundred assets at most, all or none of them.

    A draft that waits is validated as it stands. Raises what `validate_draft` raises, NoJournal, YearNotOver.
    """
    if today <= year.last_day:
        raise YearNotOver(year)
    journal = general_journal(year.company)
    with transaction.atomic(using=current_alias()):
        _one_at_a_time(year.company)
        wanted = [one for one in allowances(year) if one.is_missing][:MOST_AT_ONCE]
        drafts = [one.draft or _draft(one, year, journal, by=by, at=at) for one in wanted]
        return [
            validate_draft(draft, version=draft.version, allowance=ceiling, by=by, at=at, today=today)
            for draft in drafts
        ]


def _draft(one: Allowance, year: FiscalYear, journal: Journal, *, by: Actor, at: datetime) -> DraftEntry:
    asset = one.asset
    label = _("Depreciation of asset %(number)s, %(label)s") % {"number": asset.number, "label": asset.label}
    on = min(year.last_day, asset.disposed_on or year.last_day)
    lines = depreciation_lines(one, year)
    origin = (ROOM, one.works.free_key)
    return save_draft(TypedEntry(journal, on, label[:1000], f"IMMO-{asset.number}", on, lines, origin), by=by, at=at)


def depreciation_lines(one: Allowance, year: FiscalYear) -> tuple[TypedLine, ...]:
    """Return the lines of the depreciation of an asset in a year: the plan's, then what is exceptional."""
    asset, annuity = one.asset, one.annuity
    if asset.depreciation_account is None or asset.expense_account is None:
        return ()
    worn, spent = asset.depreciation_account.number, asset.expense_account.number
    lines = [TypedLine(spent, debit_cents=annuity.ordinary), TypedLine(worn, credit_cents=annuity.ordinary)]
    if not annuity.ordinary:
        lines = []
    if annuity.exceptional > 0:
        beyond = _account("exceptional_expense", year, asset)
        lines += [TypedLine(beyond, debit_cents=annuity.exceptional)]
        lines += [TypedLine(worn, credit_cents=annuity.exceptional)]
    if annuity.exceptional < 0:
        back = _account("reversal_income", year, asset)
        lines += [TypedLine(worn, debit_cents=-annuity.exceptional)]
        lines += [TypedLine(back, credit_cents=-annuity.exceptional)]
    return tuple(lines)


def _account(key: str, year: FiscalYear, asset: FixedAsset) -> str:
    return law.account(key, year_opened_on=year.first_day, length=len(asset.account.number))


def dispose(
    asset: FixedAsset,
    *,
    year: FiscalYear,
    on: date,
    reason: str,
    proceeds_cents: int = 0,
    by: Actor,
    at: datetime,
) -> list[DraftEntry]:
    """Take an asset and its components out of the register on a day, and draft the entries that say so.

    The depreciation of the year until that day, the exit at its net book value, and the sale without its VAT, which is
    written with the invoice. Accounts are those of the chart of *year*, which must be open and hold *on*.
    Raises AssetRefused, NoJournal. Source: PCG, art. 942-20 and following; accounts in `legislation/assets`.
    """
    if on not in year or not year.is_open:
        raise AssetRefused(_("The day of the disposal must lie in an open fiscal year."), field="on")
    journal = general_journal(year.company)
    with transaction.atomic(using=current_alias()):
        _one_at_a_time(year.company)
        whole = FixedAsset.objects.select_related("company", "account", "depreciation_account", "expense_account")
        held = whole.select_for_update(of=("self",)).get(pk=asset.pk)
        parts = [held, *whole.select_for_update(of=("self",)).filter(parent=held, disposed_on=None)]
        _check_disposal(parts, year, on)
        for part in parts:
            part.disposed_on, part.disposal_reason = on, reason.strip()
            part.proceeds_cents = proceeds_cents if part is held else 0
            part.save(update_fields=["disposed_on", "disposal_reason", "proceeds_cents"])
        record("finance.asset.disposed", held, by=by, at=at, detail={"on": str(on), "proceeds": proceeds_cents})
        return _disposal_drafts(held, parts, year, journal, by=by, at=at)


def _check_disposal(parts: Sequence[FixedAsset], year: FiscalYear, on: date) -> None:
    held = parts[0]
    if held.disposed_on:
        raise AssetRefused(_("This asset left the register on %(day)s.") % {"day": f"{held.disposed_on:%d/%m/%Y}"})
    if any(on < part.acquired_on for part in parts):
        raise AssetRefused(_("The asset cannot leave before it was acquired."), field="on")
    if any(part.taken_on and on < part.taken_on for part in parts):
        raise AssetRefused(_("The asset cannot leave before these books took it over."), field="on")
    numbers = {part.pk for part in parts}
    if any(one.entry or one.draft for one in allowances(year) if one.asset.pk in numbers):
        raise AssetRefused(
            _("The depreciation of this fiscal year is drafted or posted for the whole year: undo it first."),
            field="on",
        )
    former = [one for one in fiscal_years(held.company) if one.is_open and one.last_day < year.first_day]
    if any(one.asset.pk in numbers for rows in missing_by_year(held.company, former).values() for one in rows):
        raise AssetRefused(
            _("The depreciation of an earlier fiscal year is not in the books: post it first, the exit takes it out."),
            field="on",
        )


def _disposal_drafts(
    held: FixedAsset, parts: Sequence[FixedAsset], year: FiscalYear, journal: Journal, *, by: Actor, at: datetime
) -> list[DraftEntry]:
    numbers = {part.pk for part in parts}
    worn = [one for one in allowances(year) if one.asset.pk in numbers and one.is_missing]
    drafts = [_draft(one, year, journal, by=by, at=at) for one in worn]
    for key, lines, words in (
        (f"disposal:{held.pk}", _exit_lines(parts, year), _("Exit of asset %(number)s, %(label)s")),
        (f"proceeds:{held.pk}", _sale_lines(held, year), _("Sale of asset %(number)s, %(label)s")),
    ):
        works = works_under(year.company, [key])[key]
        if lines and not works.draft and not works.entry:
            label = (words % {"number": held.number, "label": held.label})[:1000]
            on = held.disposed_on or year.last_day
            typed = TypedEntry(journal, on, label, f"IMMO-{held.number}", on, lines, (ROOM, works.free_key))
            drafts.append(save_draft(typed, by=by, at=at))
    return drafts


def _exit_lines(parts: Sequence[FixedAsset], year: FiscalYear) -> tuple[TypedLine, ...]:
    plans = plans_of(year.company, parts)
    lines: list[TypedLine] = []
    for part in parts:
        cumulated = plans[part.pk][-1].cumulated if plans[part.pk] else part.taken_cents
        if cumulated and part.depreciation_account:
            lines.append(TypedLine(part.depreciation_account.number, debit_cents=cumulated))
        if part.cost_cents > cumulated:
            left = _account("net_book_value", year, part)
            lines.append(TypedLine(left, debit_cents=part.cost_cents - cumulated))
        lines.append(TypedLine(part.account.number, credit_cents=part.cost_cents))
    return tuple(lines)


def _sale_lines(held: FixedAsset, year: FiscalYear) -> tuple[TypedLine, ...]:
    if not held.proceeds_cents:
        return ()
    owed, earned = _account("receivable", year, held), _account("proceeds", year, held)
    return (TypedLine(owed, debit_cents=held.proceeds_cents), TypedLine(earned, credit_cents=held.proceeds_cents))
