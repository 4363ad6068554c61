"""The entry that settles a return: VAT accounts emptied of what was declared, against what is owed or carried."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.kernel.errors import Refusal
from livret.kernel.money import euros_of
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import ChartAccount, Entry, Journal, YearLedger
from livret.suite.finance.services.drafts import chart_of, opened_account
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.vat.models import Adjustment, Filing, Return, Share
from livret.suite.finance.vat.rules.codes import UNRESOLVED, codes_on
from livret.suite.finance.vat.rules.forms import Figures, Form
from livret.suite.finance.vat.services.filling import filed_figures

ROOM = "vat"
# Source: PCG, comptes 4455 (TVA à décaisser), 44567 (crédit de TVA à reporter), 4458 (taxes à régulariser).
DUE, CREDIT, INSTALMENTS, REFUND = "44551", "44567", "44581", "44583"
ROUNDED_UP, ROUNDED_DOWN = "658", "758"
MOST_ROUNDING_CENTS = 2_000  # Half a euro for each box that an ordinary return fills.


class NotSettled(Refusal):
    """The settlement entry cannot be made."""


def settle(
    made: Return, figures: Figures, form: Form, *, allowance: Allowance | None, by: Actor, at: datetime
) -> Entry | None:
    """Post the settlement of a return on the last day of its period; None when there is nothing to settle.

    Where that day is locked, or its year closed, a corrective return is settled on the first day after it that is open.
    A corrective return settles its difference with the one that it corrects. What rounding to whole euros leaves goes
    to an expense or an income. Raises NotSettled, and what `post` raises.
    """
    found = _first_open_day(made)
    journal = Journal.objects.filter(company=made.company_id, kind=Journal.Kind.GENERAL, is_closed=False).order_by(
        "code"
    )
    if found is None or (first := journal.filter(code="OD").first() or journal.first()) is None:
        raise NotSettled(
            _(
                "The settlement entry needs a fiscal year and a journal of miscellaneous entries. Open them, or file "
                "without it."
            )
        )
    year, day = found
    lines = _lines(made, figures, form, year)
    if not lines:
        return None
    label = _("VAT return %(first)s – %(last)s") % {
        "first": f"{made.first_day:%d/%m/%Y}",
        "last": f"{made.last_day:%d/%m/%Y}",
    }
    reference = f"{form.number.split('-', maxsplit=1)[-1]}-{made.last_day:%Y-%m}" + (
        f"-{made.rank}" if made.rank else ""
    )
    entry = NewEntry(first.pk, day, label, reference, made.last_day, lines, origin=(ROOM, str(made.pk)))
    return post(entry, year=year, allowance=allowance, by=by, at=at, on=at.date())


def _first_open_day(made: Return) -> tuple[FiscalYear, date] | None:
    """Return the last day of the period with its year; of a corrective return, the first from it on that is open.

    None where no fiscal year holds it.
    """
    rows = FiscalYear.objects.select_related("company").filter(company=made.company_id, last_day__gte=made.last_day)
    if not made.rank:
        year = rows.filter(first_day__lte=made.last_day).first()
        return (year, made.last_day) if year else None
    years = list(rows.filter(state=FiscalYear.State.OPEN).order_by("first_day"))
    locks = dict(YearLedger.objects.filter(pk__in=[year.pk for year in years]).values_list("pk", "locked_until"))
    for year in years:
        day = max(made.last_day, year.first_day, locks.get(year.pk) or year.first_day)
        if day <= year.last_day:
            return year, day
    return None


def _lines(made: Return, figures: Figures, form: Form, year: FiscalYear) -> list[NewLine]:
    """Return the lines: positive cents are a debit."""
    sums = _moved(made, figures, form)
    before = Filing.objects.select_related("vat_return").filter(vat_return__company=made.company_id)
    if former := before.filter(vat_return__first_day=made.first_day, vat_return__rank=made.rank - 1).first():
        # As filed: what the books hold may have moved since, instalments too.
        for account, cents in _moved(former.vat_return, filed_figures(former.figures), form).items():
            sums[account] -= cents
    rest = -sum(sums.values())
    if abs(rest) > MOST_ROUNDING_CENTS:
        raise NotSettled(
            _(
                "The settlement entry would not balance: %(amount)s € stand on no account. Give each adjustment the "
                "account that bears it."
            )
            % {"amount": f"{euros_of(rest):f}".replace(".", ",")}
        )
    sums[ROUNDED_UP if rest > 0 else ROUNDED_DOWN] += rest
    ids = {root: _account(root, year).pk for root, cents in sums.items() if isinstance(root, str) and cents}
    return [
        NewLine(ids[account] if isinstance(account, str) else account, None, max(cents, 0), max(-cents, 0))
        for account, cents in sums.items()
        if cents
    ]


def _moved(made: Return, figures: Figures, form: Form) -> defaultdict[int | str, int]:
    """Return what a return moves on each account: by id, or by root where the company may not have one yet."""
    sums: defaultdict[int | str, int] = defaultdict(int)
    known = codes_on(made.last_day)
    rows = Share.objects.filter(vat_return=made).exclude(code__in=UNRESOLVED).values("account", "code")
    for row in rows.annotate(tax=Sum("tax_cents")).order_by("account", "code"):
        side = known[row["code"]].family.side
        sums[row["account"]] += -row["tax"] if side == "deductible" else row["tax"]
    for adjustment in Adjustment.objects.filter(vat_return=made, part="tax").exclude(account=""):
        box = form.box(adjustment.box)
        sums[adjustment.account] += -adjustment.cents if box and box.section == "deductible" else adjustment.cents
    sums[CREDIT] += figures.of(form.carried_box) * 100 - figures.of(form.credit_box) * 100
    sums[REFUND] += figures.of(form.refund_box) * 100
    if form.key == "ca12":
        sums[INSTALMENTS] -= figures.of("30") * 100
        sums[DUE] -= figures.of(form.payable_box) * 100
    else:
        sums[DUE] -= figures.of(form.due_box) * 100
    return sums


def _account(root: str, year: FiscalYear) -> ChartAccount:
    """Return the company's account that begins with *root*, the shortest; opened under the general chart if none."""
    held = ChartAccount.objects.filter(company=year.company_id, number__startswith=root, is_closed=False)
    found = sorted(held.order_by("number"), key=lambda one: len(one.number))
    if found:
        return found[0]
    number, chart = root.ljust(6, "0"), chart_of(year)
    made = opened_account(year.company_id, number, chart.label_for(number) if chart else number)
    made.save()
    return made
