"""What the publisher sets: opening hours, canned answers, teams, suspensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.booklet import library
from livret.booklet.calendar import DAY_NAMES
from livret.booklet.instants import PARIS
from livret.care.support import wording
from livret.care.support.forms import Data
from livret.care.support.forms_desk import choose, technicians_for, words
from livret.care.support.models import Request, Team
from livret.care.support.services import TeamFacts
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Client


class HoursForm(forms.Form):
    """Opening hours of support, a line for each day of the week: 09:00-12:30, 13:30-18:00; empty when closed.

    moves_shown: the requests that would move were shown. moves_open: they move too.
    """

    from_on = forms.DateField(
        label=_("For requests filed from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    holidays = forms.ChoiceField(
        label=_("Public holidays"),
        choices=[("closed", pgettext_lazy("holidays", "Closed")), ("as_week", _("Open as on other days"))],
    )
    exceptions = words(
        _("Exceptional days"),
        rows=3,
        required=False,
        hint=_("One day a line: 2026-12-24 09:00-12:00, or the day alone when it is closed."),
    )
    moves_shown = forms.BooleanField(required=False, widget=forms.HiddenInput)
    moves_open = forms.BooleanField(required=False, label=_("Also apply these hours to the requests already filed"))

    def __init__(self, data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name, label in zip(DAY_NAMES, wording.DAYS, strict=True):
            self.fields[name] = forms.CharField(label=str(label), max_length=100, required=False)
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

    def shown_again(self) -> HoursForm:
        """Return the form as it was typed, now that what would move is shown beside it."""
        typed = {name: self.data.get(name, "") for name in self.fields}
        return HoursForm(initial={**typed, "moves_shown": True, "moves_open": False})


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
    reason = words(_("Reason"), hint=_("The client’s administrators read it."))

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
