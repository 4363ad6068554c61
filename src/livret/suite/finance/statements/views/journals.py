"""The journals of a year: totals of each, and their entries page by page."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance.statements import access
from livret.suite.finance.statements.queries.journals import LATEST, EntriesPage, Key, entries_page
from livret.suite.finance.statements.reports.asked import Asked
from livret.suite.finance.statements.reports.ledgers import journals_asked
from livret.suite.finance.statements.views.reports import context_of

LAST = "last"


@require_safe
@member_required(module="finance", right="read")
def journals(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    held = access.year_of(request, siren, year)
    asked, context = context_of(request, held, access.report_of("journaux"))
    page = _page(request, asked)
    context |= {"page": page, "links": _links(context["query"], page)}
    return render(request, "statements/journals.html", context)


def _page(request: MemberRequest, asked: Asked) -> EntriesPage:
    journal = journals_asked(asked)[0] if asked.choice("journal") else None
    after, before = _key(request.GET.get("after", "")), _key(request.GET.get("before", ""))
    return entries_page(asked.year, asked.period, journal=journal, after=after, before=None if after else before)


def _key(text: str) -> Key | None:
    """Return the key that an address names, such as 2025-03-04.17; None when it is none."""
    if text == LAST:
        return LATEST
    day, _dot, entry = text.partition(".")
    try:
        return (date.fromisoformat(day), int(entry)) if len(entry) < 19 else None
    except ValueError:
        return None


def _links(query: str, page: EntriesPage) -> dict[str, str]:
    """Return where the pages before, after and last are; empty at the ends."""
    keys = (("before", page.before), ("after", page.after))
    links = {name: f"?{query}&{name}={key[0].isoformat()}.{key[1]}#entries" if key else "" for name, key in keys}
    return {**links, "last": f"?{query}&before={LAST}#entries" if page.after else ""}
