"""What a technician types about a request: one small form for each act. The choices are those of its booklet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.booklet import Booklet
from livret.booklet.support import AnomalyLevel
from livret.care.support import access, queries, telling, wording
from livret.care.support.forms import TEXT_LENGTH, Data, FilesField
from livret.care.support.models import Request, Team
from livret.care.support.rules import events as rules
from livret.care.support.rules.commitment import offer_of
from livret.care.support.rules.numbers import is_request_number
from livret.care.support.rules.standing import paid_topics
from livret.care.support.services import CAUSES_OF_PUBLISHER
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Choices = Iterable[tuple[str, Any]]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def words(label: Any, *, hint: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    """Return a field for words of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=required, max_length=TEXT_LENGTH, widget=widget)


def choose(field: forms.Field, choices: Choices) -> None:
    cast(forms.ChoiceField, field).choices = list(choices)


class ActForm(forms.Form):
    """An act on *request*. `offer_choices` fills what depends on its booklet, its client or the publisher's people."""

    def __init__(self, request: Request, data: Data = None, files: Data = None, **options: Any) -> None:
        # The page of the request holds another form with the same names.
        super().__init__(data, files, auto_id="act_%s", **options)
        self.request, self.booklet = request, queries.booklet_of(request)
        self.offer_choices()

    def offer_choices(self) -> None:
        """Fill the choices; a form without any leaves it so."""

    def notes(self) -> list[tuple[str, str]]:
        """Return what the person should know before acting, each with its clause, which may be empty."""
        return []


class AssignmentForm(ActForm):
    """To whom a request is given: a technician, a team, or both."""

    to = forms.ChoiceField(label=_("Technician"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    reason = words(_("Word for whoever takes over"), required=False, rows=2)

    def offer_choices(self) -> None:
        choose(self.fields["to"], [("", _("Unchanged")), *technicians_for(self.request)])
        choose(self.fields["team"], [("", _("Unchanged")), *team_choices()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["to"] and not cleaned["team"]:
            self.add_error("to", _("Choose a technician, a team, or both."))
        return cleaned

    def technician(self) -> AccessAccount | None:
        chosen = self.cleaned_data["to"]
        return clients.people_of([UUID(chosen)])[UUID(chosen)] if chosen else None

    def chosen_team(self) -> Team | None:
        chosen = self.cleaned_data["team"]
        return Team.objects.get(pk=chosen) if chosen else None


def technicians_for(request: Request | None) -> list[tuple[str, str]]:
    """Return whom a request may be given to: those whose role takes its kind; of no request in particular, both."""
    roles = [access.TECHNICIAN, access.CUSTOMER_SERVICE]
    if request is not None:
        roles = [access.role_for(request)]
    return [(str(person.pk), person.full_name) for person in clients.staff_with(*roles)]


def team_choices() -> list[tuple[str, str]]:
    return [(str(team.pk), team.name) for team in queries.active_teams()]


class CriticalityForm(ActForm):
    """Another criticality than the one that was asked."""

    to = forms.ChoiceField(label=_("New criticality"), widget=forms.RadioSelect)
    reason = words(_("Why"), hint=_("The client reads it, and may contest the change."))

    def offer_choices(self) -> None:
        levels = offer_of(self.booklet, self.request.plan).levels
        choose(self.fields["to"], [(one, _explained(one)) for one in levels if one != self.request.criticality])

    def notes(self) -> list[tuple[str, str]]:
        reading = self.booklet.readings.criticality_change
        kept = _("A target already missed stays missed, whatever the new criticality.")
        return [(str(kept), reading.clause)]


def _explained(level: str) -> str:
    label, definition = wording.level_words(level)
    return f"{label} – {definition}" if definition else str(label)


class QualificationForm(ActForm):
    """What a technician found: an anomaly of a level, something out of scope, or software that works."""

    outcome = forms.ChoiceField(label=_("What you found"), widget=forms.RadioSelect)
    reproduced = forms.ChoiceField(
        label=_("Did you make it happen again?"), widget=forms.RadioSelect, choices=YES_NO, required=False
    )
    topic = forms.ChoiceField(label=_("What it is about"), required=False)
    text = words(
        _("What the client reads"),
        hint=_("How it was reproduced or what was tried; out of scope, the paid service that you propose."),
    )

    def offer_choices(self) -> None:
        levels = [(f"anomaly-{level.value}", level_label(level, self.booklet)) for level in AnomalyLevel]
        others = [(key, telling.OUTCOMES[key]) for key in (rules.NO_ANOMALY, rules.NOT_REPRODUCED, rules.OUT_OF_SCOPE)]
        choose(self.fields["outcome"], [*levels, *others])
        topics = [(key, f"{wording.topic_label(key)} ({clause})") for key, clause in paid_topics(self.booklet).items()]
        choose(self.fields["topic"], [("", _("Choose")), *topics])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome", "")
        if outcome.startswith("anomaly-") and not cleaned.get("reproduced"):
            self.add_error("reproduced", _("Say whether you made it happen again: it is recorded."))
        if outcome == rules.OUT_OF_SCOPE and not cleaned.get("topic"):
            self.add_error("topic", _("Choose what it is about: the clause follows from it."))
        return cleaned

    def notes(self) -> list[tuple[str, str]]:
        rule = next(rule for rule in self.booklet.rules if rule.key == "anomaly_levels")
        return [(rule.en if wording.language() == "en" else rule.fr, rule.clause)]

    @property
    def level(self) -> AnomalyLevel | None:
        """The level of the anomaly that was chosen, None for any other outcome."""
        outcome, _dash, level = self.cleaned_data["outcome"].partition("-")
        return AnomalyLevel(int(level)) if outcome == rules.ANOMALY else None


def level_label(level: AnomalyLevel, booklet: Booklet) -> str:
    """Return a level of anomaly with what it calls for, as the booklet counts it."""
    names = {
        AnomalyLevel.BLOCKING: _("Anomaly of level 1, blocking: action plan in %(hours)s business hours"),
        AnomalyLevel.INOPERATIVE: _("Anomaly of level 2, inoperative: fix or workaround in %(days)s business days"),
        AnomalyLevel.MINOR: _("Anomaly of level 3, other: no delay is promised"),
    }
    support = booklet.support
    return str(names[level]) % {"hours": support.action_plan.value, "days": support.fix_or_workaround.value}


class PauseForm(ActForm):
    """Why the second clock waits."""

    reason = words(_("Why the clock waits"), hint=_("The client reads it. Both figures stay shown."))

    def notes(self) -> list[tuple[str, str]]:
        scope = self.booklet.readings.pause_scope
        return [(str(_("The pick-up clock is never paused; this one is the clock of the anomaly.")), scope.clause)]


class ProposalForm(ActForm):
    """What is given to the client: a plan, a way round, a fix."""

    step = forms.ChoiceField(label=_("What you give"), widget=forms.RadioSelect)
    text = words(_("What the client reads"), rows=6)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def offer_choices(self) -> None:
        steps = (rules.ACTION_PLAN, rules.WORKAROUND, rules.FIX)
        choose(self.fields["step"], [(step, telling.STEPS[step]) for step in steps])


class ClosingForm(ActForm):
    """Why a request ends."""

    cause = forms.ChoiceField(label=_("Cause"))
    text = words(_("Last word to the client"), required=False, rows=3)

    def offer_choices(self) -> None:
        causes = [(cause, telling.CAUSES[cause]) for cause in CAUSES_OF_PUBLISHER]
        choose(self.fields["cause"], [("", _("Choose")), *causes])


class ReopeningForm(ActForm):
    """Why a closed request goes on."""

    reason = words(_("Why it goes on"), hint=_("The client reads it."), rows=3)


class DuplicateForm(ActForm):
    """The other request about the same subject."""

    number = forms.CharField(
        label=_("Number of the other request"),
        max_length=20,
        help_text=_("Both keep their own clock. The client reads the other number only when it is one of its own."),
    )

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip().upper()
        if not is_request_number(number):
            raise forms.ValidationError(
                _("“%(typed)s” is not a request number. Write it as %(example)s."),
                params={"typed": number[:40], "example": self.request.number},
            )
        if not Request.objects.filter(number=number).exists():
            raise forms.ValidationError(_("No request has the number %(typed)s."), params={"typed": number})
        return number

    def other(self) -> Request:
        return Request.objects.get(number=self.cleaned_data["number"])


class ExclusionForm(ActForm):
    """Why a request does not count in the share, by which clause, and what shows it."""

    clause = forms.ChoiceField(label=pgettext_lazy("booklet", "Clause"))
    reason = words(_("Why it does not count"), hint=_("The client reads it, and may contest it."), rows=3)
    evidence = words(_("Evidence"), hint=_("What shows it, that anybody can check: a date, a file, a log."), rows=3)
    attachments = FilesField(label=_("Files"))

    def offer_choices(self) -> None:
        is_english = wording.language() == "en"
        named = [(one.id, one.title_en if is_english else one.title_fr) for one in self.booklet.clauses.values()]
        choose(self.fields["clause"], [("", _("Choose")), *((key, f"{key} – {title}") for key, title in named)])


class ContestAnswerForm(ActForm):
    """The answer to what the client contests."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[
            ("accepted", _("Accepted: what is contested no longer stands")),
            ("upheld", _("Upheld: it stands")),
        ],
    )
    words = words(_("What the client reads"))

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["decision"] == "accepted")
