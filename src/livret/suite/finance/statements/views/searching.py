"""Looking for entries."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company
from livret.suite.company.queries import fiscal_years
from livret.suite.finance import access as books_access
from livret.suite.finance.queries.tombstones import tombstones_between
from livret.suite.finance.statements.forms import SearchForm
from livret.suite.finance.statements.queries import finding
from livret.suite.finance.statements.queries.finding import Key, Search, Wanted


@require_safe
@member_required(module="finance", right="read")
def search(request: MemberRequest, siren: str) -> HttpResponse:
    company = books_access.company_for(request, siren)
    asked = {name: value for name, value in request.GET.items() if str(value).strip()}
    form = SearchForm(asked or None)
    wanted = _wanted(company, form) if asked and form.is_valid() else None
    found = finding.entries_found(company, wanted, after=_after(request)) if wanted else None
    stones = tombstones_between(company, wanted.since, wanted.until) if wanted else []
    context = {"company": company, "form": form, "found": found, "wanted": wanted, "stones": stones}
    return render(request, "statements/search.html", {**context, "following": _following(request, found)})


def _wanted(company: Company, form: SearchForm) -> Wanted | None:
    """Return what is looked for, None when nothing is but days. Without days: the latest fiscal year."""
    typed = form.cleaned_data
    if not (typed["words"] or typed["amount"] or typed["account"]):
        return None
    years = list(fiscal_years(company))
    first = years[0].first_day if years else clock.today()
    since: date = typed["since"] or (min(first, typed["until"]) if typed["until"] else first)
    until: date = typed["until"] or clock.today().replace(year=9999)
    return Wanted(since, until, typed["amount"] or None, typed["words"], typed["account"])


def _after(request: HttpRequest) -> Key | None:
    day, _dot, entry = request.GET.get("after", "").partition(".")
    try:
        return date.fromisoformat(day), int(entry)
    except ValueError:
        return None


def _following(request: HttpRequest, found: Search | None) -> str:
    if found is None or found.after is None:
        return ""
    query = request.GET.copy()
    query["after"] = f"{found.after[0].isoformat()}.{found.after[1]}"
    return f"?{query.urlencode()}"
