"""What people type on the telephone's pages: a code, a name, the request of a caller, a number, a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from livret.care.support import wording as support_words
from livret.care.support.services import Wanted

if TYPE_CHECKING:
    from livret.care.support.rules.commitment import Offer
    from livret.clients.models import Contract

TEXT_LENGTH = 20_000
KINDS = ("malfunction", "question")
PHONE = "phone"


class CodeForm(forms.Form):
    """The call code that a caller reads aloud."""

    code = forms.CharField(
        label=pgettext_lazy("call", "Call code"),
        max_length=20,
        help_text=gettext_lazy("Eight digits, in groups or not."),
    )


class SearchForm(forms.Form):
    """A person of a client, by a word of their name or address."""

    q = forms.CharField(label=gettext_lazy("Name or address"), max_length=80, required=False)


class PersonForm(forms.Form):
    """The person chosen among those found."""

    account = forms.UUIDField(widget=forms.HiddenInput)


class CallRequestForm(forms.Form):
    """The request of a caller. The choices are those of their contract."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=pgettext_lazy("call", "What is it about?"), widget=forms.RadioSelect)
    product = forms.ChoiceField(label=pgettext_lazy("call", "Product"))
    criticality = forms.ChoiceField(label=pgettext_lazy("call", "Criticality"), widget=forms.RadioSelect)
    subject = forms.CharField(label=pgettext_lazy("call", "Subject"), max_length=150)
    context = forms.CharField(
        label=pgettext_lazy("call", "What the caller says"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    error_message = forms.CharField(
        label=pgettext_lazy("call", "Error message"), max_length=TEXT_LENGTH, required=False
    )
    menu_path = forms.CharField(label=pgettext_lazy("call", "Menu path"), max_length=300, required=False)
    takes = forms.BooleanField(
        label=gettext_lazy("I take this request now"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Picked up at once; without it, its clock runs until somebody takes it."),
    )

    def __init__(self, contract: Contract, offer: Offer, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._choose("kind", [(kind, support_words.KINDS[kind][0]) for kind in KINDS])
        products = [*contract.modules, support_words.SPACE]
        self._choose("product", [(product, support_words.product_label(product)) for product in products])
        self._choose("criticality", [(level, support_words.level_label(level)) for level in offer.levels])
        if not offer.levels:
            del self.fields["criticality"]

    def wanted(self) -> Wanted:
        names = ("kind", "product", "subject", "context", "criticality", "error_message", "menu_path")
        return Wanted(**{name: self.cleaned_data.get(name, "") for name in names}, channel=PHONE)

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class NumberForm(forms.Form):
    """The number that the publisher announces."""

    number = forms.CharField(
        label=gettext_lazy("Number of support"),
        max_length=40,
        help_text=gettext_lazy("As it is dialled, for example 01 99 00 12 34."),
    )

    def refuse(self) -> None:
        given = {"number": self.cleaned_data["number"]}
        self.add_error("number", _("“%(number)s” cannot be dialled: a number has 3 to 15 digits.") % given)


class KeyForm(forms.Form):
    """The name of a telephone system."""

    name = forms.CharField(
        label=gettext_lazy("Name of the telephone system"),
        max_length=60,
        help_text=gettext_lazy("It stands beside every call that the system reports."),
    )

    def refuse(self) -> None:
        given = {"name": self.cleaned_data["name"]}
        self.add_error("name", _("A key in use is called “%(name)s”. Choose another name, or revoke that key.") % given)
