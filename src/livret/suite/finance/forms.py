"""What people type about imports, periods and drafts; plain forms that validate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livret.kernel.money import cents_of
from livret.kernel.periods import DayPeriod
from livret.suite.company import rules as company_rules
from livret.suite.company.forms import YearForm, day_field
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import Journal
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import TypedEntry

BLANKS = str.maketrans("", "", " \u00a0\u202f\u2009")
LARGEST_DIGITS = 15  # Before the decimal mark, as in a FEC.


class FileForm(forms.Form):
    """A FEC to check and import."""

    file = forms.FileField(
        label=_("FEC file"),
        help_text=_("Named SirenFECAAAAMMJJ, as the tax office asks. Nothing is recorded before you confirm."),
    )


class ConfirmForm(YearForm):
    """Where a checked file is imported."""

    siren = forms.CharField(label=_("SIREN"), max_length=20)
    company_name = forms.CharField(label=_("Company name"), max_length=200, required=False)
    adds = forms.BooleanField(label=_("Add the entries of this file to those already there"), required=False)
    field_order = ["siren", "company_name", "first_day", "last_day", "adds"]

    def clean_siren(self) -> str:
        siren = company_rules.clean_number(self.cleaned_data["siren"])
        if not company_rules.is_siren(siren):
            typed = self.cleaned_data["siren"]
            raise ValidationError(_("%(typed)s is not a SIREN: nine digits with a valid key."), params={"typed": typed})
        return siren


class PeriodForm(forms.Form):
    """Days inside a fiscal year; what is left empty or lies outside falls back to the ends of the year."""

    since = day_field(_("From day"), required=False)
    until = day_field(_("To day"), required=False)

    def period(self, year: FiscalYear) -> DayPeriod:
        """Return the days asked for, kept inside *year*; the whole year when they make no period."""
        typed: dict[str, date | None] = self.cleaned_data if self.is_valid() else {}
        first = max(typed.get("since") or year.first_day, year.first_day)
        last = min(typed.get("until") or year.last_day, year.last_day)
        return DayPeriod(first, last) if first <= last else year.days


class AmountField(forms.CharField):
    """Euros as people type them (1 204,80 or 1204.80), in cents; zero when empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> int:
        cents = self.cents(value)
        if cents < 0:
            message = _("%(typed)s is negative: give the amount, without sign, in the other column.")
            raise ValidationError(message, params={"typed": value})
        return cents

    def cents(self, value: Any) -> int:
        """Return the cents of an amount, whatever its sign. Raises ValidationError."""
        text = str(super().clean(value)).translate(BLANKS).replace("−", "-").replace(",", ".")
        if not text:
            return 0
        try:
            euros = Decimal(text)
            # Looked at first: the whole number that 1e999999 stands for would take a minute to write out.
            if euros.is_finite() and euros.adjusted() >= LARGEST_DIGITS:
                raise ValidationError(_("%(typed)s is too large."), params={"typed": value})
            return cents_of(euros)
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise ValidationError(
                _("%(typed)s is not an amount in euros and cents."), params={"typed": value}
            ) from error


class DraftForm(forms.Form):
    """The head of an entry."""

    journal: forms.ModelChoiceField[Journal] = forms.ModelChoiceField(label=_("Journal"), queryset=None)
    date = day_field(_("Date"))
    piece_ref = forms.CharField(label=_("Supporting document"), max_length=400, required=False)
    label = forms.CharField(label=_("Label"), max_length=1000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["journal"]
        choice.queryset = Journal.objects.filter(company=company).order_by("code")  # type: ignore[attr-defined]

    def entry(self, lines: tuple[TypedLine, ...]) -> TypedEntry:
        """Return the entry as typed, with its lines."""
        typed = self.cleaned_data
        return TypedEntry(typed["journal"], typed["date"], typed["label"], typed["piece_ref"], None, lines)


class LineForm(forms.Form):
    """One row of the grid."""

    account = forms.CharField(label=_("Account"), max_length=40, required=False)
    auxiliary = forms.CharField(label=_("Auxiliary"), max_length=60, required=False)
    label = forms.CharField(label=_("Label"), max_length=1000, required=False)
    debit = AmountField(label=_("Debit"))
    credit = AmountField(label=_("Credit"))

    def line(self) -> TypedLine:
        typed = self.cleaned_data
        return TypedLine(typed["account"], typed["auxiliary"], typed["label"], typed["debit"], typed["credit"])


class ReversalForm(forms.Form):
    """When and why an entry is undone."""

    date = day_field(_("Date of the reversal"))
    reason = forms.CharField(label=_("Reason for the reversal"), max_length=400)
