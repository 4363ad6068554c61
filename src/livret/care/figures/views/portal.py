"""The customer space: the dashboard of a company, or of a person, and the lists behind its figures."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from livret.care.figures import access, queries, shown, wording
from livret.care.figures.forms import PeriodForm
from livret.care.figures.views import answers
from livret.clients.access import AccountRequest, client_required, own_client
from livret.core import clock
from livret.core.clock import PARIS

if TYPE_CHECKING:
    from livret.clients.models import Contract

LIST = "figures/portal/requests.html"


@require_GET
@client_required
def dashboard(request: AccountRequest) -> HttpResponse:
    """What was asked of support and how it was answered, over a period."""
    now = clock.now()
    rows, form = _shares(request, now)
    contract = queries.contract_shown(own_client(request.account), day=clock.today())
    found = access.own_requests(request.account, day=clock.today())
    links = shown.Links(reverse("figures:requests"), form.key)
    board = queries.client_board(found, form.chosen, now=now)
    facts = {
        **_share_facts(contract, rows, links, is_wide=access.reads_whole_company(request.account, day=clock.today())),
        **_board_facts(board, links),
        "form": form,
        "days": wording.period_words(form.chosen),
        "now": now,
    }
    return render(request, "figures/portal/dashboard.html", facts)


@require_GET
@client_required
def requests(request: AccountRequest) -> HttpResponse:
    """The list behind a figure."""
    now = clock.now()
    _rows, form = _shares(request, now)
    found = access.own_requests(request.account, day=clock.today())
    return answers.list_page(request, LIST, found, form, now=now, is_staff=False)


@require_GET
@client_required
def requests_csv(request: AccountRequest) -> HttpResponse:
    """The list behind a figure, for spreadsheets."""
    now = clock.now()
    _rows, form = _shares(request, now)
    found = access.own_requests(request.account, day=clock.today())
    return answers.csv_file(request, found, form, now=now, is_staff=False)


def _shares(request: AccountRequest, now: datetime) -> tuple[list[queries.ContractShare], PeriodForm]:
    contract = queries.contract_shown(own_client(request.account), day=clock.today())
    rows = queries.shares_of(contract, now=now) if contract else []
    return rows, PeriodForm(request.GET, today=now.astimezone(PARIS).date(), spans=[row.period for row in rows])


def _share_facts(
    contract: Contract | None, rows: list[queries.ContractShare], links: shown.Links, *, is_wide: bool
) -> dict[str, Any]:
    """Return the share of the whole contract, which is the company's: its administrators see it."""
    current = rows[0] if rows else None
    booklet = queries.booklet_of(contract) if contract else None
    plan_clause = queries.clause_without_support(contract) if contract else ""
    return {
        "is_wide": is_wide,
        "current": current,
        "plan_clause": plan_clause,
        "booklet": booklet,
        "booklet_title": wording.booklet_title(booklet) if booklet else "",
        "share_figures": shown.share_figures(current, links) if current and is_wide else [],
        "share_days": wording.period_words(current.period) if current else "",
        "share_periods": [(row, wording.period_words(row.period), shown.percent(row.share.rate)) for row in rows],
        "target": shown.percent(current.target.share) if current and current.target.is_promised else "",
    }


def _board_facts(found: queries.ClientBoard, links: shown.Links) -> dict[str, Any]:
    board = found.board
    exclusions = [(request, clause) for request, clause in found.exclusions.items()]
    return {
        "figures": shown.now_figures(found.open_now, found.late_now, board, links),
        "months": shown.months_chart(board, links),
        "times": shown.times_chart(board, links),
        "ratings": shown.ratings_chart(board, links),
        "splits": [shown.split(name, board.by[name], links) for name in ("kind", "product", "person")],
        "second": shown.second_lines(found.second, links),
        "exclusions": exclusions,
        "contests": found.contests,
        "filed": board.whole.filed,
    }
