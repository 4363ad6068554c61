"""What people type about imports, periods and drafts; plain forms that validate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livret.core.ui.uploads import Upload
from livret.kernel.periods import DayPeriod
from livret.suite.company import rules as company_rules
from livret.suite.company.forms import YearForm, day_field
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import Journal
from livret.suite.finance.queries.typing import Axis
from livret.suite.finance.rules import sections
from livret.suite.finance.rules.amounts import BLANKS, NotAnAmount, TooLarge, typed_cents
from livret.suite.finance.rules.drafts import TypedLine
from livret.suite.finance.services.drafts import TypedEntry

MOST_LETTERS = 200
SHARES = {
    "unreadable": _("“%(value)s” cannot be read: write PARIS, or PARIS:60% LYON:40%."),
    "unknown-section": _("Section %(value)s does not exist on this axis, or is closed."),
    "twice": _("“%(value)s” names a section twice."),
    "several-without-figure": _("“%(value)s” leaves several parts without figure: one can take what is left."),
    "not-whole": _("The parts differ from the amount of the line by %(value)s €."),
}


def largest_fec() -> int:
    return int(settings.LARGEST_FILE_BYTES)


class FileForm(forms.Form):
    """A FEC to check and import."""

    file = Upload(
        most=largest_fec,
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


class LedgerForm(PeriodForm):
    """The days of a ledger, and the one to go to."""

    on = day_field(_("Go to day"), required=False)


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
        text = str(super().clean(value))
        try:
            return typed_cents(text)
        except TooLarge as error:
            raise ValidationError(_("%(typed)s is too large."), params={"typed": value}) from error
        except NotAnAmount as error:
            message = _("%(typed)s is not an amount in euros and cents.")
            raise ValidationError(message, params={"typed": value}) from error


class CurrencyAmountField(forms.CharField):
    """An amount in another currency, six decimals at most; None when empty."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(required=False, max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> Decimal | None:
        text = str(super().clean(value)).translate(BLANKS).replace("−", "-").replace(",", ".")
        if not text:
            return None
        try:
            amount = Decimal(text)
            if not amount.is_finite() or amount.adjusted() >= 15 or not -6 <= int(amount.as_tuple().exponent) <= 15:
                raise InvalidOperation
        except InvalidOperation as error:
            message = _("%(typed)s is not an amount: digits, and six decimals at most.")
            raise ValidationError(message, params={"typed": value}) from error
        return amount


class LettersField(forms.Field):
    """Posted lines to letter with, each as entry.position, such as 4812.2."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[tuple[int, int], ...]:
        keys = [str(one).partition(".") for one in (value or [])]
        if len(keys) > MOST_LETTERS or not all(is_key(entry, place) for entry, _mark, place in keys):
            raise ValidationError(_("The lines to letter with cannot be read. Choose them again."))
        return tuple((int(entry), int(place)) for entry, _mark, place in keys)


def is_key(entry: str, place: str) -> bool:
    """Tell whether the two are the numbers of a line, small enough for the database."""
    return all(part.isascii() and part.isdecimal() for part in (entry, place)) and len(entry) < 16 and len(place) < 9


class DraftForm(forms.Form):
    """The head of an entry."""

    journal: forms.ModelChoiceField[Journal] = forms.ModelChoiceField(label=_("Journal"), queryset=None)
    date = day_field(_("Date"))
    piece_ref = forms.CharField(label=_("Supporting document"), max_length=400, required=False)
    piece_date = day_field(_("Date of the document"), required=False)
    label = forms.CharField(label=_("Label"), max_length=1000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, company: Company, journal_id: int | None = None, **kwargs: Any) -> None:
        """journal_id: of the draft in hand, offered even if it was closed since."""
        super().__init__(*args, **kwargs)
        choice = self.fields["journal"]
        journals = Journal.objects.filter(Q(is_closed=False) | Q(pk=journal_id), company=company)
        choice.queryset = journals.order_by("code")  # type: ignore[attr-defined]

    def entry(self, lines: tuple[TypedLine, ...]) -> TypedEntry:
        """Return the entry as typed, with its lines."""
        typed = self.cleaned_data
        head = (typed["journal"], typed["date"], typed["label"], typed["piece_ref"], typed["piece_date"])
        return TypedEntry(*head, lines)


def _completed(names: str) -> forms.TextInput:
    """Return a field that offers the list of the page under that name; a script completes it as the person types."""
    return forms.TextInput(attrs={"list": names, "data-complete": names, "autocomplete": "off", "spellcheck": "false"})


class LineForm(forms.Form):
    """One row of the grid, with the details that a person opens when they are wanted."""

    account = forms.CharField(label=_("Account"), max_length=40, required=False, widget=_completed("accounts"))
    auxiliary = forms.CharField(label=_("Auxiliary"), max_length=60, required=False, widget=_completed("parties"))
    label = forms.CharField(label=_("Label"), max_length=1000, required=False)
    debit = AmountField(label=_("Debit"))
    credit = AmountField(label=_("Credit"))
    due_on = day_field(_("Due day"), required=False)
    vat_code = forms.CharField(label=_("VAT code"), max_length=20, required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False)
    currency_amount = CurrencyAmountField(label=_("Amount in this currency"))
    letters = LettersField(required=False)
    place = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args: Any, axes: Sequence[Axis] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.axes = axes
        for axis in axes:
            attributes = {"list": f"axis-{axis.pk}", "autocomplete": "off"}
            self.fields[axis.field] = forms.CharField(
                label=axis.label, max_length=400, required=False, widget=forms.TextInput(attrs=attributes)
            )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if code == "EUR":
            return ""
        if code and not (len(code) == 3 and code.isascii() and code.isalpha()):
            raise ValidationError(_("%(typed)s is not the code of a currency, such as USD."), params={"typed": code})
        return code

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("currency_amount") is not None and not typed.get("currency") and "currency" in typed:
            self.add_error("currency", _("Give the currency of the amount."))
        if typed.get("currency") and typed.get("currency_amount") is None and "currency_amount" in typed:
            self.add_error("currency_amount", _("Give the amount in %(currency)s.") % {"currency": typed["currency"]})
        return typed

    def line(self, *, euros: int | None = None) -> TypedLine:
        """Return the line as typed. euros: the cents that its amount in another currency makes, when none is typed."""
        typed = self.cleaned_data
        debit, credit = typed["debit"], typed["credit"]
        amount = typed["currency_amount"]
        if euros is not None and not debit and not credit:
            debit, credit = max(euros, 0), max(-euros, 0)
        return TypedLine(
            typed["account"],
            typed["auxiliary"],
            typed["label"],
            debit,
            credit,
            currency=typed["currency"],
            currency_amount=abs(amount) if amount is not None else None,
            due_on=typed["due_on"],
            vat_code=typed["vat_code"].strip(),
            letters=typed["letters"],
            sections=self._sections(debit - credit),
        )

    def _sections(self, cents: int) -> tuple[sections.Part, ...]:
        """Return the analytic parts of the line; what cannot be read is said beside its field."""
        found: list[sections.Part] = []
        for axis in self.axes:
            try:
                found += sections.shares(self.cleaned_data[axis.field], cents, sections=axis.sections)
            except sections.BadShares as refused:
                self.add_error(axis.field, SHARES[refused.code] % {"value": refused.value})
        return tuple(found)


class ReversalForm(forms.Form):
    """When and why an entry is undone."""

    date = day_field(_("Date of the reversal"))
    reason = forms.CharField(label=_("Reason for the reversal"), max_length=400)
    letters = forms.BooleanField(
        label=_("Letter the two entries together, line by line, where they can be"), required=False
    )
