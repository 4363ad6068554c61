"""The console: the publisher's dashboard, the lists behind its figures, the share of every client."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from livret.care.figures import access, queries, shown, wording
from livret.care.figures.forms import BoardForm
from livret.care.figures.queries.boards import MOST_CLIENTS, Kept, PublisherBoard
from livret.care.figures.rules.settings import settings
from livret.care.figures.views import answers
from livret.care.support import queries as support
from livret.care.support.queries import behind
from livret.clients.access import AccountRequest, staff_required
from livret.core import clock
from livret.core.clock import PARIS

READERS = (access.TECHNICIAN, access.CUSTOMER_SERVICE)
LIST = "figures/console/requests.html"
PAGE_SIZE = 50
_KEPT = Kept()


@require_GET
@staff_required(*READERS)
def dashboard(request: AccountRequest) -> HttpResponse:
    """The publisher's figures over a period, the backlog with its forecast, and who is close to missing a share."""
    now = clock.now()
    form = _form(request, now)
    facts = _KEPT.get(("board", form.key, *form.kept.items()), lambda: _board(form, now), now=now)
    rows = _KEPT.get("shares", lambda: queries.all_shares(now=now), now=now)
    links = shown.Links(reverse("figures_console:requests"), form.key, form.kept)
    shown_facts = {**_board_facts(facts, links), **_close_facts(rows), "form": form}
    return render(request, "figures/console/dashboard.html", shown_facts)


def _form(request: AccountRequest, now: datetime) -> BoardForm:
    kinds = [(key, behind.kind_label(key)) for key in ("malfunction", "question", "customer_service", "operation")]
    teams = [(team.pk, team.name) for team in support.teams()]
    return BoardForm(request.GET, today=now.astimezone(PARIS).date(), kinds=kinds, teams=teams)


def _board(form: BoardForm, now: datetime) -> PublisherBoard:
    kept = form.kept
    return queries.publisher_board(
        form.chosen, now=now, kind=kept.get("kind", ""), team=int(kept["team"]) if "team" in kept else None
    )


def _board_facts(found: PublisherBoard, links: shown.Links) -> dict[str, Any]:
    board, chosen = found.board, settings()
    names = ("team", "technician", "product", "kind")
    return {
        "figures": shown.now_figures(found.open_now, found.late_now, board, links),
        "months": shown.months_chart(board, links),
        "times": shown.times_chart(board, links),
        "backlog": shown.forecast_chart(found.forecast),
        "forecast": found.forecast,
        "expected": found.forecast.ahead[-1] if found.forecast.ahead else None,
        "settings": chosen,
        "half_ahead": chosen.forecast_days // 2,
        "splits": [shown.split(name, board.by[name], links) for name in names],
        "clients": shown.split("client", board.by["client"], links, most=MOST_CLIENTS),
        "days": wording.period_words(board.period),
        "now": found.counted_at,
    }


def _close_facts(rows: list[queries.ContractShare]) -> dict[str, Any]:
    close = [row for row in rows if row.is_close]
    return {"close": [_share_line(row) for row in close[:MOST_CLIENTS]], "close_count": len(close)}


@require_GET
@staff_required(*READERS)
def shares(request: AccountRequest) -> HttpResponse:
    """The running share of every client, those that may miss the fewest more first."""
    now = clock.now()
    page = Paginator(queries.all_shares(now=now), PAGE_SIZE).get_page(request.GET.get("page"))
    facts = {"page": page, "rows": [_share_line(row) for row in page], "settings": settings()}
    return render(request, "figures/console/shares.html", facts)


def _share_line(row: queries.ContractShare) -> dict[str, Any]:
    """Return what a line shows of a contract's running share, with the lists of its own period."""
    path = reverse("figures_console:requests")
    first, after = row.period.first_day.isoformat(), row.period.last_day.isoformat()
    links = shown.Links(path, f"{first}_{after}", {"contract": str(row.contract.pk)})
    tone = "neutral" if row.share.is_met is None else "bad" if not row.share.is_met else "good"
    return {
        "row": row,
        "rate": shown.percent(row.share.rate),
        "target": shown.percent(row.target.share) if row.target.is_promised else "",
        "tone": "warn" if tone == "good" and row.is_close else tone,
        "counted_url": links.to("counted"),
        "missed_url": links.to("missed"),
        "excluded_url": links.to("excluded"),
        "parts": shown.parts_of(row.tally),
    }


@require_GET
@staff_required(*READERS)
def requests(request: AccountRequest) -> HttpResponse:
    """The list behind a figure."""
    now = clock.now()
    return answers.list_page(request, LIST, behind.all_requests(), _form(request, now), now=now, is_staff=True)


@require_GET
@staff_required(*READERS)
def requests_csv(request: AccountRequest) -> HttpResponse:
    """The list behind a figure, for spreadsheets."""
    now = clock.now()
    return answers.csv_file(request, behind.all_requests(), _form(request, now), now=now, is_staff=True)
