"""Opening, renaming and closing the accounts, journals and auxiliaries of a company. Numbers and codes are final."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.charts import Chart, charts
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.models import ChartAccount, Journal
from livret.suite.finance.services.drafts import opened_account
from livret.suite.finance.setup.rules.charts import holders
from livret.suite.finance.setup.rules.numbering import padded, usual_length


class AccountRefused(Refusal):
    """The account cannot be opened under this number."""


class JournalRefused(Refusal):
    """The journal cannot be opened or kept so; `field` is the one at fault."""

    def __init__(self, message: str, *, field: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """What a journal is, besides its code."""

    label: str
    kind: str
    account: ChartAccount | None = None
    is_closed: bool = False


def open_account(company: Company, *, number: str, label: str, by: Actor, at: datetime) -> ChartAccount:
    """Open an account that a general chart holds; label "" takes that of the latest chart that holds it.

    Raises AccountRefused on a number that no chart holds, or that the company has.
    """
    held_by = holders(number)
    if not held_by:
        raise AccountRefused(_unheld(number))
    try:
        with transaction.atomic(using=current_alias()):
            account = opened_account(company.pk, number, label.strip() or held_by[-1].label_for(number))
            account.save(force_insert=True)
            record("finance.account.opened", account, by=by, at=at)
    except IntegrityError as error:
        if "account_number_once_per_company" not in str(error):
            raise
        raise AccountRefused(_("Account %(number)s is open already.") % {"number": number}) from None
    return account


def _unheld(number: str) -> str:
    names = ", ".join(str(chart.opened_from.year) for chart in charts())
    root = next((number[:length] for length in (2, 1) if number[:length] in charts()[-1].accounts), "")
    words = _(
        "Account %(number)s begins with no account of the general charts (%(charts)s): a FEC that holds it is refused. "
    )
    hint = _("Choose an account under %(root)s.") % {"root": root} if root else _("A number begins with 1 to 8.")
    return words % {"number": number, "charts": names} + hint


def open_from_chart(
    company: Company, chart: Chart, *, numbers: Collection[str], by: Actor, at: datetime
) -> list[ChartAccount]:
    """Open accounts of a general chart, as long as those of the company; those that are open already stay as they are.

    Raises AccountRefused when one is not of the chart.
    """
    unknown = sorted(number for number in numbers if number not in chart.accounts or not chart.is_valid(number))
    if unknown:
        message = _("%(numbers)s: not an account that entries may use in this chart. Nothing was opened.")
        raise AccountRefused(message % {"numbers": ", ".join(unknown)[:200]})
    held = set(ChartAccount.objects.filter(company=company).values_list("number", flat=True))
    length = usual_length(held)
    wanted = {padded(number, length): chart.accounts[number].label for number in sorted(numbers)}
    rows = [opened_account(company.pk, number, label) for number, label in wanted.items() if number not in held]
    with transaction.atomic(using=current_alias()):
        opened = ChartAccount.objects.bulk_create(rows)
        for account in opened:
            record("finance.account.opened", account, by=by, at=at)
    return opened


def change_account(
    account: ChartAccount, *, label: str, can_letter: bool, is_closed: bool, by: Actor, at: datetime
) -> ChartAccount:
    """Rename an account, have its lines lettered or not, close it or open it again; what is posted stays as it is."""
    account.label, account.can_letter, account.is_closed = label.strip(), can_letter, is_closed
    with transaction.atomic(using=current_alias()):
        account.save(update_fields=["label", "can_letter", "is_closed"])
        record("finance.account.changed", account, by=by, at=at, detail={"is_closed": is_closed})
    return account


def open_journal(company: Company, *, code: str, facts: JournalFacts, by: Actor, at: datetime) -> Journal:
    """Open a journal. Raises JournalRefused on a code that the company has, or an account that does not fit."""
    _check_account(facts)
    try:
        with transaction.atomic(using=current_alias()):
            journal = Journal.objects.create(company=company, code=code, **_columns(facts))
            record("finance.journal.opened", journal, by=by, at=at)
    except IntegrityError as error:
        if "journal_code_once_per_company" not in str(error):
            raise
        raise JournalRefused(_("Journal %(code)s is there already.") % {"code": code}, field="code") from None
    return journal


def change_journal(journal: Journal, *, facts: JournalFacts, by: Actor, at: datetime) -> Journal:
    """Change what a journal is. Raises JournalRefused when the account does not fit."""
    _check_account(facts)
    columns = _columns(facts)
    for name, value in columns.items():
        setattr(journal, name, value)
    with transaction.atomic(using=current_alias()):
        journal.save(update_fields=list(columns))
        record("finance.journal.changed", journal, by=by, at=at, detail={"is_closed": facts.is_closed})
    return journal


def _columns(facts: JournalFacts) -> dict[str, object]:
    account = facts.account if facts.kind == Journal.Kind.BANK else None
    return {"label": facts.label.strip(), "kind": facts.kind, "account": account, "is_closed": facts.is_closed}


def _check_account(facts: JournalFacts) -> None:
    account = facts.account
    if facts.kind == Journal.Kind.BANK and account and not account.number.startswith("5"):
        message = _("%(number)s is no account of money: the counterpart of a bank or cash journal begins with 5.")
        raise JournalRefused(message % {"number": account.number}, field="account")
