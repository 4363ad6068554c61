"""The list of reports, a report, the accounts behind a figure, the ledger of a party."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance import access as books_access
from livret.suite.finance.queries import ledgers
from livret.suite.finance.statements import access
from livret.suite.finance.statements.models import SavedFilter
from livret.suite.finance.statements.queries import auxiliaries, kept
from livret.suite.finance.statements.reports.asked import Asked, Report
from livret.suite.finance.statements.reports.official import figure_behind
from livret.suite.finance.statements.reports.registry import REPORTS
from livret.suite.finance.statements.services.files import is_for_a_job
from livret.suite.finance.statements.views.shown import address, shown
from livret.suite.finance.views.pages import ledger_period, page_links, query_of, wanted_page

OFFICIAL = ("bilan", "resultat", "sig")


@require_safe
@member_required(module="finance", right="read")
def home(request: MemberRequest, siren: str) -> HttpResponse:
    company = books_access.company_for(request, siren)
    years = list(fiscal_years(company))
    context = {
        "company": company,
        "years": years,
        "year": _current(years, request.GET.get("year", "")),
        "reports": REPORTS,
        "filters": kept.filters_of(company, request.member.person_id),
        "files": kept.latest_files(company),
    }
    return render(request, "statements/home.html", context)


def _current(years: list[FiscalYear], wanted: str) -> FiscalYear | None:
    """Return the year asked for, else the one that holds today, else the latest."""
    today = clock.today()
    named = [year for year in years if year.last_day.isoformat() == wanted]
    return next(iter([*named, *(year for year in years if today in year.days), *years]), None)


@require_safe
@member_required(module="finance", right="read")
def report(request: MemberRequest, siren: str, year: str, kind: str) -> HttpResponse:
    wanted = access.report_of(kind)
    _asked, context = context_of(request, access.year_of(request, siren, year), wanted)
    return render(request, "statements/report.html", context)


def context_of(request: MemberRequest, held: FiscalYear, wanted: Report) -> tuple[Asked, dict[str, Any]]:
    """Return what the address asks of a report, and what its page shows."""
    form, asked = access.asked_of(request, held, wanted)
    sheet = (wanted.summary or wanted.build)(asked)
    return asked, {
        **_of_year(held),
        "report": wanted,
        "form": form,
        "fields": [form[name] for name in wanted.fields],
        "shown": shown(request, sheet),
        "query": _query(request),
        "filters": SavedFilter.objects.filter(
            company=held.company_id, person_id=request.member.person_id, kind=wanted.kind
        ).order_by("name"),
        "is_for_a_job": is_for_a_job(wanted.kind, held),
    }


def _of_year(year: FiscalYear) -> dict[str, Any]:
    return {"company": year.company, "year": year, "years": list(fiscal_years(year.company))}


def _query(request: MemberRequest) -> str:
    """Return the choices of the address, for the files and filters that keep them; never the place in it."""
    chosen = request.GET.copy()
    for place in ("page", "after", "before"):
        chosen.pop(place, None)
    return chosen.urlencode()


@require_safe
@member_required(module="finance", right="read")
def figure(request: MemberRequest, siren: str, year: str, kind: str, key: str) -> HttpResponse:
    held = access.year_of(request, siren, year)
    if kind not in OFFICIAL:
        raise Http404
    _form, asked = access.asked_of(request, held, access.report_of(kind))
    behind = figure_behind(asked, kind, key)
    if behind is None:
        raise Http404
    row, accounts, cents = behind
    rows = [(*one.cells, address(request, one.targets[0])) for one in accounts]
    context = {**_of_year(held), "report": access.report_of(kind), "row": row, "rows": rows, "cents": cents}
    return render(request, "statements/figure.html", {**context, "asked": asked, "query": _query(request)})


@require_safe
@member_required(module="finance", right="read")
def auxiliary_ledger(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    held = access.year_of(request, siren, year)
    party = access.party_for(held.company, number)
    accounts = auxiliaries.accounts_of(party, held)
    account = next((one for one in accounts if one.number == request.GET.get("account")), next(iter(accounts), None))
    form, period = ledger_period(request, held)
    page = ledgers.auxiliary_page(account, party, held, period, **wanted_page(request, form)) if account else None
    query = f"{query_of(period)}&account={account.number}" if account else query_of(period)
    context = {**_of_year(held), "party": party, "accounts": accounts, "account": account, "form": form, "page": page}
    context |= {"period": query_of(period), "links": page_links(query, page)}
    return render(request, "statements/auxiliary_ledger.html", context)
