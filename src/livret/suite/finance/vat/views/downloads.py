"""A return taken away: as a table, and as data for other programs."""

from __future__ import annotations

import csv
import io
import json

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.vat.access import return_for
from livret.suite.finance.vat.models import Return
from livret.suite.finance.vat.queries import pages


@require_safe
@member_required(module="finance", right="read")
def as_csv(request: MemberRequest, siren: str, first: str, rank: int) -> HttpResponse:
    made = return_for(access.company_for(request, siren), first, rank)
    text = io.StringIO(newline="")
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow(["Case", "Intitulé", "Base hors taxe", "Taxe"])
    for section in pages.sections_of(made, everything=True):
        sheet.writerows([row.code, row.label, _figure(row.base), _figure(row.tax)] for row in section.rows)
    return _attached(text.getvalue().encode("utf-8-sig"), made, "csv", "text/csv; charset=utf-8")


@require_safe
@member_required(module="finance", right="read")
def as_json(request: MemberRequest, siren: str, first: str, rank: int) -> HttpResponse:
    made = return_for(access.company_for(request, siren), first, rank)
    content = json.dumps(pages.as_json(made), ensure_ascii=False, indent=1).encode()
    return _attached(content, made, "json", "application/json")


def _figure(euros: int | None) -> str:
    return "" if euros is None else str(euros)


def _attached(content: bytes, made: Return, extension: str, content_type: str) -> HttpResponse:
    rank = f"-{made.rank}" if made.rank else ""
    name = f"{made.form}-{made.company.siren}-{made.first_day}{rank}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
