"""The sections of a company's books, as the menu shows them. Names of addresses only: each room answers for its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the menu. url_name: an address that takes the company's `siren`; right: what leads there."""

    url_name: str
    label: str | Promise
    icon: str
    right: str = "read"


SECTIONS = (
    Section("finance:company", _("Overview"), "layout-dashboard"),
    Section("entry:home", _("Writing entries"), "notebook-pen"),
    Section("bank:home", _("Bank"), "landmark"),
    Section("payments:home", _("Payments"), "banknote"),
    Section("lettering:home", _("Lettering"), "link"),
    Section("vat:home", _("VAT"), "percent"),
    Section("statements:home", pgettext_lazy("books", "Reports"), "chart-column"),
    Section("assets:home", _("Fixed assets"), "factory"),
    Section("closing:home", _("Closing"), "lock"),
    Section("review:home", _("Review"), "message-circle-question-mark"),
    Section("setup:home", _("Settings of the books"), "settings"),
)
