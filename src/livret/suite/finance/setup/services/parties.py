"""Customers, suppliers and other parties: their auxiliary account and what is known of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Party


class PartyRefused(Refusal):
    """The number is taken."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The auxiliary account: its label, kind, general account, and whether it is still offered."""

    label: str
    kind: str
    account: ChartAccount | None = None
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the party is, and its terms; addresses are structured. The bank is apart: it takes a higher right."""

    siren: str = ""
    vat_number: str = ""
    email: str = ""
    building: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    due_days: int | None = None
    due_end_of_month: bool = False


@dataclass(frozen=True, slots=True)
class Bank:
    """Where the party is paid."""

    iban: str = ""
    bic: str = ""


def open_party(
    company: Company,
    *,
    number: str,
    standing: Standing,
    identity: Identity,
    bank: Bank | None = None,
    by: Actor,
    at: datetime,
) -> AuxiliaryAccount:
    """Open the auxiliary account of a party. Raises PartyRefused when the number is taken."""
    try:
        with transaction.atomic(using=current_alias()):
            auxiliary = AuxiliaryAccount.objects.create(company=company, number=number, **_columns(standing))
            _know(auxiliary, identity, bank, by=by, at=at)
            record("finance.party.opened", auxiliary, by=by, at=at)
    except IntegrityError as error:
        if "auxiliary_number_once_per_company" not in str(error):
            raise
        raise PartyRefused(_("Number %(number)s is taken: give another.") % {"number": number}) from None
    return auxiliary


def change_party(
    auxiliary: AuxiliaryAccount,
    *,
    standing: Standing,
    identity: Identity,
    bank: Bank | None = None,
    by: Actor,
    at: datetime,
) -> AuxiliaryAccount:
    """Change what is known of a party; bank None leaves its bank as it is."""
    columns = _columns(standing)
    for name, value in columns.items():
        setattr(auxiliary, name, value)
    with transaction.atomic(using=current_alias()):
        auxiliary.save(update_fields=list(columns))
        _know(auxiliary, identity, bank, by=by, at=at)
        record("finance.party.changed", auxiliary, by=by, at=at, detail={"is_closed": standing.is_closed})
    return auxiliary


SORT = """
UPDATE finance_auxiliaryaccount x
   SET account_id = k.account_id,
       kind = CASE left(k.number, 2) WHEN '41' THEN 'customer' WHEN '40' THEN 'supplier' WHEN '42' THEN 'employee'
                                     ELSE 'other' END
  FROM (SELECT DISTINCT ON (b.auxiliary_id) b.auxiliary_id, b.account_id, a.number
          FROM finance_chartaccount a JOIN finance_auxiliarybalance b ON b.account_id = a.id
         WHERE a.company_id = %(company)s
         GROUP BY b.auxiliary_id, b.account_id, a.number
         ORDER BY b.auxiliary_id, sum(b.debit_cents + b.credit_cents) DESC, a.number) k
 WHERE x.id = k.auxiliary_id AND x.company_id = %(company)s AND x.kind = 'other' AND x.account_id IS NULL
"""


def sort_parties(company: Company, *, by: Actor, at: datetime) -> int:
    """Give the parties that an import brought without kind the account that they move most, and its kind.

    Returns how many were given one. Those that somebody has sorted stay as they are.
    """
    with transaction.atomic(using=current_alias()), connections[current_alias()].cursor() as sql:
        sql.execute(SORT, {"company": company.pk})
        count = int(sql.rowcount)
        if count:
            record("finance.parties.sorted", company, by=by, at=at, detail={"count": count})
    return count


def _columns(standing: Standing) -> dict[str, object]:
    return {
        "label": standing.label.strip(),
        "kind": standing.kind,
        "account": standing.account,
        "is_closed": standing.is_closed,
    }


def _know(auxiliary: AuxiliaryAccount, identity: Identity, bank: Bank | None, *, by: Actor, at: datetime) -> None:
    known = {**asdict(identity), **(asdict(bank) if bank else {})}
    former = Party.objects.filter(auxiliary=auxiliary).values_list("iban", flat=True).first() or ""
    Party.objects.update_or_create(auxiliary=auxiliary, defaults=known)
    if bank and bank.iban != former:  # The audit trail says that it changed and who did it, never the number.
        record("finance.party.bank_changed", auxiliary, by=by, at=at)
