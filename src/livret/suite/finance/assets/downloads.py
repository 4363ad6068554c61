"""The register taken away as a table."""

from __future__ import annotations

import csv
import io

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.kernel.money import euros_of
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.finance import access
from livret.suite.finance.assets import queries
from livret.suite.finance.assets.forms import DayForm

HEADER = ("Compte", "Numéro", "Intitulé", "Acquisition", "Mise en service", "Mode", "Durée (mois)")
AMOUNTS = ("Valeur brute", "Amortissements", "Valeur nette")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@member_required(module="finance", right="read")
def register_csv(request: MemberRequest, siren: str) -> HttpResponse:
    """Send the register on a day, an asset a line, as spreadsheets of this country read it."""
    company = access.company_for(request, siren)
    form = DayForm(request.GET)
    on = (form.cleaned_data["on"] if form.is_valid() else None) or clock.today()
    text = io.StringIO(newline="")
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow([*HEADER, *AMOUNTS])
    for group in queries.register(company, on).accounts:
        for held in group.assets:
            sheet.writerow([*_facts(held), *(_comma(cents) for cents in (held.gross, held.cumulated, held.net))])
    disposition = f'attachment; filename="immobilisations-{siren}-{on}.csv"'
    content = text.getvalue().encode("utf-8-sig")
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


def _facts(held: queries.Held) -> list[str]:
    asset = held.asset
    label = f"'{asset.label}" if asset.label.startswith(FORMULA) else asset.label
    days = (asset.acquired_on.isoformat(), asset.in_service_on.isoformat())
    return [asset.account.number, str(asset.number), label, *days, str(asset.get_method_display()), str(asset.months)]


def _comma(cents: int) -> str:
    return f"{euros_of(cents):f}".replace(".", ",")
