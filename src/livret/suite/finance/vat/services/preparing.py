"""Preparing a return: its shares worked out from the books, its boxes filled. Done again as often as needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount, Entry
from livret.suite.finance.vat.models import Regime, Return, Share
from livret.suite.finance.vat.queries import regimes, returns
from livret.suite.finance.vat.rules.accounts import Role, role_of
from livret.suite.finance.vat.rules.codes import ANY_RATE, Code, codes_on, families
from livret.suite.finance.vat.rules.regimes import due_on
from livret.suite.finance.vat.services.filling import figures_as_json, filled
from livret.suite.finance.vat.services.working import AccountRow, CodeRow, Extent, work_out

TASK = "vat.prepare"
# A lettering may commit some time after the instant it bears; looking at one again changes nothing.
MARGIN, NEVER = timedelta(days=1), datetime(1900, 1, 1, tzinfo=UTC)
AT_ONCE = 40_000  # Entries of a period that are worked out while the page waits.
LOOSE_ROLES = {"2": "base_in", "3": "base_in", "6": "base_in", "7": "other_income", "4": "tax"}


class NotPreparable(Refusal):
    """No return can be prepared for this period."""


def begin_return(company: Company, period: DayPeriod, *, by: Actor, at: datetime) -> Return:
    """Return the return of *period* that is not filed yet, made when there is none: the first, or a corrective one.

    Raises NotPreparable when the company has no regime then, or when the period before was not filed.
    """
    regime = regimes.regime_on(company, period.first_day)
    if regime is None or not regimes.kind_of(regime).form:
        raise NotPreparable(_("This company makes no VAT return for this period. Set its regime first."))
    if regimes.period_holding(regime, period.first_day) != period:
        raise NotPreparable(_("These days are no period of the company's regime. Choose one of the list."))
    with transaction.atomic(using=current_alias()):
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
        rows = Return.objects.filter(company=company, first_day=period.first_day)
        latest = rows.order_by("-rank").first()
        if latest and not latest.is_filed:
            return latest
        made = Return.objects.create(
            company=company,
            regime=regime,
            form=regimes.kind_of(regime).form,
            first_day=period.first_day,
            last_day=period.last_day,
            rank=latest.rank + 1 if latest else 0,
            due_on=due_on(regimes.kind_of(regime), period, day_of_month=regime.due_day),
        )
        record("vat.return.begun", made, by=by, at=at, detail={"rank": made.rank})
    return made


def ask_for_preparation(made: Return, *, at: datetime) -> Return:
    """Prepare *made* at once when its period is small, else have a job do it."""
    if entries_of(made) <= AT_ONCE:
        return prepare(made, at=at)
    with transaction.atomic(using=current_alias()):
        Return.objects.filter(pk=made.pk).exclude(state=Return.State.FILED).update(state=Return.State.PREPARING)
        outbox.post(TASK, return_id=made.pk)
    made.refresh_from_db()
    return made


def entries_of(made: Return) -> int:
    years = _years(made)
    return Entry.objects.filter(fiscal_year__in=years, date__gte=made.first_day, date__lte=made.last_day).count()


def prepare(made: Return, *, at: datetime) -> Return:
    """Work the shares of *made* out from the books as they are, and fill its boxes. Nothing on one that is filed."""
    with transaction.atomic(using=current_alias()):
        held = Return.objects.select_for_update(of=("self",)).select_related("regime", "company").get(pk=made.pk)
        if held.is_filed:
            return held
        watermark = Entry.objects.filter(company=held.company_id).aggregate(last=Max("id"))["last"] or 0
        Share.objects.filter(vat_return=held).delete()
        work_out(_extent(held), accounts=_accounts(held), codes=_codes(held.regime, held.last_day))
        held.credit_cents = returns.credit_before(held)
        held.watermark, held.prepared_at, held.state = watermark, at, Return.State.PREPARED
        rests_on = {"chosen": regimes.chosen_codes(held.company), "regime": regimes.facts_of(held.regime)}
        held.figures = figures_as_json(filled(held)) | rests_on
        held.save(update_fields=["credit_cents", "watermark", "prepared_at", "state", "figures"])
    return held


def _extent(made: Return) -> Extent:
    filings = returns.effective_filings(made.company_id)
    others = [one for one in filings if one.vat_return.first_day != made.first_day]
    first_ones = [one for one in returns.first_filings(made.company_id) if one.vat_return.last_day < made.first_day]
    last = max(first_ones, key=lambda one: one.vat_return.last_day, default=None)
    before = [one for one in filings if one.vat_return.last_day < made.first_day]
    since = returns.first_regime_day(made.company_id)
    chosen = regimes.chosen_codes(made.company)
    receipts = {f"{key}{ANY_RATE}" for key, family in families().items() if family.is_on_receipts}
    receipts |= {key for key, code in codes_on(made.last_day).items() if code.family.is_on_receipts}
    return Extent(
        company_id=made.company_id,
        return_id=made.pk,
        years=[year.pk for year in _years(made)],
        since=since,
        first=made.first_day,
        last=made.last_day,
        watermark=last.watermark if last else 0,
        last_filed_until=last.vat_return.last_day if last else None,
        last_filed_at=max((one.at for one in before), default=NEVER) - MARGIN if not made.rank else None,
        effective=[one.vat_return_id for one in others],
        earlier=[one.vat_return_id for one in before],
        is_corrective=made.rank > 0,
        follows_receipts=made.regime.is_on_receipts or bool(receipts & set(chosen.values())),
    )


def _years(made: Return) -> list[FiscalYear]:
    years = FiscalYear.objects.filter(company=made.company_id)
    return list(years.filter(first_day__lte=made.last_day, last_day__gte=made.first_day).order_by("first_day"))


def _accounts(made: Return) -> list[AccountRow]:
    chosen = regimes.chosen_codes(made.company)
    facts: dict[str, Any] = {
        "day": made.last_day,
        "territory": made.regime.territory,
        "receipts": made.regime.is_on_receipts,
    }
    rows = ChartAccount.objects.filter(company=made.company_id).values_list("pk", "number", "label")
    return [_account(pk, number, role_of(number, label, chosen, **facts)) for pk, number, label in rows]


def _account(pk: int, number: str, role: Role | None) -> AccountRow:
    if role is not None:
        return AccountRow(pk, role.role, role.code, role.nature, is_loose=False)
    nature = "third" if number.startswith("4") else "goods"
    return AccountRow(pk, LOOSE_ROLES.get(number[:1], "none"), "", nature, is_loose=True)


def _codes(regime: Regime, day: date) -> list[CodeRow]:
    known = codes_on(day)
    rows = [
        CodeRow(
            key,
            code.family.key,
            code.family.side,
            str(code.rate),
            is_open=False,
            is_on_receipts=code.family.is_on_receipts,
            is_here=code.series.startswith(regime.territory),
            twin=_twin(code, known) if regime.is_on_receipts else "",
        )
        for key, code in known.items()
    ]
    opened = [family for family in families().values() if family.is_rated]
    return rows + [
        CodeRow(f"{one.key}{ANY_RATE}", one.key, one.side, "0", True, one.is_on_receipts, True, "") for one in opened
    ]


def _twin(code: Code, known: Any) -> str:
    twin = code.key.replace("V", "E", 1) if code.family.key == "V" else ""
    return twin if twin in known else ""
