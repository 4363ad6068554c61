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
from livret.suite.finance.vat.models import AccountCode, Filing, Regime
from livret.suite.finance.vat.queries.regimes import period_holding
from livret.suite.finance.vat.rules.codes import is_known
from livret.suite.finance.vat.rules.regimes import regime_kinds


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

    Raises RegimeRefused when returns were filed from that day on, when the law no longer has the regime, or when the
    day does not begin a period.
    """
    filed = Filing.objects.filter(vat_return__company=company, vat_return__last_day__gte=facts.since)
    if filed.exists():
        raise RegimeRefused(
            _("Returns were filed for days from the %(day)s on: the regime can only change after them.")
            % {"day": f"{facts.since:%d/%m/%Y}"}
        )
    if facts.since not in regime_kinds()[facts.kind]:
        raise RegimeRefused(
            _("The law does not have this regime on the %(day)s. Choose another.") % {"day": f"{facts.since:%d/%m/%Y}"}
        )
    with transaction.atomic(using=current_alias()):
        values = {name: getattr(facts, name) for name in facts.__slots__ if name != "since"}
        regime, _is_new = Regime.objects.update_or_create(company=company, since=facts.since, defaults=values)
        if period_holding(regime, facts.since).first_day != facts.since:
            raise RegimeRefused(
                _("A regime begins with a period: the %(day)s is inside one. Choose its first day.")
                % {"day": f"{facts.since:%d/%m/%Y}"}
            )
        detail = {name: str(value) for name, value in values.items()}
        record("vat.regime.set", regime, by=by, at=at, detail=detail)
    return regime


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
