"""The books taken away: the FEC of a year with its notice, the trial balance as a table."""

from __future__ import annotations

import csv
import io
import tempfile

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from livret.kernel.money import euros_of
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.forms import PeriodForm
from livret.suite.finance.queries import balances, export

CHARSETS = ("iso-8859-15", "utf-8")
KEPT_IN_MEMORY_BYTES = 4_000_000


@require_safe
@member_required(module="finance", right="read")
def fec(request: MemberRequest, siren: str, year: str) -> FileResponse:
    """Send the FEC; it is written to a file first, so that a failure is an error page and never half a FEC."""
    held = access.year_for(access.company_for(request, siren), year)
    charset = request.GET.get("charset", CHARSETS[0])
    stream = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by the response.
    export.write_fec(held, stream, charset=charset if charset in CHARSETS else CHARSETS[0])
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=export.fec_name(held), content_type="text/plain")


@require_safe
@member_required(module="finance", right="read")
def fec_notice(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    held = access.year_for(access.company_for(request, siren), year)
    name = export.fec_name(held).replace(".txt", "_notice.txt")
    return _attached(export.fec_description(held).encode(), name, "text/plain; charset=utf-8")


@require_safe
@member_required(module="finance", right="read")
def balance_csv(request: MemberRequest, siren: str, year: str) -> HttpResponse:
    held = access.year_for(access.company_for(request, siren), year)
    period = PeriodForm(request.GET).period(held)
    text = io.StringIO(newline="")
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow(["Compte", "Intitulé", "Ouverture", "Débit", "Crédit", "Solde débiteur", "Solde créditeur"])
    for group in balances.balance_of(held, period).groups:
        for row in group.rows:
            sums = row.sums
            amounts = (sums.opening, sums.debit, sums.credit, sums.closing_debit, sums.closing_credit)
            sheet.writerow([_safe(row.number), _safe(row.label), *map(_comma, amounts)])
    name = f"balance-{siren}-{period.first_day}-{period.last_day}.csv"
    return _attached(text.getvalue().encode("utf-8-sig"), name, "text/csv; charset=utf-8")


def _comma(cents: int) -> str:
    return f"{euros_of(cents):f}".replace(".", ",")


def _safe(text: str) -> str:
    """Return *text* so that a spreadsheet takes it for words and never for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
