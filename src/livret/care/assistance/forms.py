"""What people type: a proposal, a report, the tool, a web session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from livret.care.assistance import access, wording
from livret.care.assistance.models import WebSession
from livret.care.assistance.rules.defaults import remote_defaults, web_defaults
from livret.care.assistance.rules.tool import is_code, is_safe_link, template_fault
from livret.care.assistance.services import Plan
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

TEXT_LENGTH = 4_000
EVERY = "every"  # A choice needs a value; in the tables the empty product stands for all of them.
LOCAL = "%Y-%m-%dT%H:%M"


def _text(label: Any, *, help_text: Any = "", rows: int = 3, required: bool = True) -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=TEXT_LENGTH, help_text=help_text, widget=widget, required=required)


class ProposalForm(forms.Form):
    """What a technician proposes to do on a person's screen."""

    purpose = _text(
        gettext_lazy("What you will see and do"), help_text=gettext_lazy("The client reads it and agrees to it alone.")
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes at most"), widget=forms.NumberInput({"inputmode": "numeric"})
    )
    code = forms.CharField(
        label=gettext_lazy("Code of the session in the tool"),
        required=False,
        max_length=40,
        help_text=gettext_lazy(
            "Where the tool gives one: 4 to 40 letters, digits and hyphens. Left empty, it is drawn."
        ),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        limits = remote_defaults()
        minutes = cast(forms.IntegerField, self.fields["minutes"])
        minutes.min_value, minutes.max_value = limits.shortest_minutes, limits.longest_minutes
        minutes.help_text = _("From %(least)s to %(most)s, as set by the publisher.") % {
            "least": limits.shortest_minutes,
            "most": limits.longest_minutes,
        }

    def clean_minutes(self) -> int:
        minutes, limits = int(self.cleaned_data["minutes"]), remote_defaults()
        if not limits.shortest_minutes <= minutes <= limits.longest_minutes:
            raise ValidationError(wording.out_of_range(minutes, limits.shortest_minutes, limits.longest_minutes))
        return minutes

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code and not is_code(code):
            raise ValidationError(_("“%(code)s” is no code: 4 to 40 letters, digits and hyphens.") % {"code": code})
        return code


class ReportForm(forms.Form):
    """What was done in a session that began."""

    report = _text(
        gettext_lazy("Report: what was done"),
        rows=4,
        help_text=gettext_lazy("It stands in the request, where the client reads it."),
    )


class RefusalForm(forms.Form):
    """A refusal, with words or without."""

    words = _text(gettext_lazy("Why, if you wish to say it"), required=False, rows=2)


class ToolForm(forms.Form):
    """The external tool of remote assistance."""

    name = forms.CharField(
        label=pgettext_lazy("tool", "Name"), max_length=60, help_text=gettext_lazy("As clients know it.")
    )
    url_template = forms.CharField(
        label=gettext_lazy("Address of a session"),
        max_length=300,
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("Under https, with {code} where the code of a session stands."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def clean_url_template(self) -> str:
        typed = str(self.cleaned_data["url_template"])
        if (fault := template_fault(typed)) is not None:
            raise ValidationError(str(wording.template_fault(fault)))
        return typed


class WebSessionForm(forms.Form):
    """A web session, planned or changed."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=pgettext_lazy("web session", "Title"), max_length=150)
    topic = _text(
        gettext_lazy("What it is about"), help_text=gettext_lazy("What people will know how to do afterwards."), rows=5
    )
    product = forms.ChoiceField(
        label=gettext_lazy("Product"), help_text=gettext_lazy("Clients whose contract holds it may register.")
    )
    host = forms.ChoiceField(label=gettext_lazy("Given by"))
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Beginning, Paris time"),
        input_formats=[LOCAL, f"{LOCAL}:%S"],
        widget=forms.DateTimeInput(format=LOCAL, attrs={"type": "datetime-local"}),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Length in minutes"), initial=60)
    capacity = forms.IntegerField(
        label=pgettext_lazy("web session", "Places"),
        initial=20,
        help_text=gettext_lazy("Once they are taken, people register on a waiting list."),
    )
    join_url = forms.CharField(
        label=gettext_lazy("Link of the meeting"),
        max_length=500,
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("Under https; shown to those with a place, shortly before the beginning."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._hosts = {str(one.pk): one for one in clients.staff_with(*access.HOSTS)}
        hosts = [(key, one.full_name) for key, one in self._hosts.items()]
        cast(forms.ChoiceField, self.fields["host"]).choices = hosts
        cast(forms.ChoiceField, self.fields["product"]).choices = product_choices()

    def clean_minutes(self) -> int:
        limits = web_defaults()
        return self._in_range("minutes", limits.shortest_minutes, limits.longest_minutes)

    def clean_capacity(self) -> int:
        return self._in_range("capacity", 1, web_defaults().largest_capacity)

    def clean_join_url(self) -> str:
        return clean_link(str(self.cleaned_data["join_url"]))

    def _in_range(self, name: str, least: int, most: int) -> int:
        typed = int(self.cleaned_data[name])
        if not least <= typed <= most:
            raise ValidationError(wording.out_of_range(typed, least, most))
        return typed

    def plan(self) -> Plan:
        typed = {name: self.cleaned_data[name] for name in ("title", "topic", "starts_at", "minutes", "capacity")}
        host: AccessAccount = self._hosts[self.cleaned_data["host"]]
        product = product_of(self.cleaned_data["product"])
        return Plan(**typed, product=product, host=host, join_url=self.cleaned_data["join_url"])


def as_typed(session: WebSession) -> dict[str, object]:
    """Return what the form of *session* holds at first."""
    kept = ("nonce", "version", "title", "topic", "starts_at", "minutes", "capacity", "join_url")
    values = {name: getattr(session, name) for name in kept}
    return {**values, "product": session.product or EVERY, "host": str(session.host_id)}


class InvitationForm(forms.Form):
    """To the clients of which products the invitation goes."""

    products = forms.MultipleChoiceField(
        label=gettext_lazy("Clients whose contract holds"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, session: WebSession, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [one for one in product_choices() if session.product in ("", product_of(one[0]))]
        cast(forms.MultipleChoiceField, self.fields["products"]).choices = choices
        self.fields["products"].initial = [session.product or EVERY]

    def products_chosen(self) -> list[str]:
        return [product_of(key) for key in self.cleaned_data["products"]]


class ReasonForm(forms.Form):
    """Why a session does not take place."""

    reason = _text(
        gettext_lazy("Reason"), rows=2, help_text=gettext_lazy("Everybody who registered reads it in their mail.")
    )


class HeldForm(forms.Form):
    """Who was there."""

    present = forms.MultipleChoiceField(
        label=gettext_lazy("Who was there"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, people: list[tuple[int, str]], *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        choices = [(str(pk), name) for pk, name in people]
        cast(forms.MultipleChoiceField, self.fields["present"]).choices = choices

    def keys(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["present"]]


class ReplayForm(forms.Form):
    """Where the replay of a session is."""

    url = forms.CharField(
        label=gettext_lazy("Address of the replay"),
        max_length=500,
        widget=forms.TextInput({"inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("Under https. An article of the knowledge base leads to it."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the session"),
        choices=[("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))],
    )

    def clean_url(self) -> str:
        return clean_link(str(self.cleaned_data["url"]))


def clean_link(typed: str) -> str:
    if not is_safe_link(typed):
        raise ValidationError(
            _("“%(link)s” is not an address that people can follow: write it whole, beginning with https://.")
            % {"link": typed[:80]}
        )
    return typed


def product_choices() -> list[tuple[str, Any]]:
    return [(key or EVERY, label) for key, label in wording.PRODUCTS.items()]


def product_of(choice: str) -> str:
    return "" if choice == EVERY else choice
