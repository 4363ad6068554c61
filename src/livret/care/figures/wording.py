"""The words of figures, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from livret.booklet import Booklet
from livret.care.figures.rules.settings import settings
from livret.care.support.queries import behind, statistics
from livret.core.ui import figures
from livret.kernel.periods import DayPeriod

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as a badge shows it: word, tone and icon."""

    label: Words
    tone: str
    icon: str


FIGURES: dict[str, Words] = {
    "filed": pgettext_lazy("figures", "Filed"),
    "counted": pgettext_lazy("figures", "Counted in the share"),
    "on_time": pgettext_lazy("figures", "Picked up in time"),
    "missed": pgettext_lazy("figures", "Late for the pick-up"),
    "running": pgettext_lazy("figures", "Not counted yet"),
    "withdrawn": pgettext_lazy("figures", "Withdrawn in time"),
    "excluded": pgettext_lazy("figures", "Left out of the share"),
    "without_target": pgettext_lazy("figures", "Without a target"),
    "open": pgettext_lazy("figures", "Open"),
    "late": pgettext_lazy("figures", "Late now"),
    "closed": pgettext_lazy("figures", "Closed"),
    "contested": pgettext_lazy("figures", "Contested"),
    "rated": pgettext_lazy("figures", "Rated"),
    "timed": pgettext_lazy("figures", "Picked up under a target"),
}
STANDINGS: dict[int, Mark] = {
    statistics.ON_TIME: Mark(FIGURES["on_time"], "good", "circle-check"),
    statistics.MISSED: Mark(FIGURES["missed"], "bad", "octagon-x"),
    statistics.RUNNING: Mark(FIGURES["running"], "info", "hourglass"),
    statistics.WITHDRAWN: Mark(FIGURES["withdrawn"], "neutral", "undo-2"),
    statistics.EXCLUDED: Mark(FIGURES["excluded"], "neutral", "circle-minus"),
    statistics.WITHOUT_TARGET: Mark(FIGURES["without_target"], "neutral", "circle-dashed"),
}
DIMENSIONS: dict[str, Words] = {
    "kind": pgettext_lazy("figures", "Kind"),
    "product": pgettext_lazy("figures", "Product"),
    "client": pgettext_lazy("figures", "Client"),
    "contract": pgettext_lazy("figures", "Contract"),
    "team": pgettext_lazy("figures", "Team"),
    "technician": pgettext_lazy("figures", "Technician"),
    "person": pgettext_lazy("figures", "Person"),
}
NONE: dict[str, Words] = {
    "team": gettext_lazy("No team"),
    "technician": gettext_lazy("Nobody yet"),
}
STEPS: dict[int, Words] = {
    1: gettext_lazy("Level 1: action plan"),
    2: gettext_lazy("Level 2: fix or workaround"),
}


CONTACT = gettext_lazy("Who receives the half-yearly report")
FIELDS: dict[str, Words] = {
    "registered": gettext_lazy("Registered"),
    "due": pgettext_lazy("figures", "Due"),
    "picked_up": pgettext_lazy("figures", "Picked up"),
    "consumed": gettext_lazy("Business time"),
    "target": pgettext_lazy("figures", "Target"),
    "standing": gettext_lazy("In the share"),
    "excluded_by": gettext_lazy("Left out by clause"),
    "contested": pgettext_lazy("figures", "Contested"),
    "state": pgettext_lazy("figures", "State"),
    "closed": pgettext_lazy("figures", "Closed on"),
    "rating": pgettext_lazy("figures", "Score"),
    "criticality": gettext_lazy("Criticality"),
    "level": gettext_lazy("Anomaly"),
}


def field_words(field: str) -> Words:
    """Return the name of what changed in a report; that of a figure is its own."""
    return FIELDS.get(field, field)


def language() -> str:
    return (get_language() or "fr").split("-")[0]


def period_words(period: DayPeriod) -> str:
    """Return the days of a period in words."""
    facts = {
        "first": figures.day_words(period.first_day, language=language()),
        "last": figures.day_words(period.last_day, language=language()),
    }
    return _("from %(first)s to %(last)s") % facts


def months_words(months: int) -> str:
    """Return the name of the last so many months."""
    return {
        1: _("Last month"),
        3: _("Last 3 months"),
        6: _("Last 6 months"),
        12: _("Last 12 months"),
    }[months]


def month_short(month: date) -> str:
    """Return a month as a chart names it: 03/26."""
    return f"{month:%m/%y}"


def months_short(months: Sequence[date]) -> list[str]:
    """Return months as a crowded chart names them: the year with the first one and with each January."""
    return [f"{month:%m/%y}" if at == 0 or month.month == 1 else f"{month:%m}" for at, month in enumerate(months)]


def duration_short(seconds: int) -> str:
    """Return business time for a key figure: from an hour on to the minute, rounded up."""
    return duration(-(-seconds // 60) * 60 if seconds >= 3600 else seconds)


def duration(seconds: int) -> str:
    """Return business time in hours and minutes."""
    return behind.duration_words(seconds)


def bucket_words(bounds: tuple[int, ...], at: int) -> str:
    """Return the name of the stretch number *at*, from 0, of business time."""
    low = _short(bounds[at])
    if at == len(bounds) - 1:
        return f"≥ {low}"
    high = _short(bounds[at + 1])
    if not bounds[at]:
        return f"< {high}"
    return f"{bounds[at] // 3600}–{high}" if bounds[at] % 3600 == bounds[at + 1] % 3600 == 0 else f"{low}–{high}"


def _short(seconds: int) -> str:
    hours, minutes = divmod(seconds // 60, 60)
    if minutes and not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"


def booklet_title(booklet: Booklet) -> str:
    return booklet.title_en if language() == "en" else booklet.title_fr


def clause_title(booklet: Booklet, clause: str) -> str:
    """Return what a clause is about, empty when the booklet has no such clause."""
    found = booklet.clauses.get(clause)
    return "" if found is None else found.title_en if language() == "en" else found.title_fr


def name_of(dimension: str, value: Any, name: str) -> Words:
    """Return the name of a value, or what stands for none."""
    return name or NONE.get(dimension, str(value or pgettext("figures", "None")))


def bounds() -> tuple[int, ...]:
    return settings().bucket_bounds_s


def plan_title(booklet: Booklet, plan: str) -> str:
    """Return what the booklet calls a plan, its key where the booklet does not list it."""
    listed = booklet.support.plans.get(plan)
    return plan if listed is None else listed.en if language() == "en" else listed.fr
