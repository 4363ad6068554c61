"""What people type about VAT; plain forms that validate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livret.suite.company.forms import day_field
from livret.suite.finance.forms import AmountField
from livret.suite.finance.vat.models import Regime
from livret.suite.finance.vat.rules.codes import ANY_RATE, Code, families
from livret.suite.finance.vat.rules.forms import ADJUSTABLE, Form
from livret.suite.finance.vat.services.setup import RegimeFacts


class SignedAmountField(AmountField):
    """Euros as people type them, of either sign, in cents."""

    def clean(self, value: Any) -> int:
        return self.cents(value)


class RegimeForm(forms.Form):
    """The regime of a company from a day on."""

    since = day_field(
        _("From"),
        help_text=_(
            "The first day of a period. Before the first regime, returns were made elsewhere. Returns from that day on "
            "that are not filed are to be worked out again; those that the regime does not have are deleted."
        ),
    )
    kind = forms.ChoiceField(label=_("Returns"), choices=Regime.Kind.choices)
    services_due = forms.ChoiceField(
        label=_("VAT on services is due"),
        choices=Regime.Due.choices,
        help_text=_(
            "On receipts is the rule; on debits is an option that the company took. Goods are always on debits."
        ),
    )
    territory = forms.ChoiceField(label=_("Territory of the rates"), choices=Regime.Territory.choices)
    activity = forms.ChoiceField(
        label=_("Main activity"), choices=Regime.Activity.choices, help_text=_("For the ceilings of the franchise.")
    )
    due_day = forms.IntegerField(
        label=_("Day of the month to file and pay"),
        min_value=15,
        max_value=24,
        initial=24,
        help_text=_("As the tax office told the company: between the 15th and the 24th."),
    )
    opening_credit = AmountField(
        label=_("Credit brought from the last return made elsewhere"), help_text=_("Its line 27, in euros.")
    )

    def facts(self) -> RegimeFacts:
        typed = dict(self.cleaned_data)
        credit = typed.pop("opening_credit")
        return RegimeFacts(**typed, opening_credit_cents=credit)


class CodeForm(forms.Form):
    """The code of the accounts that begin with some digits."""

    root = forms.RegexField(
        label=_("Accounts beginning with"),
        regex=r"^[0-9][0-9A-Za-z]*$",
        max_length=40,
        error_messages={"invalid": _("Give the first digits of the accounts, such as 7071.")},
    )
    code = forms.ChoiceField(label=_("VAT code"), required=False)

    def __init__(self, *args: Any, codes: dict[str, Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(key, f"{key} – {code.label}") for key, code in codes.items()]
        opened = [
            (f"{one.key}{ANY_RATE}", f"{one.key}{ANY_RATE} – {one.label}")
            for one in families().values()
            if one.is_rated
        ]
        self.fields["code"].choices = [("", _("None: as the general chart says")), *opened, *known]  # type: ignore[attr-defined]


class AdjustmentForm(forms.Form):
    """An amount added to a box, or taken from it."""

    cell = forms.ChoiceField(label=_("Box"))
    amount = SignedAmountField(label=_("Amount"), help_text=_("In euros; negative to take from the box."))
    account = forms.CharField(
        label=_("Account that bears it"),
        max_length=40,
        required=False,
        help_text=_("In the settlement entry. None for an amount without tax."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(self, *args: Any, form: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"base": _("before tax"), "tax": _("tax")}
        self.fields["cell"].choices = [  # type: ignore[attr-defined]
            (f"{box.code}/{part}", f"{box.code} – {box.label} ({words[part]})")
            for box in form.boxes
            if box.kind in ADJUSTABLE
            for part in box.parts
        ]


class FilingForm(forms.Form):
    """What filing does besides freezing the return."""

    posts_settlement = forms.BooleanField(label=_("Post the settlement entry"), required=False)
    locks = forms.BooleanField(
        label=_("Lock the period"),
        required=False,
        initial=True,
        help_text=_("No entry can be dated in it any more, unless somebody with the right opens it again."),
    )
