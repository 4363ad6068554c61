"""What is asked of a report, and how its sheet begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from livret.core.ui.figures import day_text
from livret.kernel.charts import UnknownAccount, chart_for
from livret.kernel.legislation import NotInForce
from livret.kernel.periods import DayPeriod
from livret.suite.company.models import FiscalYear
from livret.suite.finance.statements.rules import periods
from livret.suite.finance.statements.rules.sheets import Sheet, Target


@dataclass(frozen=True, slots=True)
class Asked:
    """A fiscal year, the days wanted inside it, and the choices of the form, by the names of its fields."""

    year: FiscalYear
    period: DayPeriod
    today: date
    choices: Mapping[str, str] = field(default_factory=dict)

    def choice(self, name: str, default: str = "") -> str:
        return self.choices.get(name) or default

    @property
    def day(self) -> date:
        """The day at the end of the period, for what is told at a day."""
        return self.period.last_day


@dataclass(frozen=True, slots=True)
class Report:
    """kind: its word in addresses; fields: of the form, those that change it; build: reads the books.

    summary: builds what the page shows of a book too long for it; starts: the period shown until one is chosen.
    """

    kind: str
    title: str | Promise
    detail: str | Promise
    icon: str
    fields: tuple[str, ...]
    build: Callable[[Asked], Sheet]
    summary: Callable[[Asked], Sheet] | None = None
    starts: str = periods.YEAR


def facts_of(asked: Asked, *more: str) -> tuple[str, ...]:
    """Return company, fiscal year and days in words, then *more* and what was chosen."""
    year, period = asked.year, asked.period
    names = {"name": year.company.name, "siren": year.company.siren}
    company = _("%(name)s, SIREN %(siren)s") % names
    days = {"first": day_text(period.first_day), "last": day_text(period.last_day), "year": year.label}
    account = asked.choice("account")
    numbers = _("Accounts %(number)s") % {"number": account} if account else ""
    told = (*more, numbers, *(words() for words, _name in _choices(asked)))
    return (company, _("Fiscal year %(year)s, from %(first)s to %(last)s") % days, *(one for one in told if one))


def file_name(asked: Asked, kind: str) -> str:
    """Return the name of the files of a report: its days and its choices stand in it, as a CSV tells nothing else."""
    days = f"{asked.period.first_day}-{asked.period.last_day}"
    return "-".join([f"{kind}-{asked.year.company.siren}-{days}", *(name for _words, name in _choices(asked))])


def _choices(asked: Asked) -> list[tuple[Callable[[], str], str]]:
    """Return the choices that leave rows out or bring some in: in words, and as file names bear them."""
    told: dict[tuple[str, str], tuple[Callable[[], str], str]] = {
        ("level", "three"): (lambda: _("By three digits"), "trois-chiffres"),
        ("level", "two"): (lambda: _("By two digits"), "deux-chiffres"),
        ("level", "class"): (lambda: _("By classes"), "classes"),
        ("accounts", "all"): (lambda: _("With the accounts that did not move"), "tous-comptes"),
        ("parties", "held"): (lambda: _("Only the parties with a balance"), "soldes"),
        ("against", "previous-period"): (lambda: _("Compared with as many days just before"), "periode-precedente"),
    }
    return [told[choice] for choice in asked.choices.items() if choice in told]


def lines_of(year: FiscalYear, number: str, period: DayPeriod) -> Target:
    """Return the address of the lines of an account over *period*."""
    query = f"?since={period.first_day}&until={period.last_day}"
    kwargs = {"siren": year.company.siren, "year": year.last_day.isoformat(), "number": number}
    return Target("finance:account", kwargs, query)


def official_label(number: str, year: FiscalYear) -> str:
    """Return what the general chart of *year* calls an account or what holds it; nothing where no chart is known."""
    try:
        chart = chart_for(year.first_day)
        held = chart.accounts.get(number)
        return held.label if held else chart.label_for(number)
    except (UnknownAccount, NotInForce):
        return ""
