"""Adjusting a return, filing it, and settling it in the books."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Entry
from livret.suite.finance.services.ledger import cursor, lock_year
from livret.suite.finance.services.locks import lock_period
from livret.suite.finance.vat.models import Adjustment, Filing, Return, Share
from livret.suite.finance.vat.queries import returns
from livret.suite.finance.vat.queries.changes import changes_since
from livret.suite.finance.vat.queries.regimes import periods_until
from livret.suite.finance.vat.rules.codes import NO_RATE
from livret.suite.finance.vat.rules.forms import ADJUSTABLE, Cell, form_on
from livret.suite.finance.vat.services.filling import figures_as_json, filled
from livret.suite.finance.vat.services.settling import settle


class NotAdjustable(Refusal):
    """This amount cannot be added there."""


class NotFilable(Refusal):
    """The return cannot be filed as it is."""


class BooksMoved(NotFilable):
    """Entries or letterings came since the return was prepared."""

    def __init__(self) -> None:
        super().__init__(
            _("Entries or letterings came since this return was prepared. Prepare it again, and review it.")
        )


def adjust(made: Return, cell: Cell, cents: int, *, account: str, reason: str, by: Actor, at: datetime) -> Adjustment:
    """Add *cents* to a cell of a return that is not filed, kept with its reason. Raises NotAdjustable."""
    box = form_on(made.form, made.last_day).box(cell.box)
    if box is None or box.kind not in ADJUSTABLE or cell.part not in box.parts:
        raise NotAdjustable(_("Box %(box)s takes no adjustment: it follows from the others.") % {"box": cell.box})
    if not cents or not reason.strip():
        raise NotAdjustable(_("Give an amount other than zero, and the reason: both stay with the return."))
    with transaction.atomic(using=current_alias()):
        held = Return.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if held.is_filed:
            raise NotAdjustable(_("This return is filed. Begin a corrective one for the period."))
        row = Adjustment.objects.create(
            vat_return=held,
            box=cell.box,
            part=cell.part,
            cents=cents,
            account=account,
            reason=reason.strip(),
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
        if held.state == Return.State.PREPARED:
            held.figures = held.figures | figures_as_json(filled(held))
            held.save(update_fields=["figures"])
        record("vat.return.adjusted", held, by=by, at=at, detail={"box": cell.box, "cents": cents, "reason": reason})
    return row


def file_return(
    made: Return,
    *,
    posts_settlement: bool = True,
    locks: bool = True,
    allowance: Allowance | None = None,
    by: Actor,
    at: datetime,
) -> Filing:
    """Freeze a prepared return, post its settlement entry, and lock its period; return the act.

    posts_settlement: False when the books hold that entry already; locks: False leaves the period open.
    Raises NotFilable, BooksMoved, and what `post` and `lock_period` raise; then nothing was done.
    Source: BOI-BIC-DECLA-30-10-20-40 (entries are validated at the latest at the VAT return).
    """
    with transaction.atomic(using=current_alias()):
        held = Return.objects.select_for_update(of=("self",)).select_related("company", "regime").get(pk=made.pk)
        years = _open_years(held)
        for year in years:
            lock_year(year)
        _check(held, today=localdate(at))
        figures = filled(held)
        form = form_on(held.form, held.last_day)
        settlement = settle(held, figures, form, allowance=allowance, by=by, at=at) if posts_settlement else None
        count, digest = _sealed(held)
        filing = Filing.objects.create(
            vat_return=held,
            figures=figures_as_json(figures),
            shares=count,
            shares_hash=digest,
            watermark=Entry.objects.filter(company=held.company_id).aggregate(last=Max("id"))["last"] or 0,
            carried_cents=figures.of(form.carried_box) * 100,
            payable_cents=figures.of(form.payable_box) * 100,
            settlement=settlement,
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
        held.figures, held.state = filing.figures, Return.State.FILED
        held.save(update_fields=["figures", "state"])
        detail = {"payable": filing.payable_cents, "carried": filing.carried_cents, "hash": digest}
        record("vat.return.filed", held, by=by, at=at, detail=detail)
        for year in years if locks else ():
            until = min(held.last_day, year.last_day) + ONE_DAY
            reason = _("VAT return of %(day)s filed") % {"day": f"{held.last_day:%m/%Y}"}
            lock_period(year, until=until, reason=reason, by=by, at=at)
    return filing


def _open_years(made: Return) -> list[FiscalYear]:
    rows = FiscalYear.objects.select_related("company").filter(company=made.company_id)
    rows = rows.filter(first_day__lte=made.last_day, last_day__gte=made.first_day, state=FiscalYear.State.OPEN)
    return list(rows.order_by("first_day"))


def _check(made: Return, *, today: date) -> None:
    if made.is_filed:
        raise NotFilable(_("This return is filed already. Begin a corrective one for the period."))
    if today <= made.last_day:
        words = _("The period ends on %(day)s. It is filed once it is over: until then entries still come.")
        raise NotFilable(words % {"day": f"{made.last_day:%d/%m/%Y}"})
    if made.state != Return.State.PREPARED or made.prepared_at is None:
        raise NotFilable(_("This return is still being prepared. Come back in a moment."))
    filed = {one.vat_return.first_day for one in returns.effective_filings(made.company_id)}
    for _regime, period in periods_until(made.company, made.first_day):
        if period.last_day < made.first_day and period.first_day not in filed:
            raise NotFilable(
                _(
                    "The return of the period that ends on %(day)s is not filed. File it first: its credit and its "
                    "late entries come here."
                )
                % {"day": f"{period.last_day:%d/%m/%Y}"}
            )
    if stale := returns.broken_credit(made):
        words = _(
            "The return of the period that ends on %(day)s took a credit that the one before, corrected since, no "
            "longer carries. Begin a corrective return for it first."
        )
        raise NotFilable(words % {"day": f"{stale.last_day:%d/%m/%Y}"})
    if Share.objects.filter(vat_return=made, code=NO_RATE).exists():
        raise NotFilable(
            _("A tax has no code: it would be left out of the return. Give its account a code, then prepare again.")
        )
    if changes_since(made):  # What is filed is what somebody saw, worked out from the books as they are.
        raise BooksMoved


SEALED = """
SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(
           concat_ws('|', entry_id, position, code, base_cents, tax_cents),
           E'\\n' ORDER BY entry_id, position, code), ''), 'UTF8')), 'hex')
  FROM vat_share WHERE vat_return_id = %s
"""


def _sealed(made: Return) -> tuple[int, str]:
    """Return how many lines the return counts, and the SHA-256 over them in their order."""
    with cursor() as sql:
        sql.execute(SEALED, [made.pk])
        count, digest = sql.fetchone()
    return count, digest


def is_as_filed(filing: Filing) -> bool:
    """Tell whether the shares of a filed return are those that were sealed."""
    return _sealed(filing.vat_return) == (filing.shares, filing.shares_hash)
