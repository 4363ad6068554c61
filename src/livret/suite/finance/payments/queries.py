"""What is due, to whom, and what was paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, Entry, Party
from livret.suite.finance.payments.models import PaidLine, PaymentBatch, PaymentItem, PaymentRemoval
from livret.suite.finance.payments.rules import Payee, blocking, seen_token, warnings
from livret.suite.finance.queries.open_items import OpenFilter, OpenLine, lines_at, open_lines
from livret.suite.finance.rules.accounts import usual_party

MOST_LINES = 2_000
PAID = ("supplier", "employee")
BY_ENTRY = "item__batch__entry_id"
# A transfer of which a line was taken out is void: another stands for it, or none.
IN_FORCE = {"removal__isnull": True}


@dataclass(slots=True)
class Due:
    """What is due to one party under one account, until a day; cents: to be paid, credit notes taken off."""

    account_id: int
    auxiliary_id: int
    number: str
    label: str
    payee: Payee
    lines: list[OpenLine] = field(default_factory=list)

    @property
    def cents(self) -> int:
        return -sum(line.cents for line in self.lines)

    def problems(self, execution_on: date) -> list[str]:
        return blocking(self.payee, cents=self.cents, execution_on=execution_on)

    @property
    def warnings(self) -> list[str]:
        return warnings(self.payee)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is due what until a day. is_cut: more lines fall due than one batch shows; pay these first."""

    dues: tuple[Due, ...]
    is_cut: bool

    @property
    def cents(self) -> int:
        return sum(due.cents for due in self.dues)


def year_holding(company: Company, day: date) -> FiscalYear | None:
    """Return the fiscal year of *company* that holds *day*, else its latest one that began before."""
    years = FiscalYear.objects.select_related("company").filter(company=company, first_day__lte=day)
    return years.order_by("-first_day").first()


def proposal(year: FiscalYear, *, until: date, on: date) -> Proposal:
    """Return what falls due until *until* of what is dated *on* or before, lines that a batch pays left out.

    What a payment of a later day settles is settled: it is not proposed again while that day is to come.
    """
    rows = ChartAccount.objects.filter(company_id=year.company_id, can_letter=True)
    accounts = [account for account in rows.order_by("number") if usual_party(account.number) in PAID]
    owed = open_lines(year, accounts=accounts, wanted=OpenFilter(due_until=until, side="credit"), limit=MOST_LINES)
    dated = [line for line in owed.lines if line.date <= on]
    parties = {(line.account_id, line.auxiliary_id) for line in dated}
    # What was paid or credited already is taken off whenever it falls due: it has no due day of its own.
    paid = open_lines(year, accounts=accounts, wanted=OpenFilter(side="debit"), limit=MOST_LINES)
    taken_off = [line for line in paid.lines if (line.account_id, line.auxiliary_id) in parties]
    live = live_lines(year.company_id)
    left_out = live | sent_elsewhere(year) | set(standing_in(year.pk, live).values())
    wanted = [
        line for line in (*dated, *taken_off) if line.auxiliary_id and (line.entry_id, line.position) not in left_out
    ]
    return Proposal(tuple(_dues(year.company_id, wanted)), owed.after is not None or paid.after is not None)


def _dues(company_id: int, lines: Collection[OpenLine]) -> list[Due]:
    payees = payees_of(company_id, {line.auxiliary_id for line in lines if line.auxiliary_id})
    found: dict[tuple[int, int], Due] = {}
    for line in lines:
        auxiliary_id = line.auxiliary_id or 0
        key = (line.account_id, auxiliary_id)
        if key not in found:
            facts = (line.account_id, auxiliary_id, line.auxiliary, line.auxiliary_label, payees[auxiliary_id])
            found[key] = Due(*facts)
        found[key].lines.append(line)
    return sorted(found.values(), key=lambda due: (due.label or due.number, due.account_id))


def payees_of(company_id: int, ids: Collection[int]) -> Mapping[int, Payee]:
    """Return the parties of *ids* as their transfers would name them."""
    sent = PaymentItem.objects.filter(auxiliary_id__in=ids, batch__state=PaymentBatch.State.SENT, **IN_FORCE)
    last = dict(sent.order_by("batch__ended_at", "pk").values_list("auxiliary_id", "iban"))
    parties = Party.objects.in_bulk(list(ids))
    rows = AuxiliaryAccount.objects.filter(company_id=company_id, pk__in=ids)
    return {row.pk: _payee(row, parties.get(row.pk), last.get(row.pk, "")) for row in rows}


def _payee(row: AuxiliaryAccount, party: Party | None, last_iban: str) -> Payee:
    name = row.label or row.number
    if party is None:
        return Payee(name, "", "", "", False, last_iban)
    has_address = any((party.building, party.street, party.postcode, party.town, party.country))
    return Payee(name, party.iban, party.town, party.country, has_address, last_iban)


def live_lines(company_id: int) -> set[tuple[int, int]]:
    """Return the lines, as entry and position, that a batch not ended yet pays."""
    rows = PaidLine.objects.filter(is_live=True, item__batch__company_id=company_id)
    return set(rows.values_list("entry_id", "position"))


STANDING = """
SELECT c.source_entry_id, c.source_position, c.entry_id, c.position
  FROM closing_carriedline c
  JOIN finance_line l ON l.entry_id = c.entry_id AND l.position = c.position AND l.fiscal_year_id = %(year)s
  JOIN finance_line s ON s.entry_id = c.source_entry_id AND s.position = c.source_position
   AND s.credit_cents - s.debit_cents = l.credit_cents - l.debit_cents
  LEFT JOIN finance_letteredline m ON m.entry_id = c.entry_id AND m.position = c.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE (c.source_entry_id, c.source_position) IN (SELECT * FROM unnest(%(entries)s::bigint[], %(positions)s::int[]))
   AND g.is_partial IS NOT FALSE
 ORDER BY c.entry_id
"""


def standing_in(year_id: int, keys: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return the lines of a fiscal year that stand for lines of the year before, open ones, by the latter's keys."""
    if not keys:
        return {}
    facts: dict[str, Any] = {
        "year": year_id,
        "entries": [key[0] for key in keys],
        "positions": [key[1] for key in keys],
    }
    with connections[current_alias()].cursor() as sql:
        sql.execute(STANDING, facts)
        return {(entry, position): (to, at) for entry, position, to, at in sql.fetchall()}


def sent_elsewhere(year: FiscalYear) -> set[tuple[int, int]]:
    """Return the lines of *year*, as entry and position, that a transfer in the books of another year paid.

    No lettering says so: both are lettered in the later year, once its opening balances bring the line there. A
    transfer whose entry was reversed paid nothing.
    """
    rows = PaidLine.objects.filter(entry__fiscal_year=year, item__batch__state=PaymentBatch.State.SENT)
    rows = rows.filter(item__removal__isnull=True)
    rows = rows.exclude(item__batch__entry__fiscal_year=year)
    paid_by = {(entry, position): by for entry, position, by in rows.values_list("entry_id", "position", BY_ENTRY)}
    undone = set(Entry.objects.filter(reverses__in=paid_by.values()).values_list("reverses_id", flat=True))
    return {key for key, entry in paid_by.items() if entry not in undone}


def batches(company: Company) -> list[tuple[PaymentBatch, int, int]]:
    """Return the latest batches of *company*, each with how many transfers and cents it holds."""
    rows = list(
        PaymentBatch.objects.select_related("bank_account")
        .filter(company=company)
        .order_by("-prepared_at", "-pk")[:200]
    )
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    items = PaymentItem.objects.filter(batch__in=rows, **IN_FORCE)
    for batch_id, cents in items.values_list("batch_id", "cents"):
        totals[batch_id][0] += 1
        totals[batch_id][1] += cents
    return [(row, totals[row.pk][0], totals[row.pk][1]) for row in rows]


def items_of(batch: PaymentBatch) -> list[PaymentItem]:
    """Return the transfers of *batch* in force, by name."""
    rows = PaymentItem.objects.select_related("auxiliary", "account").prefetch_related("lines")
    return list(rows.filter(batch=batch, **IN_FORCE).order_by("name", "pk"))


def token_of(items: Sequence[PaymentItem]) -> str:
    """Return the token of transfers as a page shows them: another once a line was taken out of one."""
    return seen_token((item.pk, item.cents) for item in items)


def removals_of(batch: PaymentBatch) -> list[tuple[PaymentRemoval, OpenLine | None]]:
    """Return the lines taken out of *batch*, in their order; None for a line that was purged with its year."""
    rows = list(PaymentRemoval.objects.select_related("item").filter(item__batch=batch).order_by("pk"))
    lines = lines_by_key([(row.entry_id, row.position) for row in rows], company_id=batch.company_id)
    return [(row, lines.get((row.entry_id, row.position))) for row in rows]


def lines_by_key(keys: Sequence[tuple[int, int]], *, company_id: int) -> dict[tuple[int, int], OpenLine]:
    """Return the lines of the books that *keys* name; those purged with their year are left out."""
    return {(line.entry_id, line.position): line for line in lines_at(keys, company_id=company_id)}


def has_entry(batch: PaymentBatch) -> bool:
    """Tell whether what *batch* wrote is in the books: it was sent, and its year was not purged since."""
    return batch.entry_id is not None and Entry.objects.filter(pk=batch.entry_id).exists()
