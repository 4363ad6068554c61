"""Forms of the console's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.console.received import STATES

MOST_CHARACTERS = 20_000


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class ReplyForm(forms.Form):
    """The words and files of an answer by mail. The files are judged where the mail arrives."""

    text = forms.CharField(
        label=pgettext_lazy("mail", "Answer"), max_length=MOST_CHARACTERS, widget=forms.Textarea({"rows": 5})
    )
    attachments = forms.FileField(label=_("Files"), required=False, widget=SeveralFiles)


class ReceivedFilter(forms.Form):
    """The filters of the mails that arrived."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        states = [(state, label) for state, (label, _tone) in STATES.items()]
        cast(forms.ChoiceField, self.fields["state"]).choices = [("", pgettext_lazy("incoming mails", "All")), *states]

    def chosen(self, name: str) -> str:
        """Return the value of a filter, empty when it is absent or unknown."""
        self.full_clean()
        return str(self.cleaned_data.get(name, ""))
