"""The figures to steer by."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.queries import fiscal_years
from livret.suite.finance.statements import access
from livret.suite.finance.statements.reports.management import board_of
from livret.suite.finance.statements.views.shown import address


@require_safe
@member_required(module="finance", right="read")
def management(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    held = access.year_of(request, siren, year)
    board = board_of(held, today=clock.today())
    context = {
        "company": held.company,
        "year": held,
        "years": list(fiscal_years(held.company)),
        "board": board,
        "figures": [(one, address(request, one.target) if one.target else "") for one in board.figures],
    }
    return render(request, "statements/management.html", context)
