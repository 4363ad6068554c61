"""The pages of a ledger: the days they show, and where the pages around them are."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from django.http import HttpRequest

from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.forms import LedgerForm
from livret.suite.finance.queries.ledgers import LATEST, Key, LedgerPage

LAST = "last"


class Wanted(TypedDict):
    """Which page is wanted: after or before a line, or from a day on."""

    after: Key | None
    before: Key | None
    on: date | None


def ledger_period(request: HttpRequest, year: FiscalYear) -> tuple[LedgerForm, DayPeriod]:
    """Return the days asked for, inside *year*, and the form that shows them."""
    asked = {name: request.GET[name] for name in ("since", "until", "on") if request.GET.get(name)}
    period = LedgerForm(asked).period(year)
    on = asked.get("on", "")
    form = LedgerForm({"since": period.first_day, "until": period.last_day, "on": on})
    form.is_valid()
    return form, period


def wanted_page(request: HttpRequest, form: LedgerForm) -> Wanted:
    """Return which page the address asks for; what makes no sense asks for the first."""
    after, before = _key(request.GET.get("after", "")), _key(request.GET.get("before", ""))
    on = form.cleaned_data.get("on") if not (after or before) else None
    return Wanted(after=after, before=before, on=on)


def _key(text: str) -> Key | None:
    """Return the key that an address names, such as 2025-03-04.17.2; None when it is none."""
    if text == LAST:
        return LATEST
    try:
        day, entry, position = text.split(".")
        return date.fromisoformat(day), int(entry), int(position)
    except ValueError:
        return None


def query_of(period: DayPeriod) -> str:
    """Return the part of an address that keeps the days, for the pages it leads to."""
    return f"?since={period.first_day}&until={period.last_day}"


def page_links(query: str, page: LedgerPage | None) -> dict[str, str]:
    """Return where the pages before, after and last are; empty at the ends."""
    if page is None:
        return {}
    links = {
        name: f"{query}&{name}={key[0].isoformat()}.{key[1]}.{key[2]}" if key else ""
        for name, key in (("before", page.before), ("after", page.after))
    }
    return {**links, "last": f"{query}&before={LAST}" if page.after else ""}
