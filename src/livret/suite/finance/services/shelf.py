"""What drafts are held against before they enter the books: years, accounts and parties, read once for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from livret.kernel.charts import Chart, chart_for
from livret.kernel.legislation import NotInForce
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount, DraftEntry, YearLedger
from livret.suite.finance.rules.accounts import is_usually_lettered, validity
from livret.suite.finance.rules.drafts import Books, Problem, TypedLine, problems
from livret.suite.finance.services.ledger import NewEntry, NewLine


def chart_of(year: FiscalYear | None) -> Chart | None:
    """Return the general chart mandatory for *year*, None for a year before the oldest one known."""
    try:
        return chart_for(year.first_day) if year else None
    except NotInForce:
        return None


@dataclass(slots=True)
class Shelf:
    """The books of a company as far as some drafts name them. years: those that hold their days, the first first."""

    company_id: int
    years: list[FiscalYear]
    locks: dict[int, date]
    accounts: dict[str, ChartAccount]
    parties: dict[str, int]
    wanted: dict[int, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, drafts: Sequence[DraftEntry], lines: Mapping[int, Sequence[TypedLine]]) -> Shelf:
        """Return the shelf of *drafts*, all of one company."""
        if not drafts:
            return cls(0, [], {}, {}, {})
        company_id, days = drafts[0].company_id, [draft.date for draft in drafts]
        typed = [line for draft in drafts for line in lines[draft.pk]]
        found = FiscalYear.objects.select_related("company").filter(company_id=company_id)
        years = list(found.filter(first_day__lte=max(days), last_day__gte=min(days)).order_by("first_day"))
        held = YearLedger.objects.filter(fiscal_year__in=years, locked_until__isnull=False)
        accounts = ChartAccount.objects.filter(company_id=company_id, number__in={line.account for line in typed})
        numbers = {line.auxiliary for line in typed if line.auxiliary}
        parties = AuxiliaryAccount.objects.filter(company_id=company_id, number__in=numbers) if numbers else ()
        shelf = cls(
            company_id,
            years,
            {year: until for year, until in held.values_list("fiscal_year_id", "locked_until") if until},
            {account.number: account for account in accounts},
            {party.number: party.pk for party in parties},
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
        held = [self.accounts[number] for number in numbers if number in self.accounts]
        return {account.number for account in held if not account.is_closed and _is_valid(account, year)}

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
        self.accounts |= {account.number: account for account in rows}

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


def _is_valid(account: ChartAccount, year: FiscalYear | None) -> bool:
    if year is None:
        return True
    begins = account.valid_from is None or account.valid_from <= year.first_day
    return begins and (account.valid_until is None or account.valid_until > year.first_day)


def opened_account(company_id: int, number: str, label: str) -> ChartAccount:
    """Return a new account, not saved: valid in the years whose general chart holds it, lettered if that is usual."""
    since, until = validity(number)
    lettered = is_usually_lettered(number)
    return ChartAccount(
        company_id=company_id, number=number, label=label, valid_from=since, valid_until=until, can_letter=lettered
    )
