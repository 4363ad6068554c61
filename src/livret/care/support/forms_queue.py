"""The technicians' queue: its filters, what is done to several requests at once, and words on a timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.care.support import queries, wording
from livret.care.support.forms import Data, ListFilter, MessageForm
from livret.care.support.forms_desk import team_choices, technicians_for
from livret.care.support.models import Request, Team
from livret.clients import queries as clients

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

RUNNING = ("late", "close", "on_time")
ORDERS = [
    (queries.BY_DUE, pgettext_lazy("order", "Due instant")),
    (queries.BY_LEFT, pgettext_lazy("order", "Business time left")),
]


class QueueFilterForm(ListFilter):
    """The filters of the technicians' queue."""

    scope = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    urgency = forms.ChoiceField(label=pgettext_lazy("pick-up", "Target"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("request", "Kind"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    order = forms.ChoiceField(label=pgettext_lazy("list", "Order"), required=False, choices=ORDERS)

    def __init__(self, data: Data = None) -> None:
        super().__init__(data)
        del self.fields["state"]
        self._fill("urgency", pgettext_lazy("targets", "All"), [(key, wording.URGENCIES[key].label) for key in RUNNING])
        self._fill("kind", pgettext_lazy("kinds", "All"), [(key, wording.KINDS[key][0]) for key in Request.Kind.values])
        self._fill("product", pgettext_lazy("products", "All"), list(wording.PRODUCTS.items()))
        self._fill("scope", "", [(key, key) for key in queries.SCOPES])

    def asked(self) -> queries.QueueFilter:
        scope, order = self.chosen("scope") or queries.TEAM, self.chosen("order") or queries.BY_DUE
        facts = {name: self.chosen(name) for name in ("urgency", "kind", "product")}
        return queries.QueueFilter(scope, words=self.chosen("q"), order=order, **facts)

    def _fill(self, name: str, every: Any, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", every), *choices]


class SelectionForm(forms.Form):
    """Requests ticked in the queue, and to whom they go. to: a technician or a team, by "person:" or "team:"."""

    number = forms.MultipleChoiceField(
        error_messages={"required": _("Tick the requests first: X ticks the line that has the focus.")}
    )
    to = forms.ChoiceField(label=_("Give them to"), required=False)

    def __init__(self, data: Data = None) -> None:
        super().__init__(data)
        ticked = data.getlist("number") if data else []
        known = Request.objects.filter(number__in=ticked).values_list("number", flat=True)
        cast(forms.MultipleChoiceField, self.fields["number"]).choices = [(number, number) for number in known]
        people = [(f"person:{key}", name) for key, name in technicians_for(None)]
        teams = [(f"team:{key}", name) for key, name in team_choices()]
        groups = [("", pgettext_lazy("person", "Choose")), (_("Technicians"), people), (_("Teams"), teams)]
        cast(forms.ChoiceField, self.fields["to"]).choices = [group for group in groups if group[1]]

    def requests(self) -> list[Request]:
        found = Request.objects.filter(number__in=self.cleaned_data["number"])
        return list(found.select_related("client", "contract", "assigned_to", "team", "filed_by").order_by("pk"))

    def receiver(self) -> tuple[AccessAccount | None, Team | None]:
        """Return the technician or the team chosen, None and None when nobody is."""
        kind, _colon, key = self.cleaned_data["to"].partition(":")
        if kind == "person":
            return clients.people_of([UUID(key)])[UUID(key)], None
        return None, Team.objects.get(pk=key) if kind == "team" else None


class StaffMessageForm(MessageForm):
    """Words of the publisher, for the client or for colleagues only. seen: the last event on the page."""

    audience = forms.ChoiceField(
        label=_("Who reads it"),
        widget=forms.RadioSelect,
        choices=[("client", _("The client and us")), ("internal", _("Us only (internal note)"))],
        initial="client",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
