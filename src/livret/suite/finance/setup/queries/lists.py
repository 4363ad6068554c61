"""Lists of what books are made of: years, accounts, parties, rates, axes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from livret.core.audit.queries import trail_for
from livret.kernel.charts import Chart, charts
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.queries import fiscal_years
from livret.suite.company.rules import is_usual_length
from livret.suite.finance.models import (
    AnalyticAxis,
    AuxiliaryAccount,
    ChartAccount,
    ExchangeRate,
    ImportRun,
    Journal,
    YearLedger,
)
from livret.suite.finance.services.drafts import chart_of
from livret.suite.finance.setup.rules.numbering import USUAL_ACCOUNTS, following_number

NUMBERED = r"[0-9]$"


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A fiscal year, its chart, how much it holds, and the reason given when it is not of twelve months."""

    year: FiscalYear
    chart: Chart | None
    entries: int
    locked_until: date | None
    is_usual: bool
    reason: str


def years(company: Company) -> list[YearFacts]:
    """Return the years of a company, the latest first."""
    held = list(fiscal_years(company))
    ledgers = YearLedger.objects.in_bulk([year.pk for year in held])
    reasons = _reasons(held)
    found = []
    for year in held:
        ledger = ledgers.get(year.pk)
        entries, locked = (ledger.entries, ledger.locked_until) if ledger else (0, None)
        usual = is_usual_length(year.days)
        found.append(YearFacts(year, chart_of(year), entries, locked, usual, reasons.get(str(year.pk), "")))
    return found


def _reasons(held: list[FiscalYear]) -> dict[str, str]:
    acts = trail_for(client_plane=True).filter(
        object_type="company.fiscalyear",
        object_id__in=[str(year.pk) for year in held],
        action="company.fiscal_year.opened",
    )
    return {act.object_id: act.detail.get("reason", "") for act in acts}


def accounts(company: Company, *, words: str = "", family: str = "", only: str = "") -> QuerySet[ChartAccount]:
    """Return accounts by number. family: first digits; only: "closed", "lettered" or nothing."""
    found = ChartAccount.objects.filter(company=company)
    if words:
        found = found.filter(Q(number__startswith=words) | Q(label__icontains=words))
    if family:
        found = found.filter(number__startswith=family)
    if only == "closed":
        found = found.filter(is_closed=True)
    if only == "lettered":
        found = found.filter(can_letter=True)
    return found.order_by("number")


def is_valid_in(account: ChartAccount, year: FiscalYear) -> bool:
    """Tell whether entries of *year* may use the account."""
    begins, ends = account.valid_from, account.valid_until
    return (begins is None or begins <= year.first_day) and (ends is None or year.first_day < ends)


def validity_by_year(account: ChartAccount, held: list[FiscalYear]) -> list[tuple[FiscalYear, bool]]:
    """Return the years of the company, the latest first, with whether each may use the account."""
    return [(year, is_valid_in(account, year)) for year in held]


def chart_named(year: str) -> Chart:
    """Return the chart opened in a year such as 2025; the latest one when there is none."""
    return next((chart for chart in charts() if str(chart.opened_from.year) == year), charts()[-1])


def parties(company: Company, *, kind: str = "", words: str = "") -> QuerySet[AuxiliaryAccount]:
    """Return auxiliaries by number, with their party."""
    found = AuxiliaryAccount.objects.filter(company=company).select_related("party", "account")
    if kind:
        found = found.filter(kind=kind)
    if words:
        holds = Q(number__istartswith=words) | Q(label__icontains=words) | Q(party__siren=words.replace(" ", ""))
        found = found.filter(holds)
    return found.order_by("number")


def counts_by_kind(company: Company) -> dict[str, int]:
    rows = AuxiliaryAccount.objects.filter(company=company).values_list("kind").annotate(many=Count("pk")).order_by()
    return dict(rows)


def unsorted_parties(company: Company) -> int:
    """Return how many parties have neither kind nor general account, as an import leaves them."""
    found = AuxiliaryAccount.objects.filter(company=company, kind=AuxiliaryAccount.Kind.OTHER, account=None)
    return found.count()


def proposed_number(company: Company, kind: str) -> str:
    """Return the number to propose for a new party: the one after the last of its kind that ends with a digit."""
    numbered = AuxiliaryAccount.objects.filter(company=company, kind=kind, number__regex=NUMBERED)
    last = numbered.order_by("-number").values_list("number", flat=True).first() or ""
    number = following_number(last, kind)
    while AuxiliaryAccount.objects.filter(company=company, number=number).exists():
        number = following_number(number, kind)
    return number


def proposed_account(company: Company, kind: str) -> str:
    """Return the general account to propose for a new party: that of the last one of its kind, else the usual one."""
    own = AuxiliaryAccount.objects.filter(company=company, kind=kind, account__isnull=False)
    last = own.order_by("-pk").values_list("account__number", flat=True).first()
    usual = accounts(company, family=USUAL_ACCOUNTS[kind]).filter(is_closed=False).first()
    return last or (usual.number if usual else "")


def journals(company: Company) -> list[Journal]:
    return list(Journal.objects.filter(company=company).select_related("account").order_by("is_closed", "code"))


def rates(company: Company, *, currency: str = "") -> QuerySet[ExchangeRate]:
    """Return the rates noted, the latest first."""
    found = ExchangeRate.objects.filter(company=company)
    return (found.filter(currency=currency) if currency else found).order_by("-day", "currency")


def currencies_noted(company: Company) -> list[str]:
    return sorted(set(ExchangeRate.objects.filter(company=company).values_list("currency", flat=True).distinct()))


def axes(company: Company) -> list[AnalyticAxis]:
    """Return the axes with their sections."""
    found = AnalyticAxis.objects.filter(company=company).prefetch_related("sections")
    return list(found.order_by("is_closed", "code"))


def runs_done(company: Company) -> dict[int, list[ImportRun]]:
    """Return the imports that brought entries to a company, by fiscal year."""
    found: dict[int, list[ImportRun]] = {}
    rows = ImportRun.objects.filter(company=company, state=ImportRun.State.DONE).order_by("ended_at")
    for run in rows.defer("summary", "findings"):
        if run.fiscal_year_id is not None:
            found.setdefault(run.fiscal_year_id, []).append(run)
    return found
