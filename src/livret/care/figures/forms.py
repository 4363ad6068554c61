"""What people choose: the period of a dashboard, the contact of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from livret.care.figures import wording
from livret.care.figures.rules import periods
from livret.care.figures.rules.periods import MONTHS
from livret.kernel.periods import DayPeriod

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livret.clients.models import AccessAccount

USUAL = "12"
EVERYTHING = "all"
MOST_DAYS = 800  # Of one period: figures are counted on the spot.


def days_given(text: str) -> DayPeriod | None:
    """Return the days of an address, such as 2026-01-01_2026-06-30, None when they are none or far too many."""
    first, _mark, last = text.partition("_")
    try:
        period = DayPeriod(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return period if period.days <= MOST_DAYS else None


class PeriodForm(forms.Form):
    """The period that is shown. spans: successive periods of the contract, the latest first."""

    period = forms.ChoiceField(label=pgettext_lazy("figures", "Period"), required=False)

    def __init__(self, asked: Any, *, today: date, spans: Sequence[DayPeriod] = ()) -> None:
        super().__init__({"period": asked.get("period") or USUAL})
        self._spans = {f"p{len(spans) - 1 - at}": span for at, span in enumerate(spans)}
        self._spans |= {str(months): periods.months_to(today, months) for months in MONTHS}
        given = days_given(asked.get("period") or "")
        self._spans |= {asked["period"]: given} if given else {}
        usual = [(str(months), wording.months_words(months)) for months in MONTHS]
        own = [(key, _("Contract period %(days)s") % {"days": wording.period_words(span)})
               for key, span in self._spans.items() if key.startswith("p")]  # fmt: skip
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*usual, *own, *([(asked["period"], wording.period_words(given))] if given else [])]

    @property
    def key(self) -> str:
        """The key of the period, the usual one when the address names no period of ours."""
        return self.cleaned_data["period"] if self.is_valid() else USUAL

    @property
    def chosen(self) -> DayPeriod:
        return self._spans[self.key]


class BoardForm(PeriodForm):
    """The filters of the publisher's dashboard."""

    kind = forms.ChoiceField(label=pgettext_lazy("figures", "Kind"), required=False)
    team = forms.ChoiceField(label=pgettext_lazy("figures", "Team"), required=False)

    def __init__(self, asked: Any, *, today: date, kinds: Any, teams: Iterable[tuple[Any, str]]) -> None:
        super().__init__(asked, today=today)
        self.data = {**self.data, "kind": asked.get("kind", ""), "team": asked.get("team", "")}
        for name, choices, every in (("kind", kinds, _("All kinds")), ("team", teams, _("All teams"))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", every), *((str(value), label) for value, label in choices)]

    @property
    def kept(self) -> dict[str, str]:
        """The filters chosen, as addresses keep them."""
        given = self.cleaned_data if self.is_valid() else {}
        return {name: given[name] for name in ("kind", "team") if given.get(name)}


class ContactForm(forms.Form):
    """Whom the half-yearly reports go to: one of the company's people, or its SaaS administrators."""

    account = forms.ChoiceField(
        label=gettext_lazy("Who receives the report"),
        required=False,
        help_text=gettext_lazy(
            "The report names requests and who filed them. Choose somebody who may know of them all."
        ),
    )

    def __init__(self, people: Iterable[AccessAccount], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._people = {str(person.pk): person for person in people}
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        names = ((pk, f"{person.full_name} · {person.email}") for pk, person in self._people.items())
        field.choices = [("", _("The SaaS administrators")), *names]

    def account_chosen(self) -> AccessAccount | None:
        return self._people.get(self.cleaned_data["account"])
