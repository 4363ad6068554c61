"""The words of assistance in the reader's language: why a session is not possible, products, plans, instants."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from livret.booklet import Booklet
from livret.care.assistance.models import WebSession
from livret.care.assistance.rules.remote import Obstacle, Why
from livret.care.assistance.rules.tool import BadTemplate
from livret.care.assistance.rules.web import SPACE, Opening
from livret.core.clock import PARIS
from livret.core.ui import figures

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Words = str | Promise

DAYS: tuple[Words, ...] = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
PRODUCTS: dict[str, Words] = {
    "": pgettext_lazy("web session", "All products"),
    "finance": gettext_lazy("Finance"),
    "finance_express": gettext_lazy("Finance Express"),
    "trade": gettext_lazy("Trade and services"),
    "hr": gettext_lazy("Human resources and payroll"),
    "dsn": gettext_lazy("DSN"),
    SPACE: gettext_lazy("Customer space and access"),
}
REMOTE_STATES: dict[str, tuple[str, str]] = {
    "proposed": ("warn", "hourglass"),
    "consented": ("accent", "circle-check"),
    "started": ("good", "monitor"),
    "ended": ("neutral", "circle-check"),
    "refused": ("neutral", "circle-x"),
    "cancelled": ("neutral", "circle-x"),
    "withdrawn": ("warn", "hand"),
    "expired": ("neutral", "alarm-clock"),
}
WEB_STATES: dict[str, tuple[str, str]] = {
    WebSession.State.PLANNED: ("info", "calendar-clock"),
    WebSession.State.HELD: ("good", "circle-check"),
    WebSession.State.CANCELLED: ("warn", "calendar-x"),
}
_OBSTACLES: dict[Why, Words] = {
    Why.CLOSED_REQUEST: gettext_lazy("The request is closed."),
    Why.NOT_SUPPORT: gettext_lazy("Remote assistance belongs to support: this kind of request is handled without it."),
    Why.NOT_IN_PLAN: gettext_lazy("The plan of the contract holds no remote assistance."),
    Why.OUT_OF_SCOPE: gettext_lazy(
        "The request is outside the scope of support, and remote assistance stays within it."
    ),
    Why.NOT_PICKED_UP: gettext_lazy("Nobody has picked the request up yet: pick it up first."),
    Why.SUSPENDED: gettext_lazy("Support is suspended for this client."),
    Why.NO_TOOL: gettext_lazy("The publisher has not set a tool for remote assistance, or has put it out of use."),
    Why.NO_HOURS: gettext_lazy("The publisher has not published the opening hours of support yet."),
    Why.OUTSIDE_HOURS: gettext_lazy("Remote assistance takes place within the opening hours of support."),
}
_TEMPLATE_FAULTS: dict[str, Words] = {
    BadTemplate.NOT_HTTPS: gettext_lazy("The address must begin with https://: what passes through it is a screen."),
    BadTemplate.NO_CODE: gettext_lazy("Write {code} exactly once in the address, where the code of a session stands."),
    BadTemplate.HAS_PASSWORD: gettext_lazy("Leave the user and the password out of the address: clients see it."),
    BadTemplate.UNREADABLE: gettext_lazy(
        "This is not the address of a site: write it whole, without spaces, such as https://tool.example/{code}."
    ),
}


def language() -> str:
    return (get_language() or "fr").split("-")[0]


def product_label(product: str) -> Words:
    return PRODUCTS.get(product, product.replace("_", " ").capitalize())


def booklet_title(booklet: Booklet) -> str:
    return booklet.title_en if language() == "en" else booklet.title_fr


def plans_of(opening: Opening) -> str:
    """Return the plans of the booklet that hold web assistance, in its own words."""
    stated = (opening.booklet.support.plans[name] for name in opening.other_plans)
    return ", ".join(one.en if language() == "en" else one.fr for one in stated)


def instant(at: datetime) -> str:
    """Return an instant in words with its day of the week: mardi 3 novembre 2026 à 15 h 00."""
    name = str(DAYS[figures.in_paris(at).weekday()])
    return f"{name.lower() if language() == 'fr' else name} {figures.instant_words(at, language=language())}"


def day(at: datetime) -> str:
    return figures.day_words(at.astimezone(PARIS).date(), language=language())


def obstacle(found: Obstacle) -> str:
    """Return why no remote session may take place, and when support opens next where hours stand against it."""
    said = str(_OBSTACLES[found.why])
    if found.next_open_at is None:
        return said
    return f"{said} {_('Support opens next on %(at)s.') % {'at': instant(found.next_open_at)}}"


def template_fault(why: str) -> Words:
    return _TEMPLATE_FAULTS[why]


def out_of_range(value: int, least: int, most: int) -> str:
    """Return that a number is outside what the publisher set."""
    return _("%(value)s is outside what the publisher set: from %(least)s to %(most)s.") % {
        "value": value,
        "least": least,
        "most": most,
    }


def company_of(account: AccessAccount) -> str:
    """Return the name of the company that a person belongs to, empty for the publisher's people."""
    return account.client.name if account.client else ""
