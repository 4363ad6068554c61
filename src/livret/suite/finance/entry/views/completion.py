"""What the grid asks as somebody types: accounts, parties, open lines of a party, the rate of a day."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.forms import is_key
from livret.suite.finance.queries import completion, typing
from livret.suite.finance.queries.open_items import OpenLine, lines_at
from livret.suite.finance.services.drafts import year_at
from livret.suite.finance.views.grid import choices_for

LONGEST = 100


@require_safe
@member_required(module="finance", right="write")
def accounts(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    year = year_at(company.pk, _day(request))
    found = completion.account_or_party_choices(company, year, request.GET.get("q", "")[:LONGEST])
    return render(request, "finance/_choices.html", {"choices": found})


@require_safe
@member_required(module="finance", right="write")
def parties(request: MemberRequest, siren: str) -> HttpResponse:
    company = access.company_for(request, siren, right="write")
    found = completion.party_choices(company, request.GET.get("q", "")[:LONGEST])
    return render(request, "finance/_choices.html", {"choices": found})


@require_safe
@member_required(module="finance", right="write")
def open_lines(request: MemberRequest, siren: str) -> HttpResponse:
    """Show the open lines of the party of a row, those ticked before first."""
    company = access.company_for(request, siren, right="write")
    row, names = request.GET.get("row", "0"), ("account", "auxiliary")
    facts = {name: request.GET.get(name, "")[:LONGEST] for name in names}
    known = lines_at(_keys(request.GET.getlist("held")), company_id=company.pk)
    held = [line for line in known if line.account == facts["account"]]
    ticked = {line.key for line in held}
    found = choices_for(company, year_at(company.pk, _day(request)), **facts)
    lines: list[tuple[OpenLine, bool]] = [(line, True) for line in held]
    lines += [(line, False) for line in found if line.key not in ticked]
    name = f"lines-{row if row.isdecimal() else 0}-letters"
    return render(request, "finance/_open_lines.html", {"lines": lines, "name": name})


def _keys(held: list[str]) -> list[tuple[int, int]]:
    parts = [key.partition(".") for key in held[:LONGEST] if len(key) < 2 * LONGEST]
    numbers = [(entry, place) for entry, _mark, place in parts if is_key(entry, place)]
    return [(int(entry), int(place)) for entry, place in numbers]


@require_safe
@member_required(module="finance", right="write")
def rate(request: MemberRequest, siren: str) -> HttpResponse:
    """Tell how much of a currency a euro bought on a day, by the last rate noted; null when none is."""
    company = access.company_for(request, siren, right="write")
    found = typing.rate_on(company, request.GET.get("currency", "")[:3].upper(), _day(request))
    noted = {"per_euro": str(found.per_euro), "day": found.day} if found else {"per_euro": None, "day": None}
    return JsonResponse(noted)


def _day(request: MemberRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return clock.today()
