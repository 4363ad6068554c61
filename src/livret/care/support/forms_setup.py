"""What the publisher sets: opening hours, canned answers, teams, suspensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.booklet import library
from livret.care.support import wording
from livret.care.support.forms import Data, HoursForm
from livret.care.support.forms_desk import choose, technicians_for, words
from livret.care.support.models import Request, Team
from livret.care.support.services import TeamFacts
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client


class PublishingForm(HoursForm):
    """A new version of the hours.

    moves_shown: fingerprint of the hours for which the requests that would move were shown; moves_open: they move too.
    """

    moves_shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    moves_open = forms.BooleanField(required=False, label=_("Also apply these hours to the requests already filed"))

    def shown_again(self) -> PublishingForm:
        """Return the form as it was typed, now that what would move is shown beside it."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        return PublishingForm(initial={**typed, "moves_shown": self.fingerprint(), "moves_open": False})

    def fingerprint(self) -> str:
        """Return what tells these hours from any other; what was shown for others was not shown for these."""
        return sha256(dumps(self.hours(), sort_keys=True).encode()).hexdigest()


class CannedAnswerForm(forms.Form):
    """A canned answer."""

    title = forms.CharField(label=pgettext_lazy("canned answer", "Title"), max_length=100)
    product = forms.ChoiceField(label=_("Product"), required=False)
    body = words(pgettext_lazy("canned answer", "Words"), rows=10)

    def __init__(self, data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        choose(self.fields["product"], [("", pgettext_lazy("products", "All")), *wording.PRODUCTS.items()])


class TeamForm(forms.Form):
    """A team. What is not ticked in kinds or products is not taken; nothing ticked takes everything."""

    name = forms.CharField(label=pgettext_lazy("team", "Name"), max_length=60)
    lead = forms.ChoiceField(
        label=_("Lead"), required=False, help_text=_("Alerts before a target go to the lead as well.")
    )
    members = forms.MultipleChoiceField(label=_("Members"), required=False, widget=forms.CheckboxSelectMultiple)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of requests"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything when nothing is ticked."),
    )
    products = forms.MultipleChoiceField(
        label=_("Products"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everything when nothing is ticked."),
    )
    rank = forms.IntegerField(
        label=_("Rank"),
        min_value=1,
        max_value=999,
        help_text=_("A new request goes to the first team, by rank, that takes its kind and its product."),
    )
    is_active = forms.BooleanField(label=_("The team takes requests"), required=False)

    def __init__(self, data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        people = technicians_for(None)
        choose(self.fields["lead"], [("", pgettext_lazy("person", "Nobody")), *people])
        choose(self.fields["members"], people)
        choose(self.fields["kinds"], [(kind, wording.KINDS[kind][0]) for kind in Request.Kind.values])
        choose(self.fields["products"], wording.PRODUCTS.items())

    def facts(self) -> TeamFacts:
        typed = self.cleaned_data
        people = clients.people_of([UUID(key) for key in [*typed["members"], *filter(None, [typed["lead"]])]])
        return TeamFacts(
            name=typed["name"],
            lead=people[UUID(typed["lead"])] if typed["lead"] else None,
            members=_named(typed["members"], people),
            kinds=typed["kinds"],
            products=typed["products"],
            rank=typed["rank"],
            is_active=typed["is_active"],
        )


def _named(keys: Sequence[str], people: Mapping[UUID, AccessAccount]) -> list[AccessAccount]:
    return [people[UUID(key)] for key in keys]


def team_as_typed(team: Team) -> dict[str, Any]:
    """Return a team as its form shows it."""
    members = [str(member.pk) for member in team.members.all()]
    facts = {name: getattr(team, name) for name in ("name", "kinds", "products", "rank", "is_active")}
    return {**facts, "lead": str(team.lead_id or ""), "members": members}


class SuspensionForm(forms.Form):
    """Support suspended for a client, for a cause that its booklet names."""

    client_slug = forms.ChoiceField(label=_("Client"))
    cause = forms.ChoiceField(label=_("Cause"), widget=forms.RadioSelect)
    from_at = forms.DateTimeField(
        label=pgettext_lazy("suspension", "From"),
        required=False,
        help_text=_("Paris time; empty for now."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    reason = words(pgettext_lazy("suspension", "Reason"), hint=_("The client’s administrators read it."))

    def __init__(self, data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        listed = [(client.slug, client.name) for client in clients.clients_found()]
        choose(self.fields["client_slug"], [("", pgettext_lazy("person", "Choose")), *listed])
        choose(self.fields["cause"], _causes())

    def client(self) -> Client:
        return clients.client_named(self.cleaned_data["client_slug"])


def _causes() -> list[tuple[str, str]]:
    """Return the causes that the booklets name, each with its clauses."""
    found: dict[str, list[str]] = {}
    for booklet in library().values():
        stated = booklet.support.suspended_when
        for cause in stated.value:
            found.setdefault(cause, []).append(stated.clause)
    return [(cause, f"{_capital(cause)} ({', '.join(dict.fromkeys(clauses))})") for cause, clauses in found.items()]


def _capital(cause: str) -> str:
    label = str(wording.cause_label(cause))
    return label[:1].upper() + label[1:]


class LiftForm(forms.Form):
    """Why support opens again."""

    reason = words(_("Why support opens again"), hint=_("The client’s administrators read it."))
