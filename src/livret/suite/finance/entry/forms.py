"""What people type about templates, recurring entries and files; plain forms that validate."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from livret.core.ui.uploads import Upload
from livret.suite.company.forms import day_field
from livret.suite.company.models import Company
from livret.suite.finance.entry.rules import columns, sheets
from livret.suite.finance.entry.rules.templates import TemplateLine
from livret.suite.finance.entry.services.templates import TemplateFacts
from livret.suite.finance.forms import AmountField
from livret.suite.finance.models import Journal

ROWS, MOST_ROWS = 6, 100
RHYTHMS = [(1, _("Every month")), (2, _("Every two months")), (3, _("Every quarter")), (6, _("Every half-year")),
           (12, _("Every year"))]  # fmt: skip
LARGEST_SHARE = Decimal(100)


class TemplateForm(forms.Form):
    """The head of a template."""

    name = forms.CharField(label=_("Name of the template"), max_length=120)
    journal: forms.ModelChoiceField[Journal] = forms.ModelChoiceField(label=_("Journal"), queryset=None)
    label = forms.CharField(
        label=_("Label of the entry"),
        max_length=1000,
        required=False,
        help_text=_("{mois} stands for the month of the entry. Empty: the name of the template."),
    )
    piece_ref = forms.CharField(label=_("Supporting document"), max_length=400, required=False)

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        journals = Journal.objects.filter(company=company, is_closed=False).order_by("code")
        self.fields["journal"].queryset = journals  # type: ignore[attr-defined]

    def facts(self, lines: list[TemplateLine]) -> TemplateFacts:
        typed = self.cleaned_data
        return TemplateFacts(typed["name"], typed["journal"], typed["label"], typed["piece_ref"], lines)


class TemplateLineForm(forms.Form):
    """A line of a template: 120,00 is fixed, 20 % is a share, nothing balances the others."""

    account = forms.CharField(label=_("Account"), max_length=40, required=False)
    auxiliary = forms.CharField(label=_("Auxiliary"), max_length=60, required=False)
    label = forms.CharField(label=_("Label"), max_length=1000, required=False)
    side = forms.ChoiceField(label=_("Side"), choices=[("debit", _("Debit")), ("credit", _("Credit"))])
    amount = forms.CharField(label=_("Amount or share"), max_length=30, required=False)

    def line(self) -> TemplateLine | None:
        """Return the line as typed, None for a blank one; call it once the form is valid."""
        typed = self.cleaned_data
        if not typed["account"]:
            return None
        facts = (typed["account"], typed["auxiliary"], typed["label"], typed["side"])
        cents, share = typed["amount"]
        return TemplateLine(*facts, cents=cents, share=share)

    def clean_amount(self) -> tuple[int | None, Decimal | None]:
        text = str(self.cleaned_data["amount"]).strip()
        if not text:
            return None, None
        if not text.endswith("%"):
            return AmountField().clean(text), None
        return None, _share(text)


def _share(text: str) -> Decimal:
    """Return the fraction that *text*, such as 20 % or 33,33%, says. Raises ValidationError."""
    try:
        share = Decimal(text.rstrip("% \u00a0\u202f").replace(",", "."))
        if not share.is_finite() or not 0 < share <= LARGEST_SHARE or int(share.as_tuple().exponent) < -6:
            raise InvalidOperation
    except InvalidOperation as error:
        message = _("%(typed)s is not a share between 0 and 100 %%.")
        raise ValidationError(message, params={"typed": text}) from error
    return share / 100


TemplateLines = formset_factory(TemplateLineForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class StartForm(forms.Form):
    """What an entry made from a template needs."""

    date = day_field(_("Date"))
    amount = AmountField(label=_("Amount to share"))
    piece_ref = forms.CharField(label=_("Supporting document"), max_length=400, required=False)

    @property
    def cents(self) -> int | None:
        return self.cleaned_data["amount"] or None


class RecurrenceForm(forms.Form):
    """When a template makes entries."""

    first_on = day_field(_("First day"))
    every_months = forms.TypedChoiceField(label=_("Rhythm"), choices=RHYTHMS, coerce=int)
    last_on = day_field(_("Last day"), required=False)
    amount = AmountField(label=_("Amount to share"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("first_on"), typed.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day comes before the first."))
        return typed


def largest_file() -> int:
    return sheets.LARGEST_BYTES


class EntriesFileForm(forms.Form):
    """A file of entries."""

    file = Upload(
        most=largest_file,
        label=_("File of entries"),
        help_text=_("CSV or XLSX, 50,000 lines at most. Nothing is recorded before you have seen what it gives."),
    )


ROLE_NAMES = {
    "date": _("Date"),
    "account": _("Account"),
    "debit": _("Debit"),
    "credit": _("Credit"),
    "amount": _("Signed amount"),
    "side": _("Side, D or C"),
    "label": _("Label"),
    "piece_ref": _("Supporting document"),
    "piece_date": _("Date of the document"),
    "journal": _("Journal"),
    "group": _("Number that tells the entries apart"),
    "auxiliary": _("Auxiliary"),
    "due_on": _("Due day"),
    "vat_code": _("VAT code"),
    "currency": _("Currency"),
    "currency_amount": _("Amount in this currency"),
}


class ReadingForm(forms.Form):
    """How the file is read: its sheet or character set, the line of its headers, what each column is."""

    sheet = forms.ChoiceField(label=_("Sheet"))
    encoding = forms.ChoiceField(label=_("Character set"), choices=[(name, name) for name in sheets.ENCODINGS])
    delimiter = forms.ChoiceField(label=_("Separator"), choices=[(mark, mark) for mark in sheets.DELIMITERS])
    header = forms.IntegerField(label=_("Line of the headers"), min_value=1, max_value=1000)
    date_format = forms.ChoiceField(label=_("Form of the dates"), choices=list(columns.DATES.items()))
    mark = forms.ChoiceField(label=_("Decimal mark"), choices=[(mark, mark) for mark in columns.MARKS])
    journal = forms.ChoiceField(label=_("Journal of lines that name none"), required=False)

    def __init__(self, *args: Any, company: Company, shape: sheets.Shape, headers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape = shape
        journals = Journal.objects.filter(company=company, is_closed=False).order_by("code")
        self._choose("journal", [("", "–"), *((one.code, str(one)) for one in journals)])
        self._choose("sheet", [(name, name) for name in shape.sheets])
        for name in ("encoding", "delimiter") if shape.kind == "xlsx" else ("sheet",):
            del self.fields[name]
        places = [("", "–"), *((str(place), title) for place, title in enumerate(headers))]
        for role, label in ROLE_NAMES.items():
            self.fields[f"column_{role}"] = forms.ChoiceField(label=label, choices=places, required=False)

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not typed.get("column_debit") and not typed.get("column_amount"):
            self.add_error("column_debit", _("Say which column holds the debits, or the signed amounts."))
        return typed

    def read(self) -> tuple[sheets.Shape, columns.Reading]:
        """Return the file's shape and reading as chosen."""
        typed = self.cleaned_data
        chosen = {name: typed[name] for name in ("sheet", "encoding", "delimiter") if name in typed}
        places = {role: int(typed[f"column_{role}"]) for role in ROLE_NAMES if typed.get(f"column_{role}")}
        facts = {name: typed[name] for name in ("header", "date_format", "mark", "journal")}
        return replace(self.shape, **chosen), columns.Reading(columns=places, **facts)


class ReadingNameForm(forms.Form):
    """The name that a reading is kept under."""

    name = forms.CharField(label=_("Name of the reading"), max_length=120)
