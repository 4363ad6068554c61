"""What people type: a request to customer service, the days of a letter, an outcome, an operation, a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.care.service import wording
from livret.care.service.models import ComplaintOutcome, NoticeFile
from livret.care.service.rules import operations as rules
from livret.care.service.rules.defaults import defaults
from livret.care.service.services import Asked, AskedOperation
from livret.care.service.services.filing import COMPLAINT, TOPICS
from livret.care.support.forms import TEXT_LENGTH, Data, FilesField

if TYPE_CHECKING:
    from livret.care.service.queries import Dump
    from livret.clients.models import ClientEnvironment


def _text(label: Any, *, rows: int = 4, help_text: Any = "", required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=TEXT_LENGTH, widget=area, help_text=help_text, required=required)


def _day(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=picker, help_text=help_text, required=required)


def _choose(field: forms.Field, choices: Sequence[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, field).choices = choices


def _explained(label: Any, definition: Any) -> str:
    return f"{label} – {definition}"


class ServiceForm(forms.Form):
    """A request to customer service."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    topic = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    category = forms.ChoiceField(
        label=_("What the complaint is about"), required=False, help_text=_("For a complaint only.")
    )
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = _text(_("Your request"), rows=6, help_text=_("With the references you have: invoice, contract, dates."))
    attachments = FilesField(label=_("Files"))

    def __init__(self, data: Data = None, files: Data = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        _choose(self.fields["topic"], [(topic, _explained(*wording.TOPICS[topic])) for topic in TOPICS])
        categories = [(key, wording.category_label(key)) for key in defaults().categories]
        _choose(self.fields["category"], [("", _("Choose…")), *categories])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("topic") == COMPLAINT and not cleaned.get("category") and "category" not in self.errors:
            self.add_error("category", _("Choose what the complaint is about: the register sorts by it."))
        return cleaned

    def asked(self) -> Asked:
        cleaned = self.cleaned_data
        category = cleaned["category"] if cleaned["topic"] == COMPLAINT else ""
        return Asked(cleaned["topic"], cleaned["subject"], cleaned["text"], category)


class PostingForm(forms.Form):
    """The day a letter was posted, as the client says it."""

    sent_on = _day(_("Letter sent on"), help_text=_("The day on the proof of posting."))
    reference = forms.CharField(
        label=_("Reference of the registered letter"), max_length=60, required=False, help_text=_("Such as 1A 234…")
    )
    attachments = FilesField(label=_("Proof of posting"))


class ReceptionForm(forms.Form):
    """The day a letter was received, as customer service reads it."""

    received_on = _day(_("Letter received on"), help_text=_("The day on the acknowledgement of receipt."))
    sent_on = _day(_("Letter sent on"), help_text=_("The day of the postmark, when it can be read."), required=False)
    reference = forms.CharField(label=_("Reference of the registered letter"), max_length=60, required=False)
    attachments = FilesField(label=_("The letter, its envelope"))


class ReasonForm(forms.Form):
    """The words without which an end is refused."""

    text = _text(_("Your words"), rows=3)


class EndForm(ReasonForm):
    """How customer service ends a notice file."""

    end = forms.ChoiceField(
        label=pgettext_lazy("notice file", "How it ends"),
        widget=forms.RadioSelect,
        choices=[
            (NoticeFile.State.CLOSED, pgettext_lazy("notice file", "Close: the file is complete")),
            (NoticeFile.State.WITHDRAWN, pgettext_lazy("notice file", "Withdraw: both sides give the notice up")),
        ],
        initial=NoticeFile.State.CLOSED,
    )
    field_order = ("end", "text")


class OpeningForm(forms.Form):
    """Opening a notice file, or entering a complaint, for a request that was filed as something else."""

    opens = forms.ChoiceField(label=_("What it is"), widget=forms.RadioSelect)

    def __init__(self, data: Data = None) -> None:
        super().__init__(data)
        files = [(key, wording.topic_label(key)) for key in NoticeFile.Kind.values]
        complaints = [
            (f"{COMPLAINT}:{key}", f"{wording.topic_label(COMPLAINT)} – {wording.category_label(key)}")
            for key in defaults().categories
        ]
        _choose(self.fields["opens"], [*files, *complaints])


class OutcomeForm(forms.Form):
    """The outcome of a complaint."""

    outcome = forms.ChoiceField(label=pgettext_lazy("complaint", "Outcome"), widget=forms.RadioSelect)
    words = _text(_("Answer to the client"), help_text=_("Sent as it is, and never edited afterwards."))
    measures = _text(_("Measures taken"), rows=3, required=False, help_text=_("What was changed so it stops there."))

    def __init__(self, data: Data = None) -> None:
        super().__init__(data)
        outcomes = [ComplaintOutcome.Outcome.UPHELD, ComplaintOutcome.Outcome.PARTLY, ComplaintOutcome.Outcome.REJECTED]
        _choose(self.fields["outcome"], [(one.value, one.label) for one in outcomes])


class OperationForm(forms.Form):
    """What every operation asks for; each kind adds its own."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    words = _text(_("What it is for"), rows=3)
    attachments = FilesField(label=_("Files"))

    def __init__(self, rooms: Sequence[ClientEnvironment], data: Data = None, files: Data = None, **options: Any):
        super().__init__(data, files, **options)
        self.rooms = {one.environment.slug: one for one in rooms}
        if "room" in self.fields:
            _choose(self.fields["room"], [(slug, one.label) for slug, one in self.rooms.items()])

    def parameters(self) -> rules.Parameters:
        """Return what is asked, as the rules take it. Raises BadParameter."""
        raise NotImplementedError

    def asked(self) -> AskedOperation:
        room = self.rooms.get(self.cleaned_data.get("room", ""))
        return AskedOperation(self.parameters(), self.cleaned_data["words"], room)


class RestoreForm(OperationForm):
    room = forms.ChoiceField(label=_("Environment"))
    day = _day(_("To its state of"))
    is_understood = forms.BooleanField(
        label=_("What was written in this environment since that day will no longer be seen: I have told those who "
                "work there.")
    )  # fmt: skip
    field_order = ("nonce", "room", "day", "words", "attachments", "is_understood")

    def parameters(self) -> rules.Parameters:
        return rules.Restore(self.cleaned_data["day"])


class PurgeForm(OperationForm):
    room = forms.ChoiceField(label=_("Environment"))
    years = forms.CharField(
        label=_("Fiscal years"), max_length=200, help_text=_("By the year they end in, such as 2016, 2017.")
    )
    company = forms.CharField(
        label=_("Company"), max_length=160, required=False, help_text=_("Its name or SIREN; empty for all of them.")
    )
    is_understood = forms.BooleanField(
        label=_("A purge is for good: these years are kept elsewhere for as long as the law wants them.")
    )
    field_order = ("nonce", "room", "years", "company", "words", "attachments", "is_understood")

    def parameters(self) -> rules.Parameters:
        return rules.Purge(rules.years_in(self.cleaned_data["years"]), self.cleaned_data["company"].strip())


class ExportForm(OperationForm):
    room = forms.ChoiceField(label=_("Environment"))
    format = forms.ChoiceField(
        label=_("What to hand over"), widget=forms.RadioSelect, choices=list(wording.FORMATS.items())
    )
    field_order = ("nonce", "room", "format", "words", "attachments")

    def parameters(self) -> rules.Parameters:
        return rules.Export(self.cleaned_data["format"])


class AccountChangeForm(OperationForm):
    act = forms.ChoiceField(label=_("What to do"), widget=forms.RadioSelect, choices=list(wording.ACTS.items()))
    name = forms.CharField(label=_("Full name of the person"), max_length=120)
    email = forms.EmailField(label=_("Their mail address"), max_length=254)
    field_order = ("nonce", "act", "name", "email", "words", "attachments")

    def parameters(self) -> rules.Parameters:
        cleaned = self.cleaned_data
        return rules.AccountChange(cleaned["act"], cleaned["name"].strip(), cleaned["email"].strip().lower())


OPERATION_FORMS: dict[str, type[OperationForm]] = {
    rules.RESTORE: RestoreForm,
    rules.PURGE: PurgeForm,
    rules.EXPORT: ExportForm,
    rules.ACCOUNT_CHANGE: AccountChangeForm,
}


class DumpForm(forms.Form):
    """The dump that a restoration starts from."""

    dump = forms.ChoiceField(label=_("Dump"))

    def __init__(self, dumps: Sequence[Dump], data: Data = None) -> None:
        super().__init__(data)
        _choose(self.fields["dump"], [(one.name, one.name) for one in dumps])


class ReportForm(forms.Form):
    """What was done, for the client."""

    text = _text(_("Report to the client"), help_text=_("What was done, on what, with which result."))
    attachments = FilesField(label=_("Files to hand over"))
