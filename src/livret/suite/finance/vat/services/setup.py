"""The regime of a company and the codes of its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.vat.models import AccountCode, Filing, Regime, Return, Share
from livret.suite.finance.vat.queries.regimes import kind_of, period_holding, regime_on
from livret.suite.finance.vat.rules.codes import is_known
from livret.suite.finance.vat.rules.regimes import due_on, regime_kinds


class RegimeRefused(Refusal):
    """The regime cannot be set so."""


class UnknownCode(Refusal):
    """No VAT code is named so."""

    def __init__(self, code: str) -> None:
        super().__init__(_("%(code)s is no VAT code. Choose one of the list.") % {"code": code})


@dataclass(frozen=True, slots=True)
class RegimeFacts:
    """A regime as somebody set it."""

    since: date
    kind: str
    services_due: str = Regime.Due.DEBITS
    territory: str = Regime.Territory.MAINLAND
    activity: str = Regime.Activity.GOODS
    due_day: int = 24
    opening_credit_cents: int = 0


def set_regime(company: Company, facts: RegimeFacts, *, by: Actor, at: datetime) -> Regime:
    """Set the regime of *company* from a day on, in place of one that begins that day.

    Returns not filed that reach that day follow it: those whose period stays are out of date, the others are deleted.
    Raises RegimeRefused when returns were filed from that day on, when the law no longer has the regime, when the day
    does not begin a period, or when a return to be deleted bears adjustments.
    """
    if facts.since not in regime_kinds()[facts.kind]:
        raise RegimeRefused(
            _("The law does not have this regime on the %(day)s. Choose another.") % {"day": f"{facts.since:%d/%m/%Y}"}
        )
    with transaction.atomic(using=current_alias()):
        Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
        begun = _unfiled_from(company, facts.since)
        values = {name: getattr(facts, name) for name in facts.__slots__ if name != "since"}
        regime, _is_new = Regime.objects.update_or_create(company=company, since=facts.since, defaults=values)
        if period_holding(regime, facts.since).first_day != facts.since:
            raise RegimeRefused(
                _("A regime begins with a period: the %(day)s is inside one. Choose its first day.")
                % {"day": f"{facts.since:%d/%m/%Y}"}
            )
        detail = {name: str(value) for name, value in values.items()}
        record("vat.regime.set", regime, by=by, at=at, detail=detail)
        for made in begun:
            _follow(made, by=by, at=at)
    return regime


def _unfiled_from(company: Company, day: date) -> list[Return]:
    """Hold the returns that reach *day* and are not filed. Raises RegimeRefused when some are filed."""
    rows = Return.objects.select_for_update(of=("self",)).select_related("company")
    held = list(rows.filter(company=company, last_day__gte=day).exclude(state=Return.State.FILED).order_by("first_day"))
    if Filing.objects.filter(vat_return__company=company, vat_return__last_day__gte=day).exists():
        raise RegimeRefused(
            _("Returns were filed for days from the %(day)s on: the regime can only change after them.")
            % {"day": f"{day:%d/%m/%Y}"}
        )
    return held


def _follow(made: Return, *, by: Actor, at: datetime) -> None:
    """Give *made* the regime of its first day where that asks for the same return, else delete it."""
    regime = regime_on(made.company, made.first_day)
    kind = kind_of(regime) if regime else None
    if regime and kind and kind.form == made.form and period_holding(regime, made.first_day) == made.period:
        due = due_on(kind, made.period, day_of_month=regime.due_day)
        Return.objects.filter(pk=made.pk).update(regime=regime, due_on=due)
        return
    days = {"first": f"{made.first_day:%d/%m/%Y}", "last": f"{made.last_day:%d/%m/%Y}"}
    if made.adjustments.exists():
        words = _(
            "The return from %(first)s to %(last)s bears adjustments, which stay, and this regime has no such return. "
            "File it first, or change the regime after it."
        )
        raise RegimeRefused(words % days)
    record("vat.return.dropped", made, by=by, at=at, detail=days)
    Share.objects.filter(vat_return=made).delete()
    made.delete()


def choose_code(company: Company, root: str, code: str, *, day: date, by: Actor, at: datetime) -> AccountCode | None:
    """Give the accounts that begin with *root* a code, or with "" none of their own any more. Raises UnknownCode."""
    if code and not is_known(code, day):
        raise UnknownCode(code)
    with transaction.atomic(using=current_alias()):
        if not code:
            for held in AccountCode.objects.filter(company=company, root=root):
                record("vat.code.removed", held, by=by, at=at)
                held.delete()
            return None
        chosen, _is_new = AccountCode.objects.update_or_create(company=company, root=root, defaults={"code": code})
        record("vat.code.chosen", chosen, by=by, at=at, detail={"root": root, "code": code})
    return chosen
