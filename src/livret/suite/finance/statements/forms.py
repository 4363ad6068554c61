"""What people choose of reports, search for, and type for the forecast."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from livret.core.ui.figures import day_text, month_words
from livret.kernel.periods import DayPeriod
from livret.suite.company.forms import day_field
from livret.suite.company.models import FiscalYear
from livret.suite.finance.forms import AmountField
from livret.suite.finance.statements.queries.journals import journals_used
from livret.suite.finance.statements.rules import periods

LEVEL_CHOICES = (
    ("account", _("Accounts")),
    ("three", _("Three digits")),
    ("two", _("Two digits")),
    ("class", _("Classes")),
)
ACCOUNT_CHOICES = (("moved", _("That moved")), ("all", _("All")))
PARTY_CHOICES = (("customers", _("Customers")), ("suppliers", _("Suppliers")), ("others", _("Other parties")))
HELD_CHOICES = (("moved", _("That moved or hold something")), ("held", _("With a balance")))
AGAINST_CHOICES = (
    ("previous-year", _("The same days a year earlier")),
    ("previous-period", _("As many days just before")),
)
MOST_PAYMENTS = 480
ACCOUNT = r"^[0-9A-Za-z]{1,40}$"


def _choice(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=tuple(choices), required=False)


class ReportForm(forms.Form):
    """The choices of a report; what is missing or unknown falls back to the first of each."""

    period = _choice(_("Period"), ())
    since = day_field(_("From day"), required=False)
    until = day_field(_("To day"), required=False)
    level = _choice(_("Level"), LEVEL_CHOICES)
    accounts = _choice(_("Accounts shown"), ACCOUNT_CHOICES)
    party = _choice(_("Parties"), PARTY_CHOICES)
    parties = _choice(_("Parties shown"), HELD_CHOICES)
    against = _choice(_("Compared with"), AGAINST_CHOICES)
    account = forms.RegexField(ACCOUNT, label=_("Account, or how it begins"), required=False)
    journal = _choice(_("Journal"), ())

    def __init__(
        self, asked: QueryDict, *, year: FiscalYear, shown: Iterable[str], today: date, starts: str = periods.YEAR
    ) -> None:
        typed = asked.copy()
        has_days = typed.get("since") or typed.get("until")
        if typed.get("period", periods.YEAR) == periods.YEAR:  # Days that are typed count, whatever the list says.
            first = starts if today in year.days else periods.YEAR
            typed["period"] = periods.FREE if has_days else typed.get("period") or first
        super().__init__(typed)
        kept = set(shown)
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        self.year, self.today = year, today
        if "journal" in kept:
            used = [(one.code, f"{one.code} {one.label}") for one in journals_used(year)]
            self.fields["journal"].choices = [("", _("All journals")), *used]  # type: ignore[attr-defined]
        self.fields["period"].choices = period_choices(year.days, today)  # type: ignore[attr-defined]

    def days(self) -> DayPeriod:
        """Return the days asked for, inside the year."""
        self.is_valid()
        typed = self.cleaned_data
        since, until = typed.get("since"), typed.get("until")
        return periods.chosen(
            typed.get("period") or periods.YEAR, year=self.year.days, since=since, until=until, today=self.today
        )

    def chosen(self) -> dict[str, str]:
        """Return the choices made, those that a report understands."""
        self.is_valid()
        names = ("level", "accounts", "party", "parties", "against", "account", "journal")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


def period_choices(year: DayPeriod, today: date) -> list[tuple[Any, Any]]:
    """Return the periods of *year* to choose from, longest first."""
    language = (get_language() or "fr")[:2]
    choices: list[tuple[Any, Any]] = [(periods.YEAR, _("Whole fiscal year"))]
    if today in year:
        choices.append((periods.TO_DATE, _("Until today")))
    quarters = [
        (f"q{rank}", f"T{rank} : {day_text(one.first_day)} – {day_text(one.last_day)}")
        for rank, one in enumerate(periods.quarters_of(year), start=1)
    ]
    months = [
        (f"m{rank}", month_words(one.first_day, language=language))
        for rank, one in enumerate(periods.months_of(year), start=1)
    ]
    return [*choices, (_("Quarters"), quarters), (_("Months"), months), (periods.FREE, _("Days typed below"))]


class SearchForm(forms.Form):
    """What an entry is looked for by; at least one of amount, words and account."""

    words = forms.CharField(label=_("Label or reference"), max_length=100, required=False)
    amount = AmountField(label=_("Amount"))
    account = forms.RegexField(ACCOUNT, label=_("Account, or how it begins"), required=False)
    since = day_field(_("From day"), required=False)
    until = day_field(_("To day"), required=False)


class FilterForm(forms.Form):
    """The name of a filter, and the choices it keeps."""

    name = forms.CharField(label=_("Name of the filter"), max_length=80)
    query = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


class LoanForm(forms.Form):
    """What a loan asks to pay back."""

    label = forms.CharField(label=_("Loan"), max_length=200)
    amount = AmountField(label=_("Amount of a payment"))
    first_on = day_field(_("First payment on"))
    every_months = forms.IntegerField(label=_("Every how many months"), min_value=1, max_value=12, initial=1)
    payments = forms.IntegerField(label=_("Number of payments"), min_value=1, max_value=MOST_PAYMENTS)

    def clean_amount(self) -> int:
        cents: int = self.cleaned_data["amount"]
        if cents <= 0:
            raise forms.ValidationError(_("Type what each payment amounts to, above zero."))
        return cents
