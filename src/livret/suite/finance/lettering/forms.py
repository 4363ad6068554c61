"""What people type when lettering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.suite.company.forms import day_field
from livret.suite.company.models import Company
from livret.suite.finance.forms import AmountField
from livret.suite.finance.lettering.models import Rule, Settling
from livret.suite.finance.models import ChartAccount, Journal
from livret.suite.finance.queries.open_items import OpenFilter

SIDES = (("", _("Both sides")), ("debit", _("Debit")), ("credit", _("Credit")))


class FilterForm(forms.Form):
    """Which open lines are shown."""

    words = forms.CharField(label=_("Label or reference"), max_length=100, required=False)
    amount = AmountField(label=_("Amount"))
    since = day_field(_("From day"), required=False)
    until = day_field(pgettext_lazy("lettering", "Open on"), required=False)
    side = forms.ChoiceField(label=_("Side"), choices=SIDES, required=False)

    def wanted(self) -> OpenFilter:
        """Return what is asked for; what cannot be read is left out."""
        self.is_valid()
        typed: dict[str, Any] = self.cleaned_data
        facts = {"words": typed.get("words", ""), "since": typed.get("since"), "side": typed.get("side", "")}
        return OpenFilter(**facts, cents=typed.get("amount") or None)


class ReasonForm(forms.Form):
    """Why a lettering is taken apart."""

    reason = forms.CharField(label=_("Reason for taking it apart"), max_length=400)


class RunForm(forms.Form):
    """What an automatic lettering looks at."""

    rules = forms.MultipleChoiceField(
        label=_("Rules, tried in this order"), choices=Rule.choices, widget=forms.CheckboxSelectMultiple
    )
    accounts: forms.ModelMultipleChoiceField[ChartAccount] = forms.ModelMultipleChoiceField(
        label=_("Accounts"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all accounts that are lettered."),
    )
    until = day_field(_("Lines up to day"))
    without_party = forms.BooleanField(
        label=_("Also lines of no party"),
        required=False,
        help_text=_("On an account that several parties share, equal amounts may be of different parties."),
    )

    def __init__(self, *args: Any, accounts: list[ChartAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ChartAccount.objects.filter(pk__in=[account.pk for account in accounts]).order_by("number")
        self.fields["accounts"].queryset = rows  # type: ignore[attr-defined]


class SettlingForm(forms.Form):
    """How the company settles differences."""

    threshold = AmountField(
        label=_("Largest difference of payment written off"),
        help_text=_("Above it, lines are lettered partially only. Empty: nothing is written off."),
    )
    journal: forms.ModelChoiceField[Journal] = forms.ModelChoiceField(
        label=_("Journal of the entries"), queryset=None, required=False
    )
    loss = forms.CharField(label=_("Account of small losses"), max_length=40, required=False)
    gain = forms.CharField(label=_("Account of small gains"), max_length=40, required=False)
    exchange_loss = forms.CharField(label=_("Account of exchange losses"), max_length=40, required=False)
    exchange_gain = forms.CharField(label=_("Account of exchange gains"), max_length=40, required=False)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        rows = Journal.objects.filter(company=company, kind=Journal.Kind.GENERAL, is_closed=False).order_by("code")
        self.fields["journal"].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for name in ("loss", "gain", "exchange_loss", "exchange_gain"):
            number = typed.get(name, "")
            if number and not ChartAccount.objects.filter(company=self.company, number=number).exists():
                words = _("Account %(number)s is not in the company's chart. Open it first.")
                self.add_error(name, ValidationError(words, params={"number": number}))
        return typed

    def settling(self) -> Settling:
        typed = self.cleaned_data
        names = ("journal", "loss", "gain", "exchange_loss", "exchange_gain")
        facts = {name: typed[name] for name in names}
        return Settling(company=self.company, threshold_cents=typed["threshold"], **facts)
