"""What people type about closing; plain forms that validate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from livret.core.ui.figures import day_text, month_words
from livret.core.ui.tags.rendering import language
from livret.kernel.periods import ONE_DAY, add_months
from livret.suite.company.forms import day_field
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.rules.cutoffs import CutOffKind
from livret.suite.finance.closing.services.cutting import TypedCutOff
from livret.suite.finance.forms import AmountField
from livret.suite.finance.models import ImportRun, Journal


def month_ends(year: FiscalYear) -> list[tuple[str, str]]:
    """Return the first day after each month of *year*, with the month in words."""
    first, found = year.first_day.replace(day=1), []
    while first <= year.last_day:
        after = min(add_months(first, 1), year.last_day + ONE_DAY)
        found.append((after.isoformat(), f"{month_words(first, language=language())} ({day_text(after - ONE_DAY)})"))
        first = add_months(first, 1)
    return found


class LockForm(forms.Form):
    """The last month that takes no entry any more."""

    until = forms.ChoiceField(label=_("Lock up to the end of"))

    def __init__(self, *args: Any, year: FiscalYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].choices = month_ends(year)  # type: ignore[attr-defined]


class UnlockForm(forms.Form):
    """From which month on the year is open again, and why."""

    until = forms.ChoiceField(label=_("Stays locked up to the end of"), required=False)
    reason = forms.CharField(
        label=_("Reason for opening it again"), max_length=400, help_text=_("It stays in the books beside the act.")
    )

    def __init__(self, *args: Any, year: FiscalYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locked = year.ledger.locked_until.isoformat() if year.ledger.locked_until else ""
        earlier = [choice for choice in month_ends(year) if choice[0] < locked]
        self.fields["until"].choices = [("", _("Nothing: the whole year is open")), *earlier]  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    """Why a year is closed in spite of a warning."""

    reason = forms.CharField(label=_("Why you accept it"), max_length=400)
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)


class CutOffForm(forms.Form):
    """A cut-off of one kind."""

    label = forms.CharField(label=_("Label"), max_length=400)
    piece_ref = forms.CharField(label=_("Supporting document"), max_length=400)
    account = forms.CharField(label=_("Expense or income account"), max_length=40)
    counterpart = forms.CharField(label=_("Balance sheet account"), max_length=40)
    auxiliary = forms.CharField(label=_("Auxiliary"), max_length=60, required=False)
    net = AmountField(label=_("Net amount (€)"))
    vat = AmountField(label=_("VAT (€)"))
    vat_account = forms.CharField(label=_("VAT account"), max_length=40, required=False)

    def __init__(self, *args: Any, kind: CutOffKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["net"].required = True
        if not kind.vat:
            del self.fields["vat"], self.fields["vat_account"]

    def typed(self) -> TypedCutOff:
        """Return the cut-off as typed."""
        facts = self.cleaned_data
        return TypedCutOff(
            kind=self.kind.code,
            label=facts["label"],
            piece_ref=facts["piece_ref"],
            account=facts["account"],
            counterpart=facts["counterpart"],
            net_cents=facts["net"],
            vat_cents=facts.get("vat", 0),
            vat_account=facts.get("vat_account", ""),
            auxiliary=facts["auxiliary"],
        )


class ClosureForm(forms.Form):
    """The second step of a definitive closing: the year, typed, and what was read."""

    year = forms.CharField(label=_("Type the fiscal year that you close"), max_length=20)
    is_understood = forms.BooleanField(label=_("I have read what becomes impossible"))

    def __init__(self, *args: Any, closing: FiscalYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._closing = closing
        self.fields["year"].help_text = _("Here: %(year)s") % {"year": closing.label}

    def clean_year(self) -> str:
        return _same_year(self.cleaned_data["year"], self._closing)


def _same_year(typed: str, year: FiscalYear) -> str:
    """Return the year that was typed. Raises ValidationError when it is another one."""
    if typed.strip() != year.label:
        message = _("%(typed)s is not the year on this page: %(year)s.")
        raise ValidationError(message, params={"typed": typed.strip(), "year": year.label})
    return typed.strip()


class PurgeForm(forms.Form):
    """A purge confirmed: the year, typed, and what no check can see."""

    year = forms.CharField(label=_("Type the fiscal year that you purge"), max_length=20)
    is_free = forms.BooleanField(
        label=_("No audit, dispute, carried loss or asset still held needs the detail of this year")
    )
    is_understood = forms.BooleanField(label=_("I have read what goes for good and what stays"))

    def __init__(self, *args: Any, purged: FiscalYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._purged = purged
        self.fields["year"].help_text = _("Here: %(year)s") % {"year": purged.label}

    def clean_year(self) -> str:
        return _same_year(self.cleaned_data["year"], self._purged)

    def certified(self) -> dict[str, Any]:
        """Return what was typed and ticked, with the very words that stood beside each box."""
        words = {name: str(self.fields[name].label) for name in ("is_free", "is_understood")}
        return {**self.cleaned_data, "words": words}


class UndoForm(forms.Form):
    """How a whole import is undone: where, when, why, and the name of its file, typed."""

    journal = forms.ChoiceField(label=_("Journal of the reversals"), required=False)
    on = day_field(_("Date of the reversals"), required=False)
    reason = forms.CharField(
        label=_("Reason for undoing it"), max_length=400, help_text=_("It stays in the books beside the act.")
    )
    file_name = forms.CharField(label=_("Type the name of the file"), max_length=255)

    def __init__(self, *args: Any, run: ImportRun, journals: Iterable[Journal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._run = run
        chosen = [(one.code, f"{one.code} {one.label}") for one in journals]
        self.fields["journal"].choices = [("", _("Each in its own journal")), *chosen]  # type: ignore[attr-defined]
        self.fields["journal"].help_text = _("Opening balances go out of the journal that they came into.")
        self.fields["on"].help_text = _("Left empty, each is dated as the entry that it undoes.")
        self.fields["file_name"].help_text = _("Here: %(name)s") % {"name": run.file_name}

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        year = self._run.fiscal_year
        if day and year and not year.first_day <= day <= year.last_day:
            message = _("The %(day)s is not a day of fiscal year %(year)s.")
            raise ValidationError(message, params={"day": f"{day:%d/%m/%Y}", "year": year})
        return day

    def clean_file_name(self) -> str:
        typed: str = self.cleaned_data["file_name"].strip()
        if typed != self._run.file_name:
            message = _("%(typed)s is not the file on this page: %(name)s.")
            raise ValidationError(message, params={"typed": typed, "name": self._run.file_name})
        return typed

    def typed(self) -> dict[str, str]:
        """Return what the work is to be done with."""
        day = self.cleaned_data["on"]
        facts = {name: self.cleaned_data[name] for name in ("journal", "reason")}
        return {**facts, "on": day.isoformat() if day else ""}
