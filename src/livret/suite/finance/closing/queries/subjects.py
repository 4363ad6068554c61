"""Which checks have nothing to look at in a year: that they find nothing there proves nothing."""

from __future__ import annotations

from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import CutOff
from livret.suite.finance.closing.services.forwarding import next_year
from livret.suite.finance.models import Balance, Entry, Journal

WAITING = ("471", "472", "473", "474", "475")
TRANSIT = ("58", "511")
CASH = ("53",)
RESULT = ("12", "88", "89")
OF_ACCOUNTS = {
    "waiting-accounts": WAITING,
    "transit-open": TRANSIT,
    "cash-below-zero": CASH,
    "result-not-allocated": RESULT,
}


def former_year(year: FiscalYear) -> FiscalYear | None:
    """Return the fiscal year that ends where *year* begins."""
    rows = FiscalYear.objects.select_related("company").filter(company_id=year.company_id)
    return rows.filter(last_day=year.first_day - ONE_DAY).first()


def checks_without_subject(year: FiscalYear) -> set[str]:
    """Return the codes of the checks on the ledger that *year* gives nothing to look at."""
    moved = set(Balance.objects.filter(fiscal_year=year).values_list("account__number", flat=True).distinct())
    idle = {code for code, roots in OF_ACCOUNTS.items() if not any(number.startswith(roots) for number in moved)}
    former = former_year(year)
    subjects = {
        "former-year-open": former is not None,
        "opening-differs": former is not None,
        "account-not-in-next-year": next_year(year) is not None,
        "opening-of-result-accounts": _is_opened(year),
        "cut-off-not-reversed": former is not None and CutOff.objects.filter(fiscal_year=former).exists(),
    }
    return idle | {code for code, is_there in subjects.items() if not is_there}


def _is_opened(year: FiscalYear) -> bool:
    journals = Journal.objects.filter(company_id=year.company_id, kind=Journal.Kind.OPENING)
    return Entry.objects.filter(fiscal_year=year, journal__in=journals).exists()
