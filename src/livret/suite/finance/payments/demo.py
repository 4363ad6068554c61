"""A batch of transfers that waits to be approved, in the books of the demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta

from stdnum import iban as iban_number

from livret.core.people import Actor
from livret.kernel.rib import iban_of_rib
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.models import AuxiliaryAccount, Party
from livret.suite.finance.payments.models import PaymentBatch
from livret.suite.finance.payments.queries import proposal, year_holding
from livret.suite.finance.payments.services import prepare

DAYS_AHEAD, MOST_PARTIES = 30, 4
BANK, BRANCH = "99999", "00001"  # A bank code that is given to nobody.


def furnish(company: Company, *, by: Actor, at: datetime) -> None:
    """Give the suppliers that are due their bank details, and prepare a batch for the first of them."""
    today = at.date()
    payable = [row for row in BankAccount.objects.filter(company=company) if iban_number.is_valid(row.identifier)]
    year = year_holding(company, today)
    if not payable or year is None or PaymentBatch.objects.filter(company=company).exists():
        return
    until = today + timedelta(DAYS_AHEAD)
    dues = [due for due in proposal(year, until=until, on=today).dues if due.cents > 0][:MOST_PARTIES]
    for due in dues:
        _know_bank(due.auxiliary_id)
    amounts = {(line.entry_id, line.position): -line.cents for due in dues for line in due.lines}
    if amounts:
        facts = {"bank_account": payable[0], "execution_on": today, "until": until}
        prepare(year, **facts, amounts=amounts, by=by, at=at, today=today)  # type: ignore[arg-type]


def _know_bank(auxiliary_id: int) -> None:
    auxiliary = AuxiliaryAccount.objects.get(pk=auxiliary_id)
    iban = iban_of_rib(bank=BANK, branch=BRANCH, account=f"{auxiliary_id:011d}")
    party, _is_new = Party.objects.get_or_create(auxiliary=auxiliary)
    if not party.iban:
        Party.objects.filter(pk=party.pk).update(iban=iban, town=party.town or "Nantes", country=party.country or "FR")
