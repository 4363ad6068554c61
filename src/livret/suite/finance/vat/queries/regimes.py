"""The regime of a company on a day, its periods, and the codes of its accounts and lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from livret.kernel.periods import ONE_DAY, DayPeriod
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount, Entry, LineVat
from livret.suite.finance.vat.models import AccountCode, Regime
from livret.suite.finance.vat.rules.accounts import Role, role_of
from livret.suite.finance.vat.rules.codes import ANY_RATE, Code, codes_on
from livret.suite.finance.vat.rules.regimes import RegimeKind, period_of, regime_kinds


def regime_on(company: Company, day: date) -> Regime | None:
    """Return the regime of *company* on *day*, None before the first one."""
    return Regime.objects.filter(company=company, since__lte=day).order_by("-since").first()


def regimes_of(company: Company) -> list[Regime]:
    return list(Regime.objects.filter(company=company).order_by("since"))


def kind_of(regime: Regime) -> RegimeKind:
    return regime_kinds()[regime.kind]


def period_holding(regime: Regime, day: date) -> DayPeriod:
    """Return the period of returns of *regime* that holds *day*."""
    year = FiscalYear.objects.filter(company=regime.company_id, first_day__lte=day, last_day__gte=day).first()
    return period_of(kind_of(regime), day, year=year.days if year else None)


def periods_until(company: Company, day: date) -> Iterator[tuple[Regime, DayPeriod]]:
    """Yield, in order, the periods that ask for a return and begin on *day* or before."""
    regimes = regimes_of(company)
    followers: list[Regime | None] = [*regimes[1:], None]
    for regime, following in zip(regimes, followers[: len(regimes)], strict=True):
        first = regime.since
        while first <= day and kind_of(regime).form and (following is None or first < following.since):
            period = period_holding(regime, first)
            yield regime, period
            first = period.last_day + ONE_DAY


def chosen_codes(company: Company) -> dict[str, str]:
    """Return the codes that *company* chose, by root of account."""
    return dict(AccountCode.objects.filter(company=company).values_list("root", "code"))


def facts_of(regime: Regime) -> dict[str, str]:
    """Return what the figures of a return rest on in its regime, and the first day of all regimes."""
    names = ("kind", "services_due", "territory")
    return {name: getattr(regime, name) for name in names} | {"since": regimes_of(regime.company)[0].since.isoformat()}


def role_of_account(company: Company, account: ChartAccount, day: date) -> Role | None:
    """Return what *account* has to do with VAT on *day*."""
    regime = regime_on(company, day)
    return role_of(
        account.number,
        account.label,
        chosen_codes(company),
        day=day,
        territory=regime.territory if regime else Regime.Territory.MAINLAND,
        receipts=bool(regime and regime.is_on_receipts),
    )


def code_of(company: Company, account: ChartAccount, day: date) -> Code | None:
    """Return the VAT code that a line of *account* bears on *day* when nobody states another; None when it has none.

    A code whose rate is to be found in the entry ("V*") is none here.
    """
    role = role_of_account(company, account, day)
    return codes_on(day).get(role.code) if role else None


def code_of_line(entry: Entry, position: int) -> Code | None:
    """Return the code of a posted line: the one it states, else that of its account."""
    stated = LineVat.objects.filter(entry=entry, position=position).values_list("code", flat=True).first()
    if stated:
        return codes_on(entry.date).get(stated)
    line = entry.lines.select_related("account", "company").get(position=position)
    return code_of(line.company, line.account, entry.date)


def is_open_code(code: str) -> bool:
    """Tell whether the rate of *code* is to be found in each entry."""
    return code.endswith(ANY_RATE)
