"""What people type about accounts, parties, journals, rates and axes; plain forms that validate."""

from __future__ import annotations

from typing import Any

from babel.numbers import list_currencies
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from stdnum import bic as bic_number
from stdnum import iban as iban_number
from stdnum.eu import vat as vat_number

from livret.core.ui.uploads import Upload
from livret.suite.company import rules as company_rules
from livret.suite.company.forms import day_field
from livret.suite.company.models import Company
from livret.suite.finance.forms import largest_fec
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Journal
from livret.suite.finance.setup.services.chart import JournalFacts
from livret.suite.finance.setup.services.parties import Bank, Identity, Standing

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", _("Letters, digits, dots, dashes and slashes, without space."))
LONGEST_TERMS = 365
MOST_RATES_TEXT = 200_000


def currency_codes() -> set[str]:
    """Return the codes of currencies, those no longer in use too. Source: ISO 4217, through CLDR."""
    return set(list_currencies())


class AccountForm(forms.Form):
    """An account to open."""

    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        validators=[RegexValidator(r"^[0-9A-Z]+$", _("Digits and capitals, without space."))],
        help_text=_("It begins with an account of the general chart: 411 can become 411000 or 4110012."),
    )
    label = forms.CharField(
        label=_("Label"), max_length=400, required=False, help_text=_("Left empty, that of the general chart.")
    )


class AccountChangeForm(forms.Form):
    """What may change of an account."""

    label = forms.CharField(label=_("Label"), max_length=400)
    can_letter = forms.BooleanField(label=_("Its lines are lettered"), required=False)
    is_closed = forms.BooleanField(label=_("Closed: no longer offered, and refused in drafts"), required=False)


def _account(company: Company, number: str) -> ChartAccount | None:
    """Return the account of a number typed, None for none. Raises ValidationError."""
    if not number:
        return None
    account = ChartAccount.objects.filter(company=company, number=number).first()
    if account is None:
        message = _("Account %(number)s is not in the chart of the company. Open it first.")
        raise ValidationError(message, params={"number": number})
    return account


class JournalForm(forms.Form):
    """A journal; its code is final once it is open."""

    code = forms.CharField(label=_("Code"), max_length=20, validators=[CODE])
    label = forms.CharField(label=_("Label"), max_length=400)
    kind = forms.ChoiceField(label=_("Kind"), choices=Journal.Kind.choices)
    account = forms.CharField(
        label=_("Counterpart account"),
        max_length=40,
        required=False,
        help_text=_("Of a bank or cash journal: the account 5 that each entry moves, such as 512000."),
    )
    is_closed = forms.BooleanField(label=_("Closed: no longer offered"), required=False)

    def __init__(self, *args: Any, company: Company, journal: Journal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        if journal:
            del self.fields["code"]
        else:
            del self.fields["is_closed"]

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean_account(self) -> ChartAccount | None:
        return _account(self.company, self.cleaned_data["account"])

    def facts(self) -> JournalFacts:
        typed = self.cleaned_data
        return JournalFacts(typed["label"], typed["kind"], typed["account"], typed.get("is_closed", False))


class PartyForm(forms.Form):
    """A customer, supplier or other party. The bank is asked of those who may validate payments only."""

    number = forms.CharField(label=_("Number"), max_length=60, validators=[CODE])
    label = forms.CharField(label=_("Name or company name"), max_length=400)
    kind = forms.ChoiceField(label=_("Kind"), choices=AuxiliaryAccount.Kind.choices)
    account = forms.CharField(label=_("General account"), max_length=40, required=False)
    is_closed = forms.BooleanField(label=_("Closed: no longer offered"), required=False)
    siren = forms.CharField(label=_("SIREN"), max_length=20, required=False)
    vat_number = forms.CharField(label=_("VAT number"), max_length=30, required=False)
    email = forms.EmailField(label=pgettext_lazy("party", "Email address"), max_length=254, required=False)
    building = forms.CharField(label=_("Building number"), max_length=16, required=False)
    street = forms.CharField(label=_("Street"), max_length=70, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=16, required=False)
    town = forms.CharField(label=_("Town"), max_length=35, required=False)
    country = forms.CharField(label=_("Country"), max_length=2, required=False, help_text=_("Two letters: FR, BE, DE…"))
    due_days = forms.IntegerField(
        label=_("Days to pay"),
        required=False,
        min_value=0,
        max_value=LONGEST_TERMS,
        help_text=_("From the date of the document. Left empty when no terms are agreed."),
    )
    due_end_of_month = forms.BooleanField(label=_("To the end of the month"), required=False)
    iban = forms.CharField(label=_("IBAN"), max_length=42, required=False)
    bic = forms.CharField(label=_("BIC"), max_length=14, required=False)

    def __init__(
        self, *args: Any, company: Company, auxiliary: AuxiliaryAccount | None, sees_bank: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        for name in ("number",) if auxiliary else ("is_closed",):
            del self.fields[name]
        for name in () if sees_bank else ("iban", "bic"):
            del self.fields[name]

    def clean_account(self) -> ChartAccount | None:
        return _account(self.company, self.cleaned_data["account"])

    def clean_siren(self) -> str:
        number = company_rules.clean_number(self.cleaned_data["siren"])
        if number and not company_rules.is_siren(number):
            raise ValidationError(
                _("%(typed)s is not a SIREN: nine digits with a valid key."), params={"typed": number}
            )
        return number

    def clean_vat_number(self) -> str:
        number = company_rules.clean_number(self.cleaned_data["vat_number"]).upper()
        if number and not vat_number.is_valid(number):
            message = _("%(typed)s is not a VAT number of the European Union: its key or length is wrong.")
            raise ValidationError(message, params={"typed": number})
        return number

    def clean_country(self) -> str:
        code = str(self.cleaned_data["country"]).upper()
        if code and not (code.isascii() and code.isalpha() and len(code) == 2):
            raise ValidationError(_("%(typed)s is not a country: two letters, such as FR."), params={"typed": code})
        return code

    def clean_iban(self) -> str:
        number = company_rules.clean_number(self.cleaned_data["iban"]).upper()
        if number and not iban_number.is_valid(number):
            message = _("This IBAN is not valid: its length or its key is wrong. Copy it from the bank details again.")
            raise ValidationError(message)
        return number

    def clean_bic(self) -> str:
        code = company_rules.clean_number(self.cleaned_data["bic"]).upper()
        if code and not bic_number.is_valid(code):
            raise ValidationError(_("%(typed)s is not a BIC: eight or eleven characters."), params={"typed": code})
        return code

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        siren, vat = typed.get("siren"), typed.get("vat_number", "")
        if siren and vat.startswith("FR") and not vat.endswith(siren):
            self.add_error("vat_number", _("A French VAT number ends with the SIREN; this one does not."))
        return typed

    def standing(self) -> Standing:
        typed = self.cleaned_data
        return Standing(typed["label"], typed["kind"], typed["account"], typed.get("is_closed", False))

    def identity(self) -> Identity:
        return Identity(**{name: self.cleaned_data[name] for name in Identity.__slots__})

    def bank(self) -> Bank | None:
        typed = self.cleaned_data
        return Bank(typed["iban"], typed["bic"]) if "iban" in self.fields else None


class RateForm(forms.Form):
    """A rate of a day."""

    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3, help_text=_("USD, GBP, CHF…"))
    day = day_field(_("Day"))
    per_euro = forms.CharField(
        label=_("Units for one euro"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("1,0815 when one euro buys 1.0815 dollars, as the central bank publishes it."),
    )


class RatesForm(forms.Form):
    """Rates pasted from a table."""

    rows = forms.CharField(
        label=_("Rates to paste"),
        max_length=MOST_RATES_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono"}),
        help_text=_("One a line: day; currency; units for one euro. Example: 31/03/2026;USD;1,0815."),
    )


class CodeForm(forms.Form):
    """An axis, or a section of one."""

    code = forms.CharField(label=_("Code"), max_length=20, validators=[CODE])
    label = forms.CharField(label=_("Label"), max_length=200)


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(Upload):
    """Several files sent at once."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files]


class TakeOverForm(forms.Form):
    """The FEC of several years."""

    fec_files = FilesField(
        most=largest_fec,
        label=_("FEC files, one for each year"),
        help_text=_(
            "Choose several at once, or one by one when they are large. Each is checked, then waits to be confirmed."
        ),
    )
