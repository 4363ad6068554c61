"""The books as they are read: home, accounts, journals."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.core.tenancy.context import current_entitlements
from livret.core.tenancy.links import url_here
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.company.rules import allowance_of
from livret.suite.finance import access, desk
from livret.suite.finance.queries import home, ledgers
from livret.suite.finance.views.pages import ledger_period, page_links, query_of, wanted_page


@require_safe
@member_required(module="finance", right="read")
def overview(request: MemberRequest) -> HttpResponse:
    context = {
        "companies": home.companies_at_work(request.member),
        "runs": home.runs_waiting(request.member),
        "may_import": request.member.may("finance", "validate"),
    }
    return render(request, "finance/home.html", context)


@require_safe
@member_required(module="finance", right="read")
def company(request: MemberRequest, siren: str) -> HttpResponse:
    found = access.company_for(request, siren)
    boards = desk.boards_of(found, today=clock.today())
    context = {
        "company": found,
        "years": home.years_at_work(found),
        "tasks": [
            (task, _address(request, task)) for task in desk.tasks_of(found, request.member, today=clock.today())
        ],
        "figures": [(one, _address(request, one)) for board in boards for one in board.figures],
        "charts": [chart for board in boards for chart in board.charts],
        "may_write": request.member.may("finance", "write", company_id=found.pk),
        "entitlements": current_entitlements(),
        "allowance": allowance_of(current_entitlements(), "finance", "entries"),
    }
    return render(request, "finance/company.html", context)


def _address(request: MemberRequest, told: desk.Task | desk.Figure) -> str:
    """Return where a task or a figure leads; empty while no room answers there."""
    try:
        return url_here(request, told.url_name, **told.kwargs) + told.query
    except NoReverseMatch:
        return ""


@require_safe
@member_required(module="finance", right="read")
def account(request: MemberRequest, siren: str, year: str, number: str) -> HttpResponse:
    found = access.company_for(request, siren)
    held = access.year_for(found, year)
    opened = access.account_for(found, number)
    form, period = ledger_period(request, held)
    page = ledgers.account_page(opened, held, period, **wanted_page(request, form))
    context = {**_of_year(found, held), "form": form, "account": opened, "page": page, "query": query_of(period)}
    context["links"] = page_links(query_of(period), page)
    return render(request, "finance/account.html", context)


def _of_year(company: Company, year: FiscalYear) -> dict[str, Any]:
    return {"company": company, "year": year, "years": list(fiscal_years(company))}


@require_safe
@member_required(module="finance", right="read")
def journals(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    found = access.company_for(request, siren)
    held = access.year_for(found, year)
    return render(request, "finance/journals.html", {**_of_year(found, held), "counters": ledgers.journal_counts(held)})


@require_safe
@member_required(module="finance", right="read")
def journal(request: MemberRequest, siren: str, year: str, code: str) -> HttpResponse:
    found = access.company_for(request, siren)
    held = access.year_for(found, year)
    opened = access.journal_for(found, code)
    after = request.GET.get("after", "")
    entries, following = ledgers.journal_page(
        opened, held, after=int(after) if after.isdecimal() and len(after) < 18 else 0
    )
    rows = [(entry, ledgers.entry_reference(entry)) for entry in entries]
    context = {
        **_of_year(found, held),
        "journal": opened,
        "rows": rows,
        "following": f"?after={following}" if following else "",
        "after": after,
    }
    return render(request, "finance/journal.html", context)
