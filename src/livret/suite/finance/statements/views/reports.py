"""The list of reports, a report, the accounts behind a figure, the ledger of a party."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from livret.core import clock
from livret.suite.company.access import MemberRequest, member_required
from livret.suite.company.models import FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.finance import access as books_access
from livret.suite.finance.forms import PeriodForm
from livret.suite.finance.queries.ledgers import Key
from livret.suite.finance.statements import access
from livret.suite.finance.statements.models import SavedFilter
from livret.suite.finance.statements.queries import auxiliaries, kept
from livret.suite.finance.statements.reports.official import figure_behind
from livret.suite.finance.statements.reports.registry import REPORTS
from livret.suite.finance.statements.services.files import is_for_a_job
from livret.suite.finance.statements.views.shown import address, shown

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
    held = access.year_of(request, siren, year)
    wanted = access.report_of(kind)
    form, asked = access.asked_of(request, held, wanted)
    sheet = (wanted.summary or wanted.build)(asked)
    context = {
        **_of_year(held),
        "report": wanted,
        "form": form,
        "fields": [form[name] for name in wanted.fields],
        "shown": shown(request, sheet),
        "query": _query(request),
        "filters": SavedFilter.objects.filter(
            company=held.company_id, person_id=request.member.person_id, kind=kind
        ).order_by("name"),
        "is_for_a_job": is_for_a_job(kind, held),
    }
    return render(request, "statements/report.html", context)


def _of_year(year: FiscalYear) -> dict[str, Any]:
    return {"company": year.company, "year": year, "years": list(fiscal_years(year.company))}


def _query(request: MemberRequest) -> str:
    """Return the choices of the address, for the files and filters that keep them; never the page."""
    chosen = request.GET.copy()
    chosen.pop("page", None)
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
    form = PeriodForm({name: request.GET[name] for name in ("since", "until") if request.GET.get(name)})
    period = form.period(held)
    after = _key(request.GET.get("after", ""))
    page = auxiliaries.party_page(party, account, held, period, after=after) if account else None
    query = f"?since={period.first_day}&until={period.last_day}"
    following = (
        f"{query}&account={account.number}&after={_key_text(page.after)}" if account and page and page.after else ""
    )
    shown_form = PeriodForm({"since": period.first_day, "until": period.last_day})
    context = {**_of_year(held), "party": party, "accounts": accounts, "account": account, "form": shown_form}
    context |= {"page": page, "query": query, "following": following}
    return render(request, "statements/auxiliary_ledger.html", context)


def _key(text: str) -> Key | None:
    """Return the key that an address names, such as 2025-03-04.17.2; None when it is none."""
    try:
        day, entry, position = text.split(".")
        return date.fromisoformat(day), int(entry), int(position)
    except ValueError:
        return None


def _key_text(key: Key) -> str:
    return f"{key[0].isoformat()}.{key[1]}.{key[2]}"
