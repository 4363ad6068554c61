"""What a client's person types: a request, and one small form for each act on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.care.support import queries, wording
from livret.care.support.forms import TEXT_LENGTH, Data, FilesField, ListFilter
from livret.care.support.models import Request
from livret.care.support.rules.commitment import Offer
from livret.care.support.rules.standing import PAID, Standing, paid_topics
from livret.care.support.services import Wanted

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount, Contract

ORIGIN = {"origin_page": "page", "origin_version": "version", "origin_error": "error"}
ORIGIN_LENGTH = 300
OPEN = "open"


def _line(label: Any, *, length: int, help_text: Any = "", required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required)


def _text(label: Any, *, help_text: Any = "", required: bool = True, rows: int = 4) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=TEXT_LENGTH, help_text=help_text, required=required, widget=widget)


def _choose(field: forms.Field, choices: Iterable[tuple[str, Any]]) -> None:
    cast(forms.ChoiceField, field).choices = list(choices)


class RequestForm(forms.Form):
    """A new request to support. The choices are those of the contract: its products, its booklet's criticalities."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(
        widget=forms.HiddenInput,
        required=False,
        choices=[(one.value, one.label) for one in (Request.Channel.SPACE, Request.Channel.MODULE)],
    )
    kind = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    topic = forms.ChoiceField(
        label=_("Subject of the question"),
        required=False,
        help_text=_("Only questions about the use of the software belong to support; the rest is sold apart."),
    )
    product = forms.ChoiceField(label=_("Product"))
    area = _line(
        pgettext_lazy("product", "Area"),
        length=80,
        required=False,
        help_text=_("The part of the product, for example: bank, VAT."),
    )
    criticality = forms.ChoiceField(label=_("Criticality"), widget=forms.RadioSelect, required=False)
    subject = _line(_("Subject"), length=150, help_text=_("In one line, as you would say it on the phone."))
    context = _text(
        _("Context"),
        rows=6,
        help_text=_("What you were doing, on which file or period, what you expected and what happened instead."),
    )
    error_message = _text(_("Error message"), rows=3, required=False, help_text=_("Word for word, if there is one."))
    menu_path = _line(
        _("Menu path"),
        length=300,
        required=False,
        help_text=_("The menus you followed, for example: Sales › Invoices › New."),
    )
    attachments = FilesField(label=_("Files"), help_text=_("Screenshots, exports, documents."))
    origin_sent = forms.BooleanField(label=_("Send this with the request"), required=False)
    origin_page = _line(_("Page you came from"), length=ORIGIN_LENGTH, required=False)
    origin_version = _line(_("Version of the software"), length=40, required=False)
    origin_error = _line(_("Last error shown to you"), length=ORIGIN_LENGTH, required=False)
    accepts_paid = forms.BooleanField(
        label=_("I understand that this is a paid service, without a pick-up target"), required=False
    )

    def __init__(
        self,
        account: AccessAccount,
        contract: Contract,
        offer: Offer,
        day: date,
        data: Data = None,
        files: Data = None,
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        self.account, self.offer, self.day = account, offer, day
        _choose(self.fields["kind"], [(kind, _explained(*wording.KINDS[kind])) for kind in kinds_open(offer)])
        _choose(self.fields["topic"], topics_open(offer))
        _choose(self.fields["product"], [(one, wording.product_label(one)) for one in products_of(contract)])
        _choose(self.fields["criticality"], [(one, _explained(*wording.level_words(one))) for one in offer.levels])
        if not offer.levels:
            del self.fields["criticality"]

    @cached_property
    def standing(self) -> Standing:
        """What the request would be: within the commitments, free, or a paid service."""
        kind, topic = self.cleaned_data.get("kind", ""), self._topic()
        return queries.standing(self.account, self.offer, kind=kind, topic=topic, day=self.day)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("kind"):
            return cleaned
        is_unset = not cleaned.get("criticality") and "criticality" not in self.errors
        if self.offer.levels and self.standing.has_target and is_unset:
            self.add_error("criticality", _("Choose how much your work is held up: the pick-up target depends on it."))
        if self.standing.kind == PAID and not cleaned.get("accepts_paid"):
            self.add_error("accepts_paid", _("Tick this box to send it as a paid service, or choose another subject."))
        return cleaned

    def wanted(self) -> Wanted:
        names = ("kind", "product", "subject", "context", "criticality", "area", "error_message", "menu_path")
        cleaned = self.cleaned_data
        return Wanted(
            **{name: cleaned.get(name, "") for name in names},
            topic=self._topic(),
            origin=self._origin(),
            channel=cleaned["channel"] or Request.Channel.SPACE,
        )

    def _topic(self) -> str:
        is_question = self.cleaned_data.get("kind") == Request.Kind.QUESTION
        return self.cleaned_data.get("topic", "") if is_question else ""

    def _origin(self) -> Mapping[str, str]:
        if not self.cleaned_data["origin_sent"]:
            return {}
        return {key: self.cleaned_data[name] for name, key in ORIGIN.items() if self.cleaned_data[name]}


def kinds_open(offer: Offer) -> Sequence[str]:
    """Return the kinds of support requests that the plan opens; customer service has its own page."""
    return (Request.Kind.MALFUNCTION, Request.Kind.QUESTION) if offer.has_support else ()


def topics_open(offer: Offer) -> list[tuple[str, Any]]:
    """Return what a question may be about: the use of the software, and what the booklet sells apart."""
    sold = [(topic, wording.topic_label(topic)) for topic in paid_topics(offer.booklet)]
    return [("", _("The use of the software")), (str(_("Paid services")), sold)]


def products_of(contract: Contract) -> list[str]:
    """Return the products that a request may be about."""
    return [*contract.modules, wording.SPACE]


def _explained(label: Any, definition: Any) -> str:
    return f"{label} – {definition}" if definition else str(label)


class OwnListFilter(ListFilter):
    """The filters of a client's list."""

    kind = forms.ChoiceField(label=pgettext_lazy("request", "Kind"), required=False)

    def __init__(self, data: Data = None) -> None:
        super().__init__(data)
        states = [(state, wording.STATES[state].label) for state in Request.State.values]
        every = ("", pgettext_lazy("states", "All"))
        _choose(self.fields["state"], [every, (OPEN, pgettext_lazy("states", "All the open ones")), *states])
        kinds = [(kind, wording.KINDS[kind][0]) for kind in Request.Kind.values]
        _choose(self.fields["kind"], [("", pgettext_lazy("kinds", "All")), *kinds])


class ConfirmationForm(forms.Form):
    """What was proposed or answered helps."""

    text = _text(_("A word for support"), required=False, rows=2)


class ReopeningForm(forms.Form):
    """What was proposed does not help, or the subject came back."""

    text = _text(_("What still does not work"), help_text=_("Support reads it first."), rows=3)


class WithdrawalForm(forms.Form):
    """The request is taken back."""

    text = _text(_("Why you take it back"), required=False, rows=2)


class ContestForm(forms.Form):
    """Something decided by support is contested. known: what may be, by its key."""

    what = forms.ChoiceField(label=_("What you contest"), widget=forms.RadioSelect)
    text = _text(_("Why you contest it"), help_text=_("Facts and evidence: both sides keep them."), rows=3)

    def __init__(self, known: Sequence[tuple[str, Any]], data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        _choose(self.fields["what"], [(what, capfirst(label)) for what, label in known])


class RatingForm(forms.Form):
    """How satisfied the person is, 1 to 5."""

    score = forms.TypedChoiceField(
        label=_("How was your request handled?"),
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            ("5", _("5 – Very well")),
            ("4", _("4 – Well")),
            ("3", _("3 – Fairly")),
            ("2", _("2 – Badly")),
            ("1", _("1 – Very badly")),
        ],
    )
    text = _text(_("Comment"), required=False, rows=2)


class ShareForm(forms.Form):
    """A colleague who will read the request and write to it."""

    account = forms.ChoiceField(label=_("Colleague"))

    def __init__(self, colleagues: Iterable[AccessAccount], data: Data = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.people = {str(person.pk): person for person in colleagues}
        _choose(self.fields["account"], [(key, person.full_name) for key, person in self.people.items()])

    @property
    def chosen(self) -> AccessAccount:
        return self.people[self.cleaned_data["account"]]
