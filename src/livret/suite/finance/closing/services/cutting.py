"""Cut-off entries: posted on the last day of a year, undone on the first of the next as soon as it takes entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import CutOff
from livret.suite.finance.closing.rules import cutoffs as rules
from livret.suite.finance.closing.services.forwarding import ROOM, next_year
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Entry, EntryOrigin, Journal
from livret.suite.finance.services.drafts import chart_of, opened_account
from livret.suite.finance.services.ledger import NewEntry, NewLine, post


class CutOffRefused(Refusal):
    """The cut-off cannot be posted so; `field` is the one at fault, "" for the whole."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class TypedCutOff:
    """A cut-off as a person typed it, amounts in cents."""

    kind: str
    label: str
    piece_ref: str
    account: str
    counterpart: str
    net_cents: int
    vat_cents: int = 0
    vat_account: str = ""
    auxiliary: str = ""


def post_cut_off(
    year: FiscalYear, typed: TypedCutOff, *, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> CutOff:
    """Post a cut-off on the last day of *year*, and its reversal on the next day when a fiscal year holds it.

    Raises CutOffRefused, YearClosed, PeriodLocked, CeilingReached.
    Source: C. com., art. L. 123-21 (income and expenses belong to their year); PCG, accounts 408, 418, 486, 487.
    """
    kind = _kind(year, typed.kind)
    _require_amounts(typed, kind)
    with transaction.atomic(using=current_alias()):
        act = CutOff.objects.create(
            fiscal_year=year,
            kind=typed.kind,
            label=typed.label,
            piece_ref=typed.piece_ref,
            account=typed.account,
            counterpart=typed.counterpart,
            auxiliary=typed.auxiliary,
            vat_account=typed.vat_account if typed.vat_cents else "",
            net_cents=typed.net_cents,
            vat_cents=typed.vat_cents,
            author_id=by.id,
            author_name=by.name,
            at=at,
        )
        held = rules.sides(kind, net_cents=typed.net_cents, vat_cents=typed.vat_cents)
        entry = _entry(act, year, held, on=year.last_day, key=f"cutoff:{act.pk}", label=act.label)
        post(entry, year=year, allowance=allowance, by=by, at=at, on=today)
        record("finance.cut_off.posted", act, by=by, at=at, detail={"kind": act.kind, "cents": act.net_cents})
    reverse_cut_offs(year, allowance=allowance, by=by, at=at, today=today)
    return act


def reverse_cut_offs(
    year: FiscalYear, *, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> list[Entry]:
    """Undo in the next year the cut-offs of *year* that are not undone yet; none while that year takes no entry."""
    into = next_year(year)
    waiting = unreversed(year)
    if into is None or not into.is_open or not waiting:
        return []
    try:
        with transaction.atomic(using=current_alias()):
            return [_reverse(act, into, allowance=allowance, by=by, at=at, today=today) for act in waiting]
    except Refusal:  # Its first day is locked: the list shows what waits, and the checks of that year name it.
        return []


def unreversed(year: FiscalYear) -> list[CutOff]:
    """Return the cut-offs of *year* whose reversal is not posted."""
    keys = EntryOrigin.objects.filter(company_id=year.company_id, room=ROOM, key__startswith="cutoff-back:")
    done = {int(key.rpartition(":")[2]) for key in keys.values_list("key", flat=True)}
    return [act for act in CutOff.objects.filter(fiscal_year=year).order_by("pk") if act.pk not in done]


def _reverse(
    act: CutOff, into: FiscalYear, *, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> Entry:
    kind = _kind(act.fiscal_year, act.kind)
    held = rules.opposite(rules.sides(kind, net_cents=act.net_cents, vat_cents=act.vat_cents))
    label = _("Reversal: %(label)s") % {"label": act.label}
    entry = _entry(act, into, held, on=into.first_day, key=f"cutoff-back:{act.pk}", label=label[:1000])
    return post(entry, year=into, allowance=allowance, by=by, at=at, on=today)


def _kind(year: FiscalYear, code: str) -> rules.CutOffKind:
    found = next((kind for kind in rules.kinds_for(year.first_day) if kind.code == code), None)
    if found is None:
        raise CutOffRefused(_("Choose the kind of cut-off."), field="kind")
    return found


def _require_amounts(typed: TypedCutOff, kind: rules.CutOffKind) -> None:
    if typed.net_cents <= 0:
        raise CutOffRefused(_("Give an amount above zero."), field="net")
    if typed.vat_cents and not kind.vat:
        raise CutOffRefused(_("This kind of cut-off bears no VAT: give the net amount only."), field="vat")
    if typed.vat_cents and not typed.vat_account:
        raise CutOffRefused(_("Give the account of the VAT."), field="vat_account")


def _entry(act: CutOff, year: FiscalYear, held: list[rules.Side], *, on: date, key: str, label: str) -> NewEntry:
    numbers = {"account": act.account, "counterpart": act.counterpart, "vat": act.vat_account}
    accounts = {role: account_in(year, numbers[role], field=role) for role in {one.role for one in held}}
    party = _party(act)
    lines = tuple(
        NewLine(
            account_id=accounts[one.role].pk,
            auxiliary_id=party if one.role == "counterpart" else None,
            debit_cents=max(one.cents, 0),
            credit_cents=max(-one.cents, 0),
        )
        for one in held
    )
    return NewEntry(_journal(year.company_id).pk, on, label, act.piece_ref, on, lines, origin=(ROOM, key))


def _party(act: CutOff) -> int | None:
    if not act.auxiliary:
        return None
    found = AuxiliaryAccount.objects.filter(company_id=act.fiscal_year.company_id, number=act.auxiliary).first()
    if found is None:
        words = _("Auxiliary %(number)s does not exist in this company.")
        raise CutOffRefused(words % {"number": act.auxiliary}, field="auxiliary")
    return found.pk


def account_in(year: FiscalYear, number: str, *, field: str) -> ChartAccount:
    """Return the account *number* of the company, opened under the chart of *year* when it is new there.

    Raises CutOffRefused when neither knows it, or *year* may not use it.
    """
    found = ChartAccount.objects.filter(company_id=year.company_id, number=number).first()
    chart = chart_of(year)
    if found is None and chart and chart.is_valid(number):
        found = opened_account(year.company_id, number, chart.label_for(number))
        found.save()
    if found is None or not _is_usable(found, year):
        words = _("Account %(number)s is closed, unknown, or not valid in fiscal year %(year)s. Choose another.")
        raise CutOffRefused(words % {"number": number, "year": year}, field=field)
    return found


def _is_usable(account: ChartAccount, year: FiscalYear) -> bool:
    begun = account.valid_from is None or account.valid_from <= year.first_day
    return begun and not account.is_closed and (account.valid_until is None or year.first_day < account.valid_until)


def _journal(company_id: int) -> Journal:
    """Return the journal of miscellaneous entries."""
    held = Journal.objects.filter(company_id=company_id, kind=Journal.Kind.GENERAL, is_closed=False)
    if found := held.filter(code="OD").first() or held.order_by("code").first():
        return found
    facts = {"label": _("Miscellaneous"), "kind": Journal.Kind.GENERAL}
    return Journal.objects.get_or_create(company_id=company_id, code="OD", defaults=facts)[0]
