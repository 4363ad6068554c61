"""The service booklets, read online by anyone: the clause on the left, its values and their uses on the right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.decorators.http import require_safe

from livret.booklet import Booklet, library
from livret.booklet.calendar import Calendar
from livret.booklet.listing import Change, Entry, EntryKind, diff, values
from livret.clients.models import AccessAccount
from livret.portal.uses import uses_of

WEEKDAYS = {
    "mon": later("Monday"), "tue": later("Tuesday"), "wed": later("Wednesday"), "thu": later("Thursday"),
    "fri": later("Friday"), "sat": later("Saturday"), "sun": later("Sunday"),
}  # fmt: skip
HOLIDAYS = {
    "closed": later("closed on public holidays"),
    "open": later("public holidays at any hour"),
    "as_week": later("public holidays like any other day"),
}


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value of a clause as the page shows it."""

    entry: Entry
    label: str
    shown: str
    hours: tuple[tuple[str, str], ...]
    hours_note: str
    uses: list[tuple[str | Promise, str]]

    @property
    def is_reading(self) -> bool:
        return self.entry.kind is EntryKind.READING

    @property
    def is_absent(self) -> bool:
        return self.entry.kind is EntryKind.ABSENT

    @property
    def is_rule(self) -> bool:
        return self.entry.kind is EntryKind.RULE


@dataclass(frozen=True, slots=True)
class ShownClause:
    """One clause, in the language of the page, with what it founds."""

    id: str
    title: str
    text: str
    values: list[ShownValue]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/booklets.html", {"booklets": list(library().values())})


@require_safe
def booklet(request: HttpRequest, booklet_id: str, version: str) -> HttpResponse:
    found = _found(booklet_id, version)
    others = [other for other in library().values() if other is not found]
    shown = {
        "booklet": found,
        "title": _told(found, "title"),
        "clauses": _clauses(found),
        "others": others,
        "leads": not _is_of_publisher(request),  # The uses stand in the customer space.
    }
    return render(request, "portal/booklet.html", shown)


def _is_of_publisher(request: HttpRequest) -> bool:
    return isinstance(request.user, AccessAccount) and request.user.is_of_publisher


@require_safe
def comparison(request: HttpRequest, booklet_id: str, version: str, other_id: str, other_version: str) -> HttpResponse:
    before, after = _found(booklet_id, version), _found(other_id, other_version)
    rows = [_row(change) for change in diff(before, after)]
    return render(request, "portal/booklet_comparison.html", {"before": before, "after": after, "rows": rows})


def _found(booklet_id: str, version: str) -> Booklet:
    try:
        return library()[booklet_id, version]
    except KeyError as error:
        raise Http404 from error


def _clauses(found: Booklet) -> list[ShownClause]:
    by_clause: dict[str | None, list[ShownValue]] = {}
    for entry in values(found):
        by_clause.setdefault(entry.clause, []).append(_shown(entry))
    return [
        ShownClause(clause.id, _told(clause, "title"), _told(clause, ""), by_clause.get(clause.id, []))
        for clause in found.clauses.values()
    ]


def _shown(entry: Entry) -> ShownValue:
    calendar = entry.value if isinstance(entry.value, Calendar) else None
    hours, note = (_hours(calendar), _hours_note(calendar)) if calendar else ((), "")
    return ShownValue(entry, _told(entry, ""), figure(entry.value, entry.unit), hours, note, uses_of(entry.key))


def figure(value: object, unit: str) -> str:
    """Return a value as people read it, with its unit."""
    if value is None or isinstance(value, Calendar):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Fraction):
        return f"{float(value * 100):g} %".replace(".", "," if _is_french() else ".")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int):
        shown = f"{value:,}".replace(",", "\u202f" if _is_french() else ",")
        return f"{shown}\u00a0{_(unit)}" if unit else shown
    if isinstance(value, tuple):
        return ", ".join(figure(item, "") for item in value)
    return word(value)


def word(value: object) -> str:
    """Return a word of the booklet's vocabulary in the language of the page."""
    return _(str(value).replace("_", " "))


def _hours(calendar: Calendar) -> tuple[tuple[str, str], ...]:
    week = calendar.as_plain()["week"]
    assert isinstance(week, dict)
    return tuple((str(WEEKDAYS[day]), ", ".join("–".join(pair) for pair in pairs)) for day, pairs in week.items())


def _hours_note(calendar: Calendar) -> str:
    """Return the time zone of the hours and what they do on public holidays: an hour means nothing without them."""
    zone = _("Paris time") if calendar.zone == "Europe/Paris" else str(calendar.zone)
    return f"{zone}, {HOLIDAYS[str(calendar.as_plain()['holidays'])]}"


def _row(change: Change) -> dict[str, object]:
    entry = change.after or change.before
    assert entry is not None  # A change has at least one side.
    return {"label": _told(entry, ""), "sides": [_side(change.before), _side(change.after)]}


def _side(entry: Entry | None) -> dict[str, str]:
    """Return how one booklet says a value, and its clause; nothing where it is silent."""
    if entry is None:
        return {"text": "", "clause": ""}
    if isinstance(entry.value, Calendar):
        days = "; ".join(f"{day} {hours}" for day, hours in _hours(entry.value))
        return {"text": f"{days} ({_hours_note(entry.value)})", "clause": entry.clause or ""}
    return {"text": figure(entry.value, entry.unit), "clause": entry.clause or ""}


def _is_french() -> bool:
    return (get_language() or "fr").startswith("fr")


def _told(thing: object, field: str) -> str:
    language = "fr" if _is_french() else "en"
    return str(getattr(thing, f"{field}_{language}" if field else language))
