"""What people of both sides type: messages, the filters of a list; and the publisher's opening hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.booklet.calendar import DAY_NAMES
from livret.booklet.instants import PARIS
from livret.care.support import wording
from livret.care.support.models import Request
from livret.care.support.rules.defaults import defaults
from livret.care.support.rules.files import Incoming

TEXT_LENGTH = 20_000
Data = MultiValueDict[str, Any] | None


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; `cleaned_data` holds them as the rules take them. What they hold is checked by the service."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **options)
        self.widget.attrs["accept"] = ",".join(f".{extension}" for extension in defaults().extensions)

    def clean(self, value: Any, initial: Any = None) -> Any:
        files = [super(FilesField, self).clean(file, initial) for file in value or ()]
        return [_incoming(file) for file in files if file]


def _incoming(file: UploadedFile[Any]) -> Incoming:
    return Incoming(file.name or "", file.size or 0, cast(Any, file.file))


def _words(label: Any, *, length: int, help_text: Any = "", required: bool = True, rows: int = 0) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required, widget=widget)


class MessageForm(forms.Form):
    """Words and files for a timeline."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    text = _words(_("Message"), length=TEXT_LENGTH, rows=4, required=False)
    attachments = FilesField(label=_("Files"))


class ListFilter(forms.Form):
    """The filters of a client's list."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Data = None) -> None:
        super().__init__(data)
        states = [(state, wording.STATES[state].label) for state in Request.State.values]
        cast(forms.ChoiceField, self.fields["state"]).choices = [("", pgettext_lazy("states", "All")), *states]

    def chosen(self, name: str) -> str:
        """Return the value of a filter, empty when it is absent or unknown."""
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))


class HoursForm(forms.Form):
    """Opening hours of support, a line for each day of the week: 09:00-12:30, 13:30-18:00; empty when closed."""

    from_on = forms.DateField(
        label=_("For requests filed from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    holidays = forms.ChoiceField(
        label=_("Public holidays"),
        choices=[("closed", pgettext_lazy("holidays", "Closed")), ("as_week", _("Open as on other days"))],
    )
    exceptions = _words(
        _("Exceptional days"),
        length=4000,
        rows=3,
        required=False,
        help_text=_("One day a line: 2026-12-24 09:00-12:00, or the day alone when it is closed."),
    )

    def __init__(self, data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name, label in zip(DAY_NAMES, wording.DAYS, strict=True):
            self.fields[name] = _words(label, length=100, required=False)
        self.order_fields(["from_on", *DAY_NAMES, "holidays", "exceptions"])

    def clean_exceptions(self) -> dict[str, list[list[str]]]:
        found: dict[str, list[list[str]]] = {}
        for line in self.cleaned_data["exceptions"].splitlines():
            day, _space, hours = line.strip().partition(" ")
            if day:
                found[_iso_day(day)] = _pairs(hours)
        return found

    def hours(self) -> dict[str, Any]:
        """Return the hours as `livret.booklet` writes a calendar, in Paris time."""
        week = {name: _pairs(self.cleaned_data[name]) for name in DAY_NAMES if self.cleaned_data[name].strip()}
        facts = {name: self.cleaned_data[name] for name in ("holidays", "exceptions")}
        return {"zone": PARIS, "week": week, **facts}


def hours_as_typed(plain: Mapping[str, Any]) -> dict[str, str]:
    """Return published hours as the form shows them, to start a new version from."""
    week = {name: _typed(hours) for name, hours in plain.get("week", {}).items()}
    days = sorted(plain.get("exceptions", {}).items())
    exceptions = "\n".join(f"{day} {_typed(hours)}".strip() for day, hours in days)
    return {**week, "holidays": plain["holidays"], "exceptions": exceptions}


def _typed(hours: Sequence[Sequence[str]]) -> str:
    return ", ".join("-".join(pair) for pair in hours)


def _iso_day(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise forms.ValidationError(
            _("“%(day)s” is not a day. Write it as 2026-12-24, one day a line."), params={"day": day[:40]}
        ) from error


def _pairs(written: str) -> list[list[str]]:
    return [[time.strip() for time in pair.split("-")] for pair in written.split(",") if pair.strip()]
