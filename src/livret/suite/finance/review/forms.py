"""What people type about questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from livret.suite.finance.review.models import Question

LONGEST = 4_000


class QuestionForm(forms.Form):
    """A question on an entry or one of its lines, to somebody or to whoever reads."""

    position = forms.TypedChoiceField(label=_("About"), coerce=int, empty_value=None, required=False)
    assigned = forms.ChoiceField(label=_("Asked of"), required=False)
    text = forms.CharField(label=_("Your question"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST)

    def __init__(self, *args: Any, lines: list[tuple[int, str]], people: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(pk): (pk, name) for pk, name in people}
        self.fields["position"].choices = [("", _("The whole entry")), *lines]  # type: ignore[attr-defined]
        anyone = [("", _("Whoever can answer"))]
        self.fields["assigned"].choices = [*anyone, *((str(pk), name) for pk, name in people)]  # type: ignore[attr-defined]

    def asked_of(self) -> tuple[UUID, str] | None:
        """Return id and name of who is asked."""
        return self._people.get(self.cleaned_data["assigned"])


class ReplyForm(forms.Form):
    """An answer, or a further question."""

    text = forms.CharField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST)


class FilterForm(forms.Form):
    """Which questions are listed."""

    state = forms.ChoiceField(label=_("State"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, *args: Any, people: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", _("All states")), *Question.State.choices]  # type: ignore[attr-defined]
        everyone = [("", _("Everybody"))]
        self.fields["person"].choices = [*everyone, *((str(pk), name) for pk, name in people)]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        """Return what the list is filtered by; nothing of a filter that names nothing known."""
        if not self.is_valid():
            return {}
        person = self.cleaned_data["person"]
        return {"state": self.cleaned_data["state"], "person": UUID(person) if person else None}
