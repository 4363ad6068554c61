"""From the accounts to the parties, and from a party to its open lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livret.core import clock
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import url_here
from livret.kernel.errors import Refusal
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.company.rules import allowance_of
from livret.suite.finance import access as books
from livret.suite.finance.lettering import access, queries
from livret.suite.finance.lettering.forms import FilterForm
from livret.suite.finance.lettering.services import differences
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, YearLedger
from livret.suite.finance.queries import open_items
from livret.suite.finance.queries.open_items import OpenLine
from livret.suite.finance.services import lettering
from livret.suite.finance.services.lettering import LineKey

MOST_TICKED = 1_000
LOOKED_INTO = 300_000  # Lines of a year; to find none of no party, all those of the account are read.


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    """The lettered accounts of a fiscal year, by default the latest one."""
    company = books.company_for(request, siren)
    asked = request.GET.get("year", "")
    year = books.year_for(company, asked) if asked else access.latest_year(company)
    context = {
        **shared(request, company, year),
        "years": list(fiscal_years(company)),
        "rows": queries.accounts(year) if year else [],
    }
    return render(request, "lettering/home.html", context)


def shared(request: MemberRequest, company: Company, year: FiscalYear | None) -> dict[str, Any]:
    rights = ("write", "validate", "administer")
    may = {f"may_{right}": request.member.may("finance", right, company_id=company.pk) for right in rights}
    return {"company": company, "year": year, **may}


@require_safe
@member_required(module="finance", right="read")
def account(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    """The parties of an account with open lines."""
    company = books.company_for(request, siren)
    held, opened = books.year_for(company, year), books.account_for(company, number)
    words, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    parties, following = open_items.open_parties(held, opened, words=words, after=after)
    context = {
        **shared(request, company, held),
        "account": opened,
        "parties": parties,
        "has_others": _has_others(held, opened),
        "words": words,
        "next": "?" + urlencode({"q": words, "after": following}) if following else "",
    }
    return render(request, "lettering/account.html", context)


def _has_others(year: FiscalYear, account: ChartAccount) -> bool | None:
    """Tell whether lines of no party are open on *account*; None in a year too large to read them all for that."""
    if YearLedger.objects.filter(fiscal_year=year, lines__gt=LOOKED_INTO).exists():
        return None
    return bool(open_items.open_lines(year, accounts=[account], without_auxiliary=True, limit=1).lines)


@require_safe
@member_required(module="finance", right="read")
def lines(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    """The open lines of an account and party."""
    company = books.company_for(request, siren)
    held, opened = books.year_for(company, year), books.account_for(company, number)
    party = access.party_for(company, request.GET.get("party", ""))
    return render(request, "lettering/lines.html", _lines_context(request, company, held, opened, party))


@require_POST
@member_required(module="finance", right="write")
def choice(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    """Letter the lines ticked, as the button says, or only add them up."""
    company = books.company_for(request, siren, right="write")
    held, opened = books.year_for(company, year), books.account_for(company, number)
    party = access.party_for(company, request.GET.get("party", ""))
    ticked, refusal = _ticked(request, opened, held), ""
    if request.POST.get("act") != "sum":
        try:
            messages.success(request, _letter(request, held, ticked))
        except Refusal as refused:
            refusal = str(refused)
        else:
            return HttpResponseRedirect(_address(request, opened, held, party))
    context = _lines_context(request, company, held, opened, party, ticked=ticked) | {"refusal": refusal}
    return render(request, "lettering/lines.html", context, status=422 if refusal else 200)


def _address(request: MemberRequest, opened: ChartAccount, year: FiscalYear, party: AuxiliaryAccount | None) -> str:
    names = {"siren": year.company.siren, "year": year.last_day.isoformat(), "number": opened.number}
    return url_here(request, "lettering:lines", **names) + ("?" + urlencode({"party": party.number}) if party else "")


def _ticked(request: MemberRequest, opened: ChartAccount, year: FiscalYear) -> list[OpenLine]:
    """Return the lines ticked and those of their partial letterings; 404 when one is of another account or year."""
    keys = [key for text in request.POST.getlist("line")[:MOST_TICKED] if (key := _key(text))]
    wanted = queries.with_partial(keys, company_id=year.company_id)
    found = open_items.lines_at(wanted, company_id=year.company_id)
    own = [line for line in found if line.account_id == opened.pk and year.first_day <= line.date <= year.last_day]
    if len(own) < len(wanted):
        raise Http404
    return found


def _key(text: str) -> LineKey | None:
    entry, _dot, position = text.partition(".")
    is_key = all(part.isascii() and part.isdigit() and len(part) < 18 for part in (entry, position))
    return (int(entry), int(position)) if is_key and len(position) < 9 else None


def _letter(request: MemberRequest, year: FiscalYear, ticked: Sequence[OpenLine]) -> str:
    """Do what the button asked for with the lines ticked, and return what to say. Raises Refusal."""
    act, keys = request.POST.get("act"), [(line.entry_id, line.position) for line in ticked]
    left, now, today = sum(line.cents for line in ticked), clock.now(), clock.today()
    if act == "difference" and ticked:
        return _settle(request, year, ticked)
    if left and act != "partial" and len(keys) > 1:
        raise lettering.NotLetterable(_("These lines do not sum to zero. Tick others, or letter them partially."))
    made = lettering.letter(keys, by=request.actor, at=now, on=today)
    return (_("Partially lettered under %(code)s.") if made.is_partial else _("Lettered under %(code)s.")) % {
        "code": made.code
    }


def _settle(request: MemberRequest, year: FiscalYear, ticked: Sequence[OpenLine]) -> str:
    by, now, today = request.actor, clock.now(), clock.today()
    if not request.member.may("finance", "validate", company_id=year.company_id):
        differences.settle(ticked, year=year, by=by, at=now)
        return _("The entry for the difference waits among the drafts; once validated, it letters these lines.")
    allowance = allowance_of(current_entitlements(), "finance", "entries")
    differences.settle_now(ticked, year=year, allowance=allowance, by=by, at=now, today=today)
    return _("The difference is posted and the lines are lettered with it.")


def _sums(ticked: Sequence[OpenLine], company: Company) -> dict[str, Any]:
    found = differences.difference_of(ticked, differences.settling_of(company)) if ticked else None
    return {
        "ticked": {f"{line.entry_id}.{line.position}" for line in ticked},
        "debit": sum(line.debit for line in ticked),
        "credit": sum(line.credit for line in ticked),
        "left": sum(line.cents for line in ticked),
        "difference": found,
    }


def _lines_context(
    request: MemberRequest,
    company: Company,
    year: FiscalYear,
    opened: ChartAccount,
    party: AuxiliaryAccount | None,
    *,
    ticked: Sequence[OpenLine] = (),
) -> dict[str, Any]:
    form = FilterForm(request.GET)
    wanted = form.wanted()
    until = form.cleaned_data.get("until")
    after = _line_key(request.GET.get("after", ""))
    page = open_items.open_lines(
        year,
        on=until,
        accounts=[opened],
        auxiliary=party,
        without_auxiliary=party is None,
        wanted=wanted,
        after=after,
    )
    kept = {name: value for name, value in request.GET.items() if name != "after" and value}
    after_text = ".".join((page.after[0].isoformat(), *map(str, page.after[1:]))) if page.after else ""
    return {
        **shared(request, company, year),
        **_sums(ticked, company),
        "refusal": "",
        "account": opened,
        "party": party,
        "heading": party or opened,
        "form": form,
        "page": page,
        "rows": [(line, f"{line.entry_id}.{line.position}") for line in page.lines],
        "next": "?" + urlencode({**kept, "after": after_text}) if page.after else "",
        "query": "?" + urlencode({"party": party.number}) if party else "",
    }


def _line_key(text: str) -> open_items.Key | None:
    """Return the key that an address names, such as 2025-03-04.17.2; None when it is none."""
    try:
        day, entry, position = text.split(".")
        return date.fromisoformat(day), int(entry), int(position)
    except ValueError:
        return None
