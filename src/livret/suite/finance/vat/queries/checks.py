"""What looks wrong in a return, with where to look: nothing here changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livret.kernel.money import euros_of
from livret.suite.finance.models import DraftEntry
from livret.suite.finance.vat.models import Return, Share
from livret.suite.finance.vat.queries import returns
from livret.suite.finance.vat.queries.sql import cursor
from livret.suite.finance.vat.rules.codes import MIXED_LOSS, NO_RATE, NO_TAX, OFF_RATE, UNRESOLVED, codes_on

LOST = "IRR"
EVEN_CENTS = 100  # Under a euro, a difference is rounding.
TONES = {"error": "bad", "warning": "warn", "note": "info"}


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at. code: of the lines to open; account and year_ends: the account to open."""

    severity: str
    title: str
    detail: str
    code: str = ""
    reason: str = ""
    account: str = ""
    year_ends: str = ""

    @property
    def tone(self) -> str:
        return TONES[self.severity]


def checks_of(made: Return) -> list[Check]:
    """Return what is to be looked at in *made*, errors first: an error keeps it from being filed."""
    return [
        *_unresolved(made),
        *_losses(made),
        *_advances(made),
        *_late(made),
        *_drafts(made),
        *_accounts(made),
        *_turnover(made),
    ]


def _unresolved(made: Return) -> Iterator[Check]:
    rows = Share.objects.filter(vat_return=made, code__in=UNRESOLVED).values("code")
    sums = {row["code"]: row for row in rows.annotate(base=Sum("base_cents"), tax=Sum("tax_cents"))}
    if row := sums.get(NO_RATE):
        title = _("Taxes without code: %(amount)s € in no box") % {"amount": _euros(row["tax"])}
        detail = _("No rate makes this tax of its entry, or its code is unknown. Give the account a code.")
        yield Check("error", title, detail, code=NO_RATE)
    if row := sums.get(OFF_RATE):
        title = _("Base and tax do not agree: %(amount)s € of base explained by no tax") % {
            "amount": _euros(row["base"])
        }
        detail = _(
            "Rule tax_follows_base: the base counted is the one that the tax tells; what is left is listed here."
        )
        yield Check("warning", title, detail, code=OFF_RATE)
    if row := sums.get(NO_TAX):
        title = _("Sales with neither tax nor code: %(amount)s € in no box") % {"amount": _euros(row["base"])}
        detail = _("Say whether they are exported, exempt or outside VAT: give their account a code.")
        yield Check("warning", title, detail, code=NO_TAX)
    if row := sums.get(MIXED_LOSS):
        title = _("Losses lettered with goods and services at once: %(amount)s € of tax in no box") % {
            "amount": _euros(row["tax"])
        }
        detail = _(
            "The tax of goods is taken back, that of services never paid was never due. Letter each loss with what it "
            "loses, or post it again by part: with code IRR on the tax of goods, without tax on services."
        )
        yield Check("warning", title, detail, code=MIXED_LOSS)


def _losses(made: Return) -> Iterator[Check]:
    """What is taken back on debts lost asks for the invoice to be corrected, and on receipts for a lettering."""
    rows = Share.objects.filter(vat_return=made, code=LOST)
    if back := rows.filter(reason=Share.Reason.RECEIPTS, tax_cents__lt=0).aggregate(tax=Sum("tax_cents"))["tax"]:
        title = _("Tax taken back on debts lost, and given back: %(amount)s €") % {"amount": _euros(-back)}
        detail = _("These losses were lettered since with services never paid: their tax was never due.")
        yield Check("note", title, detail, code=LOST)
    if tax := rows.filter(tax_cents__gt=0).aggregate(tax=Sum("tax_cents"))["tax"]:
        title = _("Tax taken back on debts lost: %(amount)s €") % {"amount": _euros(tax)}
        detail = _(
            "Each customer must have been sent a copy of the invoice that says that its price stays unpaid (CGI, "
            "art. 272, 1)."
        )
        if made.regime.is_on_receipts:
            detail += " " + _("Letter each loss with its invoice: the tax of a service never paid was never due.")
        yield Check("note", title, detail, code=LOST)


ADVANCES = """
SELECT a.number, y.last_day, sum(l.credit_cents)::bigint
  FROM finance_line l
  JOIN finance_chartaccount a ON a.id = l.account_id AND a.company_id = %(company)s AND a.number LIKE '4191%%'
  JOIN company_fiscalyear y ON y.id = l.fiscal_year_id
  JOIN finance_journal j ON j.id = l.journal_id AND j.kind <> 'opening'
 WHERE l.date BETWEEN %(first)s AND %(last)s AND l.credit_cents > 0
   AND NOT EXISTS (SELECT 1 FROM finance_linevat v WHERE v.entry_id = l.entry_id AND v.position = l.position)
   AND NOT EXISTS (SELECT 1 FROM finance_line t JOIN finance_chartaccount b ON b.id = t.account_id
                    WHERE t.entry_id = l.entry_id AND b.number LIKE '4457%%')
   AND EXISTS (SELECT 1 FROM finance_line t JOIN finance_chartaccount b ON b.id = t.account_id
                WHERE t.entry_id = l.entry_id AND b.number LIKE '5%%')
 GROUP BY a.number, y.last_day ORDER BY a.number
"""


def _advances(made: Return) -> Iterator[Check]:
    """Advances that money came for, without tax. Source: CGI, art. 269, 2, a (goods, since 2023) and c (services)."""
    with cursor() as sql:
        sql.execute(ADVANCES, {"company": made.company_id, "first": made.first_day, "last": made.last_day})
        rows = sql.fetchall()
    for number, year_ends, cents in rows:
        yield Check(
            "warning",
            _("Advances received on account %(account)s without their tax: %(amount)s €")
            % {"account": number, "amount": _euros(cents)},
            _(
                "Tax is due when an advance is received, on services and, since 1 January 2023, on goods. Post it, or "
                "give the line a code when the sale bears none."
            ),
            account=number,
            year_ends=year_ends.isoformat(),
        )


def _late(made: Return) -> Iterator[Check]:
    if count := Share.objects.filter(vat_return=made, reason=Share.Reason.LATE).count():
        words = ngettext(
            "%(n)s line dated in a period already filed is counted here",
            "%(n)s lines dated in a period already filed are counted here",
            count,
        )
        detail = _("Rule late_entries_go_next: what is posted after a filing goes in the next return, never lost.")
        yield Check("note", words % {"n": count}, detail, reason=Share.Reason.LATE)


def _drafts(made: Return) -> Iterator[Check]:
    rows = DraftEntry.objects.filter(company=made.company_id, date__gte=made.first_day, date__lte=made.last_day)
    if not made.is_filed and (count := rows.count()):
        words = ngettext("%(n)s draft is dated in the period", "%(n)s drafts are dated in the period", count)
        detail = _(
            "Validate it or change its date before filing: once the period is locked it cannot enter it any more."
        )
        yield Check("warning", words % {"n": count}, detail)


BALANCES = """
SELECT a.number, y.last_day, coalesce(sum(d.debit_cents - d.credit_cents), 0)::bigint,
       coalesce((SELECT sum(CASE WHEN h.code = ANY (%(deductible)s) THEN h.tax_cents ELSE -h.tax_cents END)
                   FROM vat_share h WHERE h.vat_return_id = %(made)s AND h.account_id = a.id), 0)::bigint
  FROM finance_daybalance d
  JOIN finance_chartaccount a ON a.id = d.account_id
  JOIN company_fiscalyear y ON y.id = d.fiscal_year_id
 WHERE y.company_id = %(company)s AND %(last)s BETWEEN y.first_day AND y.last_day AND d.day <= %(last)s
   AND (a.number LIKE '4457%%' OR a.number LIKE '4456%%' OR a.number LIKE '4452%%') AND a.number NOT LIKE '44567%%'
 GROUP BY a.id, a.number, y.last_day ORDER BY a.number
"""


def _accounts(made: Return) -> Iterator[Check]:
    """Compare what stands on each tax account with what is declared of it, or with nothing once it is settled.

    On receipts a balance also holds what is not paid yet: nothing is compared.
    """
    if made.regime.is_on_receipts:
        return
    deductible = [key for key, code in codes_on(made.last_day).items() if code.family.side == "deductible"]
    facts: dict[str, Any] = {
        "made": made.pk,
        "company": made.company_id,
        "last": made.last_day,
        "deductible": deductible,
    }
    with cursor() as sql:
        sql.execute(BALANCES, facts)
        rows = sql.fetchall()
    for number, year_ends, held, declared in rows:
        if abs(held) < EVEN_CENTS or abs(held - declared) < EVEN_CENTS:
            continue
        values = {"account": number, "held": _euros(held), "declared": _euros(declared)}
        yield Check(
            "warning",
            _("Account %(account)s holds %(held)s €, the return declares %(declared)s €") % values,
            _("Entries of other periods, or that bear no code, stand on this account. Open it to see them."),
            account=number,
            year_ends=year_ends.isoformat(),
        )


TURNOVER = """
SELECT coalesce(sum(d.credit_cents - d.debit_cents), 0)::bigint
  FROM finance_daybalance d
  JOIN finance_chartaccount a ON a.id = d.account_id AND a.number LIKE '70%%'
  JOIN company_fiscalyear y ON y.id = d.fiscal_year_id
 WHERE y.company_id = %(company)s AND d.day >= %(first)s AND d.day <= %(last)s
"""


def _turnover(made: Return) -> Iterator[Check]:
    """Compare class 70 with the bases of sales, over the returns of the calendar year until this one."""
    if made.regime.is_on_receipts:
        return
    filed = [one.vat_return for one in returns.effective_filings(made.company_id)]
    counted = [one for one in filed if one.first_day.year == made.first_day.year and one.first_day < made.first_day]
    first = min([one.first_day for one in counted], default=made.first_day)
    outs = [key for key, code in codes_on(made.last_day).items() if code.family.side == "out"]
    rows = Share.objects.filter(vat_return__in=[*counted, made], code__in=[*outs, *UNRESOLVED])
    bases = rows.aggregate(base=Sum("base_cents"))["base"] or 0
    with cursor() as sql:
        sql.execute(TURNOVER, {"company": made.company_id, "first": first, "last": made.last_day})
        (turnover,) = sql.fetchone()
    if abs(turnover - bases) >= EVEN_CENTS:
        values = {"turnover": _euros(turnover), "bases": _euros(bases), "day": f"{first:%d/%m/%Y}"}
        yield Check(
            "note",
            _("Sales of class 70: %(turnover)s €; bases declared: %(bases)s €") % values,
            _("Since %(day)s. Taxed income outside class 70, and sales with a code outside VAT, explain it.") % values,
        )


def _euros(cents: int) -> str:
    return f"{euros_of(cents):,f}".replace(",", "\u202f").replace(".", ",").replace("-", "\u2212")
