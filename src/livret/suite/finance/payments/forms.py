"""What people choose to pay, when and from where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from stdnum import iban as iban_number

from livret.formats import sepa
from livret.suite.company.forms import day_field
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.forms import AmountField
from livret.suite.finance.payments.services import LineKey

NAMES = {"pain.001.001.09": "pain.001.001.09", "pain.001.001.03": "pain.001.001.03"}


class DueForm(forms.Form):
    """Until which day what falls due is proposed."""

    until = day_field(_("Due until"))


class BatchForm(forms.Form):
    """From which account the chosen lines are paid, and on which day."""

    bank_account: forms.ModelChoiceField[BankAccount] = forms.ModelChoiceField(
        label=_("Account to be debited"), queryset=None
    )
    execution_on = day_field(_("Day of execution"))
    schema = forms.ChoiceField(
        label=_("File"),
        choices=[(name, NAMES[name]) for name in sepa.SCHEMAS],
        help_text=_("The first, unless your bank asks for the older one."),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = BankAccount.objects.filter(company=company, is_closed=False, currency="EUR").order_by("label")
        payable = [row.pk for row in rows if iban_number.is_valid(row.identifier)]
        self.fields["bank_account"].queryset = rows.filter(pk__in=payable)  # type: ignore[attr-defined]
        self.fields["bank_account"].empty_label = None  # type: ignore[attr-defined]


def chosen_amounts(typed: QueryDict, lines: Iterable[LineKey]) -> dict[LineKey, int]:
    """Return the cents to pay of each line ticked. Raises ValidationError on an amount that cannot be read."""
    field, found = AmountField(), dict[LineKey, int]()
    for entry, position in lines:
        name = f"{entry}-{position}"
        if f"pay-{name}" in typed:
            text = typed.get(f"amount-{name}", "")
            is_credit_note = text.strip().startswith(("-", "−"))
            try:
                cents = field.clean(text.strip().lstrip("-−")) or 0
            except ValidationError as fault:
                raise ValidationError(f"{text[:40]} – " + " ".join(fault.messages)) from None
            found[(entry, position)] = -cents if is_credit_note else cents
    return found


class ReasonForm(forms.Form):
    """Why a batch is cancelled."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
