"""What the pages of lettering show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.lettering.models import AutoGroup, AutoLine, AutoRun, Rule
from livret.suite.finance.models import AuxiliaryAccount, Balance, ChartAccount, LetteredLine, Lettering, LetteringEvent
from livret.suite.finance.queries.open_items import OpenLine, lettered_accounts, lines_at

PAGE = 50


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A lettered account with its balance in cents over the year."""

    account: ChartAccount
    cents: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A lettering with its lines."""

    lettering: Lettering
    lines: tuple[OpenLine, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed group with its lines."""

    group: AutoGroup
    lines: tuple[OpenLine, ...]


def accounts(year: FiscalYear) -> list[AccountRow]:
    """Return the lettered accounts that moved in *year*, with their balances."""
    moved = Balance.objects.filter(fiscal_year=year).values("account")
    sums = moved.annotate(cents=Sum(F("debit_cents") - F("credit_cents"))).values_list("account", "cents")
    cents = dict(sums)
    return [AccountRow(account, int(cents.get(account.pk) or 0)) for account in lettered_accounts(year)]


def letterings(
    year: FiscalYear, account: ChartAccount, auxiliary: AuxiliaryAccount | None, *, before: int = 0
) -> tuple[list[GroupRow], int | None]:
    """Return the latest letterings of an account and party, older than *before*, and the id to go on from."""
    rows = Lettering.objects.filter(fiscal_year=year, account=account, auxiliary=auxiliary).order_by("-pk")
    held = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return _with_lines(held[:PAGE]), held[PAGE - 1].pk if len(held) > PAGE else None


def _with_lines(letterings: list[Lettering]) -> list[GroupRow]:
    rows = LetteredLine.objects.filter(lettering__in=letterings).values_list("entry_id", "position", "lettering_id")
    group_of = {(entry, position): lettering for entry, position, lettering in rows}
    held: dict[int, list[OpenLine]] = {one.pk: [] for one in letterings}
    company_id = letterings[0].company_id if letterings else 0
    for line in lines_at(list(group_of), company_id=company_id):
        held[group_of[line.entry_id, line.position]].append(line)
    return [GroupRow(one, tuple(held[one.pk])) for one in letterings]


def lines_of(lettering: Lettering) -> tuple[OpenLine, ...]:
    keys = LetteredLine.objects.filter(lettering=lettering).values_list("entry_id", "position")
    return tuple(lines_at(list(keys), company_id=lettering.company_id))


def with_partial(keys: list[tuple[int, int]], *, company_id: int) -> list[tuple[int, int]]:
    """Return *keys* with the lines of the partial letterings that one of them stands in."""
    groups = {line.lettering_id for line in lines_at(keys, company_id=company_id) if line.lettering_id}
    rows = LetteredLine.objects.filter(lettering__in=groups, lettering__is_partial=True)
    return list(dict.fromkeys([*keys, *rows.values_list("entry_id", "position")]))


def trail(year: FiscalYear, account: ChartAccount, *, before: int = 0) -> tuple[list[LetteringEvent], int | None]:
    """Return the latest acts on the letterings of an account, and the id to go on from."""
    rows = LetteringEvent.objects.filter(fiscal_year=year, account=account).select_related("auxiliary").order_by("-pk")
    held = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return held[:PAGE], held[PAGE - 1].pk if len(held) > PAGE else None


def runs_of(company: Company) -> QuerySet[AutoRun]:
    return AutoRun.objects.filter(fiscal_year__company=company).select_related("fiscal_year").order_by("-pk")


def counts_of(run: AutoRun) -> list[dict[str, Any]]:
    """Return, for each rule that found something, its groups and lines."""
    rows = AutoGroup.objects.filter(run=run).values("rule").annotate(groups=Count("pk"), total=Sum("lines"))
    found = {row["rule"]: row for row in rows}
    return [{**found[rule], "label": rule.label} for rule in Rule if rule in found]


def proposals(run: AutoRun, *, rule: str = "", after: int = 0) -> tuple[list[Proposed], int | None]:
    """Return groups of *run* after number *after*, of one rule if it is given, and the number to go on from."""
    rows = AutoGroup.objects.filter(run=run, number__gt=after).select_related("account", "auxiliary")
    held = list((rows.filter(rule=rule) if rule else rows).order_by("number")[: PAGE + 1])
    keys: dict[int, list[tuple[int, int]]] = {}
    lines = AutoLine.objects.filter(run=run, number__in=[group.number for group in held[:PAGE]])
    for number, entry, position in lines.values_list("number", "entry_id", "position"):
        keys.setdefault(number, []).append((entry, position))
    wanted = [key for held in keys.values() for key in held]
    company_id = run.fiscal_year.company_id
    shown = {(line.entry_id, line.position): line for line in lines_at(wanted, company_id=company_id)}
    found = [Proposed(group, tuple(shown[key] for key in sorted(keys.get(group.number, ())))) for group in held[:PAGE]]
    return found, held[PAGE - 1].number if len(held) > PAGE else None
