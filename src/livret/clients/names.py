"""How modules and booklets are called on screen."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from livret.booklet import Booklet


def module_name(module: str) -> str:
    """Return the name of a module for people; an unknown one keeps its key."""
    names = {
        "finance_express": _("Express Finance"),
        "finance": _("Finance"),
        "trade": _("Trade & Services"),
        "hr": _("HR"),
    }
    return names.get(module, module)


def option_name(option: str) -> str:
    """Return the name of an option for people; an unknown one keeps its key."""
    return {"assistance_plus": "Assistance+", "service_plus": "Service+"}.get(option, option)


def booklet_title(booklet: Booklet) -> str:
    """Return the title of a booklet in the language of the page."""
    return booklet.title_en if (get_language() or "").startswith("en") else booklet.title_fr
