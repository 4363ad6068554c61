"""What drafts are held against before they enter the books: years, accounts and parties, read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model

from livret.core.tenancy.context import current_alias
from livret.kernel.charts import Chart, chart_for
from livret.kernel.legislation import NotInForce
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount, DraftEntry
from livret.suite.finance.rules.accounts import is_usually_lettered, validity
from livret.suite.finance.rules.drafts import Books, Problem, TypedLine, problems
from livret.suite.finance.services.ledger import cursor
from livret.suite.finance.services.writing import NewEntry, NewLine


def chart_of(year: FiscalYear | None) -> Chart | None:
    """Return the general chart mandatory for *year*, None for a year before the oldest one known."""
    try:
        return chart_for(year.first_day) if year else None
    except NotInForce:
        return None


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """What matters of an account that the company has."""

    pk: int
    is_closed: bool
    valid_from: date | None
    valid_until: date | None

    def is_valid(self, year: FiscalYear) -> bool:
        begins = self.valid_from is None or self.valid_from <= year.first_day
        return begins and (self.valid_until is None or self.valid_until > year.first_day)


ASKED = "SELECT years, accounts, parties FROM finance_shelf(%s, %s, %s, %s::text[], %s::text[])"


@dataclass(slots=True)
class Shelf:
    """The books of a company as far as some drafts name them. years: those that hold their days, the first first."""

    company_id: int
    years: list[FiscalYear]
    locks: dict[int, date]
    accounts: dict[str, HeldAccount]
    parties: dict[str, int]
    wanted: dict[int, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, drafts: Sequence[DraftEntry], lines: Mapping[int, Sequence[TypedLine]]) -> Shelf:
        """Return the shelf of *drafts*, all of one company."""
        if not drafts:
            return cls(0, [], {}, {}, {})
        company_id, days = drafts[0].company_id, [draft.date for draft in drafts]
        typed = [line for draft in drafts for line in lines[draft.pk]]
        numbers = {line.account for line in typed}
        parties = {line.auxiliary for line in typed if line.auxiliary}
        with cursor() as sql:
            sql.execute(ASKED, [company_id, min(days), max(days), sorted(numbers), sorted(parties)])
            return cls.told(drafts, lines, *sql.fetchone())

    @classmethod
    def told(
        cls,
        drafts: Sequence[DraftEntry],
        lines: Mapping[int, Sequence[TypedLine]],
        years: Sequence[Mapping[str, Any]] | None,
        accounts: Sequence[Sequence[Any]] | None,
        parties: Mapping[str, int] | None,
    ) -> Shelf:
        """Return the shelf of *drafts* from what `finance_shelf` answers; None stands for none."""
        alias, held = current_alias(), years or ()
        shelf = cls(
            drafts[0].company_id,
            [_year(alias, one["year"], one["company"]) for one in held],
            {one["year"]["id"]: date.fromisoformat(one["locked_until"]) for one in held if one["locked_until"]},
            {
                number: HeldAccount(pk, closed, _day(since), _day(until))
                for number, pk, closed, since, until in accounts or ()
            },
            dict(parties or {}),
        )
        shelf.wanted = shelf._wanted(drafts, lines)
        return shelf

    def _wanted(self, drafts: Sequence[DraftEntry], lines: Mapping[int, Sequence[TypedLine]]) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {year.pk: set() for year in self.years}
        for draft in drafts:
            if year := self.year_at(draft.date):
                found[year.pk] |= {line.account for line in lines[draft.pk]}
        return found

    def year_at(self, day: date) -> FiscalYear | None:
        return next((year for year in self.years if day in year.days), None)

    def problems(self, draft: DraftEntry, lines: Sequence[TypedLine]) -> list[Problem]:
        """Return what must be corrected before *draft* enters the books."""
        year, numbers = self.year_at(draft.date), {line.account for line in lines}
        chart, usable = chart_of(year), self._usable(numbers, year)
        books = Books(
            year=year.days if year else None,
            is_open=bool(year and year.is_open),
            accounts=usable,
            unusable=(numbers & self.accounts.keys()) - usable,
            auxiliaries=self.parties,
            can_be_opened=lambda number: number not in self.accounts and chart is not None and chart.is_valid(number),
            locked_until=self.locks.get(year.pk) if year else None,
        )
        return problems(lines, label=draft.label, piece_ref=draft.piece_ref, day=draft.date, books=books)

    def _usable(self, numbers: Iterable[str], year: FiscalYear | None) -> set[str]:
        """Return those of *numbers* that the company has and that *year* may use."""
        held = {number: self.accounts[number] for number in numbers if number in self.accounts}
        return {number for number, one in held.items() if not one.is_closed and (year is None or one.is_valid(year))}

    def open_accounts(self) -> None:
        """Open under the general chart's labels the accounts that are wanted and that the company lacks."""
        missing: dict[str, str] = {}
        for year in self.years:
            chart, lacking = chart_of(year), self.wanted[year.pk] - self.accounts.keys()
            missing |= {number: chart.label_for(number) for number in lacking if chart}
        if not missing:
            return
        new = [opened_account(self.company_id, number, label) for number, label in sorted(missing.items())]
        ChartAccount.objects.bulk_create(new, ignore_conflicts=True)
        rows = ChartAccount.objects.filter(company_id=self.company_id, number__in=missing)
        self.accounts |= {
            account.number: HeldAccount(account.pk, account.is_closed, account.valid_from, account.valid_until)
            for account in rows
        }

    def entry(self, draft: DraftEntry, lines: Sequence[TypedLine]) -> NewEntry:
        """Return *draft* as the ledger takes it; its accounts are open."""
        return NewEntry(
            journal_id=draft.journal_id,
            on=draft.date,
            label=draft.label,
            piece_ref=draft.piece_ref,
            piece_date=draft.piece_date or draft.date,
            lines=tuple(self._line(line) for line in lines),
            origin=(draft.origin_room, draft.origin_key) if draft.origin_room else None,
        )

    def _line(self, line: TypedLine) -> NewLine:
        return NewLine(
            account_id=self.accounts[line.account].pk,
            auxiliary_id=self.parties.get(line.auxiliary),
            debit_cents=line.debit_cents,
            credit_cents=line.credit_cents,
            label=line.label,
            currency=line.currency,
            currency_amount=line.currency_amount,
            due_on=line.due_on,
            vat_code=line.vat_code,
            sections=line.sections,
        )


def _year(alias: str, row: Mapping[str, Any], of: Mapping[str, Any]) -> FiscalYear:
    """Return a fiscal year with its company, from rows in JSON."""
    company = read_from_json(Company, alias, of)
    year = read_from_json(FiscalYear, alias, row)
    year.company = company
    return year


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


M = TypeVar("M", bound=Model)


def read_from_json(model: type[M], alias: str, row: Mapping[str, Any]) -> M:
    """Return the instance that a row in JSON stands for."""
    fields = model._meta.concrete_fields
    values = [field.to_python(row[str(field.column)]) for field in fields]
    return model.from_db(alias, [field.attname for field in fields], values)


def opened_account(company_id: int, number: str, label: str) -> ChartAccount:
    """Return a new account, not saved: valid in the years whose general chart holds it, lettered if that is usual."""
    since, until = validity(number)
    lettered = is_usually_lettered(number)
    return ChartAccount(
        company_id=company_id, number=number, label=label, valid_from=since, valid_until=until, can_letter=lettered
    )
