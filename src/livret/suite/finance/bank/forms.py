"""What people type about the bank."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum import iban as iban_rules

from livret.core.ui.uploads import Upload
from livret.formats.bank import reading
from livret.kernel.vat import vat_rates_on
from livret.suite.company.forms import day_field
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, BankRule
from livret.suite.finance.bank.rules.parts import Part
from livret.suite.finance.bank.rules.words import words_of
from livret.suite.finance.forms import AmountField
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal


def largest_statement() -> int:
    return reading.LARGEST_BYTES


class StatementForm(forms.Form):
    """A file of statements to check and import."""

    file = Upload(
        most=largest_statement,
        label=_("Statement file"),
        help_text=_("CAMT.053, CFONB120 or OFX, as your bank exports it. Nothing is recorded before you confirm."),
    )


class BankAccountForm(forms.Form):
    """A bank account of the company."""

    identifier = forms.CharField(
        label=_("IBAN"), max_length=60, help_text=_("Or the number that the bank's files bear, when there is no IBAN.")
    )
    label = forms.CharField(label=pgettext_lazy("bank", "Name"), max_length=120)
    journal: forms.ModelChoiceField[Journal] = forms.ModelChoiceField(label=_("Bank journal"), queryset=None)
    account = forms.CharField(
        label=_("Ledger account"), max_length=40, help_text=_("An account of class 5, such as 512000.")
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        rows = Journal.objects.filter(company=company, kind=Journal.Kind.BANK, is_closed=False).order_by("code")
        self.fields["journal"].queryset = rows  # type: ignore[attr-defined]

    def clean_identifier(self) -> str:
        typed = self.cleaned_data["identifier"].replace(" ", "").upper()
        if typed[:2].isalpha() and not iban_rules.is_valid(typed):
            raise ValidationError(_("This IBAN has a wrong key: a character is missing or mistaken. Copy it again."))
        if BankAccount.objects.filter(company=self.company, identifier=typed).exists():
            raise ValidationError(_("The company has this bank account already."))
        return str(typed)

    def clean_account(self) -> ChartAccount:
        number = self.cleaned_data["account"].strip()
        found = ChartAccount.objects.filter(company=self.company, number=number).first()
        if found is None or not number.startswith("5"):
            message = _("%(number)s is no account of class 5 of this company. Open it in the settings of the books.")
            raise ValidationError(message, params={"number": number})
        if BankAccount.objects.filter(company=self.company, account=found).exists():
            raise ValidationError(_("Another bank account uses this ledger account. Each has its own."))
        return found


class ChoiceForm(forms.Form):
    """Which bank account each unknown number of a file is."""

    def __init__(self, *args: Any, company: Company, unknown: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = BankAccount.objects.filter(company=company, is_closed=False).order_by("label")
        for place, identifier in enumerate(unknown):
            label = _("Account %(number)s of the file is") % {"number": identifier}
            self.fields[f"account{place}"] = forms.ModelChoiceField(rows, label=label)
        self.unknown = unknown

    def chosen(self) -> dict[str, int]:
        return {identifier: self.cleaned_data[f"account{place}"].pk for place, identifier in enumerate(self.unknown)}


class PartForm(forms.Form):
    """A share of a movement on an account."""

    account = forms.CharField(label=_("Account"), max_length=40, required=False)
    auxiliary = forms.CharField(label=_("Auxiliary"), max_length=60, required=False)
    label = forms.CharField(label=_("Label"), max_length=200, required=False)
    amount = AmountField(label=_("Amount"))

    def part(self, sign: int) -> Part | None:
        typed = self.cleaned_data
        if not (typed.get("account") or typed.get("amount")):
            return None
        return Part(typed["account"].strip(), typed["auxiliary"].strip(), sign * typed["amount"], typed["label"])


class RuleForm(forms.Form):
    """A rule of the company."""

    name = forms.CharField(label=_("Name of the rule"), max_length=120)
    words = forms.CharField(
        label=_("Words"),
        max_length=200,
        help_text=_("All of them must stand in the movement; capitals and accents do not matter."),
    )
    side = forms.ChoiceField(label=_("Direction"), choices=BankRule.Side.choices)
    least = AmountField(label=_("From amount"))
    most = AmountField(label=_("To amount"))
    account = forms.CharField(label=_("Account"), max_length=40)
    auxiliary = forms.CharField(label=_("Auxiliary"), max_length=60, required=False)
    vat_rate = forms.ChoiceField(label=_("VAT inside the amount"), required=False)
    vat_account = forms.CharField(label=_("VAT account"), max_length=40, required=False)
    vat_code = forms.CharField(label=_("VAT code"), max_length=20, required=False)
    label = forms.CharField(label=_("Label of the entry"), max_length=200, required=False)
    position = forms.IntegerField(label=_("Order"), min_value=1, max_value=9999, initial=10)

    def __init__(self, *args: Any, company: Company, today: date, held: BankRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.held = company, held
        self.fields["vat_rate"].choices = _rates(today, held)  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"].strip()
        twin = BankRule.objects.filter(company=self.company, name=name).first()
        if twin is not None and twin != self.held:
            raise ValidationError(_("Another rule bears this name."))
        return str(name)

    def clean_words(self) -> list[str]:
        words = words_of(self.cleaned_data["words"]).split()
        if not words or max(map(len, words)) < 3:
            raise ValidationError(_("Give one word of three characters at least: a shorter one fits everything."))
        return words

    def clean_auxiliary(self) -> AuxiliaryAccount | None:
        number = self.cleaned_data["auxiliary"].strip()
        found = AuxiliaryAccount.objects.filter(company=self.company, number=number).first() if number else None
        if number and found is None:
            raise ValidationError(_("%(number)s is no auxiliary of this company."), params={"number": number})
        return found

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if bool(typed.get("vat_rate")) != bool(typed.get("vat_account")):
            self.add_error("vat_account", _("Give both the VAT rate and its account, or neither."))
        least, most = typed.get("least") or 0, typed.get("most") or 0
        if most and least > most:
            self.add_error("most", _("The highest amount is below the lowest one."))
        return typed

    def facts(self) -> dict[str, Any]:
        """Return the fields of the rule."""
        typed = self.cleaned_data
        plain = ("name", "words", "side", "account", "auxiliary", "vat_account", "vat_code", "label", "position")
        rate = Decimal(typed["vat_rate"]) if typed["vat_rate"] else None
        amounts = {"least_cents": typed["least"] or None, "most_cents": typed["most"] or None, "vat_rate": rate}
        return {name: typed[name] for name in plain} | amounts


def _rates(today: date, held: BankRule | None) -> list[tuple[str, str]]:
    """Return the rates of the mainland in force, and that of the rule when it is another."""
    rates = {rate.rate for rate in vat_rates_on(today) if rate.rate}
    if held and held.vat_rate:
        rates.add(held.vat_rate.normalize())
    texts = [f"{rate.normalize():f}" for rate in sorted(rates, reverse=True)]
    return [("", "–"), *((text, percent_text(Decimal(text))) for text in texts)]


def percent_text(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}".replace(".", ",") + "\u00a0%"


class DayForm(forms.Form):
    """The day of a reconciliation statement."""

    on = day_field(_("At the end of"), required=False)
