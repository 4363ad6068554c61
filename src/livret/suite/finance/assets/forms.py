"""What people type about fixed assets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.suite.company.forms import day_field
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.assets.models import FixedAsset
from livret.suite.finance.assets.rules import law
from livret.suite.finance.assets.services.assets import AssetFacts
from livret.suite.finance.forms import AmountField
from livret.suite.finance.models import ChartAccount
from livret.suite.finance.services.drafts import chart_of, opened_account

LONGEST_MONTHS = 1200


class SignedAmountField(AmountField):
    """Euros as people type them, in cents, of either sign."""

    def clean(self, value: Any) -> int:
        return self.cents(value)


def life_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Useful life, in months"),
        required=False,
        min_value=1,
        max_value=LONGEST_MONTHS,
        help_text=_("36 is three years, 60 five years, 120 ten years."),
    )


class AssetForm(forms.Form):
    """An asset; accounts left empty are drawn from that of the asset."""

    label = forms.CharField(label=_("Label"), max_length=400)
    account = forms.CharField(label=_("Asset account"), max_length=40, help_text=_("Class 2, such as 218300."))
    cost = AmountField(label=_("Cost"))
    acquired_on = day_field(_("Acquired on"))
    in_service_on = day_field(_("In service on"))
    method = forms.ChoiceField(label=pgettext_lazy("asset", "Depreciation"), choices=FixedAsset.Wear.choices)
    months = life_field()
    residual = AmountField(label=_("Residual value"), help_text=_("What it will still be worth at the end of its use."))
    depreciation_account = forms.CharField(
        label=_("Depreciation account"),
        max_length=40,
        required=False,
        help_text=_("Left empty, 28 and the account of the asset."),
    )
    expense_account = forms.CharField(
        label=_("Expense account"), max_length=40, required=False, help_text=_("Left empty, 68111 or 68112.")
    )
    taken = AmountField(label=_("Depreciated before, in other books"))
    taken_on = day_field(
        pgettext_lazy("asset", "Taken over on"),
        required=False,
        help_text=_("First day of the plan in these books: what was depreciated before is not depreciated again."),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean_cost(self) -> int:
        if not self.cleaned_data["cost"]:
            raise ValidationError(_("Give what the asset cost, above zero."))
        return int(self.cleaned_data["cost"])

    def clean_account(self) -> str:
        number = str(self.cleaned_data["account"])
        if not number.startswith("2") or number.startswith(("28", "29")):
            message = _("%(number)s is not an account of assets: class 2, but 28 and 29.")
            raise ValidationError(message, params={"number": number})
        return number

    def clean_depreciation_account(self) -> str:
        number = str(self.cleaned_data["depreciation_account"])
        if number and not number.startswith("28"):
            raise ValidationError(_("%(number)s does not begin with 28."), params={"number": number})
        return number

    def clean_expense_account(self) -> str:
        number = str(self.cleaned_data["expense_account"])
        if number and not number.startswith("68"):
            raise ValidationError(_("%(number)s does not begin with 68."), params={"number": number})
        return number

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        number = typed.get("account")
        if number:
            key = law.expense_key(number)
            year = fiscal_years(self.company).first()
            opened_on = year.first_day if year else typed["acquired_on"] if typed.get("acquired_on") else None
            typed["depreciation_account"] = typed.get("depreciation_account") or law.depreciation_account(number)
            if opened_on and not typed.get("expense_account"):
                typed["expense_account"] = law.account(key, year_opened_on=opened_on, length=len(number))
        for name in ("account", "depreciation_account", "expense_account"):
            if typed.get(name) and not self._can_open(typed[name]):
                self.add_error(name, _("This account is neither in the company's chart nor in the general one."))
        return typed

    def _can_open(self, number: str) -> bool:
        chart = chart_of(fiscal_years(self.company).first())
        held = ChartAccount.objects.filter(company=self.company, number=number)
        return held.exists() or bool(chart and chart.is_valid(number))

    def facts(self, *, line: tuple[int, int] | None = None) -> AssetFacts:
        """Return the asset as typed; accounts that the company lacks are opened. To call in a transaction."""
        typed = self.cleaned_data
        is_worn = typed["method"] != FixedAsset.Wear.NONE
        return AssetFacts(
            label=typed["label"],
            account=self._account(typed["account"]),
            cost_cents=typed["cost"],
            acquired_on=typed["acquired_on"],
            in_service_on=typed["in_service_on"],
            method=typed["method"],
            months=typed["months"] or 0,
            residual_cents=typed["residual"],
            depreciation_account=self._account(typed["depreciation_account"]) if is_worn else None,
            expense_account=self._account(typed["expense_account"]) if is_worn else None,
            taken_cents=typed["taken"],
            taken_on=typed["taken_on"],
            line=line,
        )

    def _account(self, number: str) -> ChartAccount:
        held = ChartAccount.objects.filter(company=self.company, number=number).first()
        chart = chart_of(fiscal_years(self.company).first())
        if held is None and chart:
            held = opened_account(self.company.pk, number, chart.label_for(number))
            held.save(force_insert=True)
        if held is None:
            raise ValueError(f"account {number} was checked and is nowhere")
        return held


class ComponentForm(forms.Form):
    """A part of an asset with a life of its own."""

    label = forms.CharField(label=_("Label"), max_length=400)
    cost = AmountField(label=_("Part of the cost"))
    method = forms.ChoiceField(label=pgettext_lazy("asset", "Depreciation"), choices=FixedAsset.Wear.choices)
    months = life_field()


class AdjustmentForm(forms.Form):
    """Exceptional depreciation of a fiscal year."""

    year: forms.ModelChoiceField[FiscalYear] = forms.ModelChoiceField(label=_("Fiscal year"), queryset=None)
    amount = SignedAmountField(
        label=_("Exceptional depreciation"), help_text=_("Negative to take back depreciation of former years.")
    )
    reason = forms.CharField(label=pgettext_lazy("asset", "Reason"), max_length=400)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["year"]
        choice.queryset = fiscal_years(company).filter(state=FiscalYear.State.OPEN)  # type: ignore[attr-defined]


class DisposalForm(forms.Form):
    """How an asset leaves."""

    on = day_field(pgettext_lazy("asset", "Leaves on"))
    reason = forms.CharField(
        label=pgettext_lazy("asset", "Reason"), max_length=400, help_text=_("Sold to whom, scrapped, stolen…")
    )
    proceeds = AmountField(
        label=_("Sale price, without VAT"), help_text=_("Left empty when it is scrapped. VAT goes with the invoice.")
    )


class DayForm(forms.Form):
    """The day of the register."""

    on = day_field(pgettext_lazy("register", "On the day"), required=False)
