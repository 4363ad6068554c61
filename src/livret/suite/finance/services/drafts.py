"""Writing drafts, and the one-way door through which they enter the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.charts import Chart, chart_for
from livret.kernel.errors import Refusal
from livret.kernel.legislation import NotInForce
from livret.kernel.money import euros_of
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import (
    Attachment,
    AuxiliaryAccount,
    ChartAccount,
    DraftEntry,
    DraftLine,
    Entry,
    Journal,
)
from livret.suite.finance.rules.accounts import is_usually_lettered, validity
from livret.suite.finance.rules.drafts import Books, Problem, TypedLine, negative_amounts, problems
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.services.lettering import letter

WORDS = {
    "no-year": gettext_lazy("No fiscal year holds the %(day)s. Change the date or open the year."),
    "year-closed": gettext_lazy("The fiscal year that holds the %(day)s is closed."),
    "no-label": gettext_lazy("Give the entry a label."),
    "no-piece": gettext_lazy("Give the reference of the document that proves the entry."),
    "few-lines": gettext_lazy("An entry has two lines at least."),
    "too-large": gettext_lazy("The total is larger than the books can hold. Check the amounts."),
    "unbalanced": gettext_lazy("Debit and credit differ by %(difference)s €."),
    "no-account": gettext_lazy("Give an account."),
    "unknown-account": gettext_lazy("Account %(account)s is neither in the company's chart nor in the general one."),
    "unusable-account": gettext_lazy(
        "Account %(account)s is closed, or not valid in this fiscal year. Choose another, or open it again."
    ),
    "unknown-auxiliary": gettext_lazy("Auxiliary %(auxiliary)s does not exist in this company."),
    "both-sides": gettext_lazy("A line has a debit or a credit, not both."),
    "negative-amount": gettext_lazy("The amount is negative: give it, without sign, in the other column."),
    "no-amount": gettext_lazy("Give a debit or a credit."),
}


class NotReady(Refusal):
    """The draft cannot be validated yet; `problems` says what to correct, and on which line."""

    def __init__(self, found: Sequence[Problem]) -> None:
        self.problems = tuple(found)
        super().__init__(" ".join(worded(problem) for problem in found))


class NegativeAmounts(NotReady):
    """Some lines hold a negative amount: such a draft is not kept."""


class AlreadyValidated(Refusal):
    """The draft is no more: somebody validated it, or threw it away."""

    def __init__(self) -> None:
        super().__init__(_("This draft is no longer there: it was validated or deleted. Look in the journal."))


class StaleDraft(Refusal):
    """Somebody saved the draft since it was read."""

    def __init__(self, draft: DraftEntry) -> None:
        message = _("%(name)s saved this draft after you opened it. Open it again; nothing of yours was recorded.")
        super().__init__(message % {"name": draft.author_name})


@dataclass(frozen=True, slots=True)
class TypedEntry:
    """An entry as a person typed it, blank lines left out."""

    journal: Journal
    on: date
    label: str
    piece_ref: str
    piece_date: date | None
    lines: tuple[TypedLine, ...]
    origin: tuple[str, str] | None = None


def worded(problem: Problem) -> str:
    """Return a problem in words, with its line."""
    values = dict(problem.values)
    if isinstance(day := values.get("day"), date):
        values["day"] = f"{day:%d/%m/%Y}"
    if isinstance(cents := values.get("difference"), int):
        values["difference"] = f"{euros_of(abs(cents)):f}".replace(".", ",")
    words = str(WORDS[problem.code]) % values
    return words if problem.position is None else _("Line %(line)s:") % {"line": problem.position} + f" {words}"


def save_draft(
    typed: TypedEntry, *, draft: DraftEntry | None = None, version: int = 0, by: Actor, at: datetime
) -> DraftEntry:
    """Write a new draft, or replace *draft* as it was at *version*.

    Raises NegativeAmounts, StaleDraft, AlreadyValidated.
    """
    if found := negative_amounts(typed.lines):
        raise NegativeAmounts(found)
    with transaction.atomic(using=current_alias()):
        facts = {
            "journal": typed.journal,
            "date": typed.on,
            "label": typed.label,
            "piece_ref": typed.piece_ref,
            "piece_date": typed.piece_date,
            "author_id": by.id,
            "author_name": by.name,
            "updated_at": at,
        }
        if draft is None:
            room, key = typed.origin or ("", "")
            origin = {"origin_room": room, "origin_key": key}
            held = DraftEntry.objects.create(company_id=typed.journal.company_id, **facts, **origin)
        else:
            held = _held(draft.pk)
            if held.version != version:
                raise StaleDraft(held)
            for name, value in {**facts, "version": version + 1}.items():
                setattr(held, name, value)
            held.save()
            DraftLine.objects.filter(draft=held).delete()
        DraftLine.objects.bulk_create(_draft_line(held, place, line) for place, line in enumerate(typed.lines, start=1))
        record("finance.draft.saved", held, by=by, at=at, detail={"version": held.version})
    return held


def _draft_line(draft: DraftEntry, position: int, line: TypedLine) -> DraftLine:
    return DraftLine(
        draft=draft,
        position=position,
        account=line.account,
        auxiliary=line.auxiliary,
        label=line.label,
        debit_cents=line.debit_cents,
        credit_cents=line.credit_cents,
        currency=line.currency,
        currency_amount=line.currency_amount,
        due_on=line.due_on,
        vat_code=line.vat_code,
        letters=[list(key) for key in line.letters],
        sections=[list(part) for part in line.sections],
    )


def delete_draft(draft: DraftEntry, *, by: Actor, at: datetime) -> None:
    """Throw a draft away."""
    with transaction.atomic(using=current_alias()):
        held = _held(draft.pk)
        record("finance.draft.deleted", held, by=by, at=at)
        held.delete()


def draft_problems(draft: DraftEntry) -> list[Problem]:
    """Return what keeps *draft* from being validated now."""
    year = _year_of(draft.company_id, draft.date)
    return _problems(draft, _typed(draft), year)


def validate_draft(
    draft: DraftEntry, *, version: int, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> Entry:
    """Put a draft, as it was reviewed at *version*, in the books for good; return the entry: numbered, dated, sealed.

    Raises AlreadyValidated when it is gone, StaleDraft when it was saved since, NotReady with what to correct,
    CeilingReached, YearClosed, YearBusy, AmountsTooLarge.
    """
    with transaction.atomic(using=current_alias()):
        held = _held(draft.pk)
        if held.version != version:
            raise StaleDraft(held)
        lines = _typed(held)
        year = _year_of(held.company_id, held.date)
        found = _problems(held, lines, year)
        if found or year is None:
            raise NotReady(found)
        entry = post(_new_entry(held, lines, year), year=year, allowance=allowance, by=by, at=at, on=today)
        _letter(entry, lines, by=by, at=at)
        Attachment.objects.filter(draft=held).update(entry=entry, draft=None)
        held.delete()
        record("finance.entry.validated", entry, by=by, at=at, detail={"number": entry.number})
    return entry


def _letter(entry: Entry, lines: Sequence[TypedLine], *, by: Actor, at: datetime) -> None:
    for position, line in enumerate(lines, start=1):
        if line.letters:
            letter([(entry.pk, position), *line.letters], by=by, at=at, on=entry.date)


def _held(pk: int) -> DraftEntry:
    held = DraftEntry.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None:
        raise AlreadyValidated
    return held


def _typed(draft: DraftEntry) -> list[TypedLine]:
    return [
        TypedLine(
            account=line.account,
            auxiliary=line.auxiliary,
            label=line.label,
            debit_cents=line.debit_cents,
            credit_cents=line.credit_cents,
            currency=line.currency,
            currency_amount=line.currency_amount,
            due_on=line.due_on,
            vat_code=line.vat_code,
            letters=tuple((entry, position) for entry, position in line.letters),
            sections=tuple((section, cents) for section, cents in line.sections),
        )
        for line in draft.lines.order_by("position")
    ]


def _year_of(company_id: int, day: date) -> FiscalYear | None:
    held = FiscalYear.objects.select_related("company")
    return held.filter(company_id=company_id, first_day__lte=day, last_day__gte=day).first()


def _problems(draft: DraftEntry, lines: Sequence[TypedLine], year: FiscalYear | None) -> list[Problem]:
    chart = chart_of(year)
    numbers, parties = {line.account for line in lines}, {line.auxiliary for line in lines}
    known = _ids(ChartAccount, draft.company_id, numbers)
    usable = _usable_accounts(draft.company_id, numbers, year)
    books = Books(
        year=year.days if year else None,
        is_open=bool(year and year.is_open),
        accounts=usable,
        unusable=known.keys() - usable,
        auxiliaries=_ids(AuxiliaryAccount, draft.company_id, parties),
        can_be_opened=lambda number: number not in known and chart is not None and chart.is_valid(number),
    )
    return problems(lines, label=draft.label, piece_ref=draft.piece_ref, day=draft.date, books=books)


def _usable_accounts(company_id: int, numbers: set[str], year: FiscalYear | None) -> set[str]:
    """Return those of *numbers* that the company has and that *year* may use."""
    rows = ChartAccount.objects.filter(company_id=company_id, number__in=numbers, is_closed=False)
    if year:
        rows = rows.filter(Q(valid_from=None) | Q(valid_from__lte=year.first_day))
        rows = rows.filter(Q(valid_until=None) | Q(valid_until__gt=year.first_day))
    return set(rows.values_list("number", flat=True))


def account_labels(draft: DraftEntry) -> dict[str, tuple[str, bool]]:
    """Return the label of each account that *draft* names, and whether its validation would open that account.

    An account that neither the company nor the chart of the year holds is left out.
    """
    numbers, chart = {line.account for line in _typed(draft)}, chart_of(_year_of(draft.company_id, draft.date))
    rows = ChartAccount.objects.filter(company=draft.company_id, number__in=numbers).values_list("number", "label")
    known = {number: (label, False) for number, label in rows}
    opened = {number for number in numbers - known.keys() if chart and chart.is_valid(number)}
    return known | {number: (chart.label_for(number), True) for number in opened if chart}


def chart_of(year: FiscalYear | None) -> Chart | None:
    """Return the general chart mandatory for *year*, None for a year before the oldest one known."""
    try:
        return chart_for(year.first_day) if year else None
    except NotInForce:
        return None


def _ids(model: type[ChartAccount] | type[AuxiliaryAccount], company_id: int, numbers: set[str]) -> dict[str, int]:
    rows = model._default_manager.filter(company_id=company_id, number__in=numbers)
    return dict(rows.values_list("number", "pk"))


def _new_entry(draft: DraftEntry, lines: Sequence[TypedLine], year: FiscalYear) -> NewEntry:
    accounts = _accounts(draft.company_id, {line.account for line in lines}, year)
    parties = _ids(AuxiliaryAccount, draft.company_id, {line.auxiliary for line in lines if line.auxiliary})
    return NewEntry(
        journal_id=draft.journal_id,
        on=draft.date,
        label=draft.label,
        piece_ref=draft.piece_ref,
        piece_date=draft.piece_date or draft.date,
        lines=tuple(
            NewLine(
                account_id=accounts[line.account],
                auxiliary_id=parties.get(line.auxiliary),
                debit_cents=line.debit_cents,
                credit_cents=line.credit_cents,
                label=line.label,
                currency=line.currency,
                currency_amount=line.currency_amount,
                due_on=line.due_on,
                vat_code=line.vat_code,
                sections=line.sections,
            )
            for line in lines
        ),
        origin=(draft.origin_room, draft.origin_key) if draft.origin_room else None,
    )


def _accounts(company_id: int, numbers: set[str], year: FiscalYear) -> dict[str, int]:
    """Return the ids of the accounts, after opening under the general chart's label those that the company lacks."""
    known, chart = _ids(ChartAccount, company_id, numbers), chart_of(year)
    if chart and (missing := numbers - known.keys()):
        ChartAccount.objects.bulk_create(
            [opened_account(company_id, number, chart.label_for(number)) for number in missing],
            ignore_conflicts=True,
        )
        return _ids(ChartAccount, company_id, numbers)
    return known


def opened_account(company_id: int, number: str, label: str) -> ChartAccount:
    """Return a new account, not saved: valid in the years whose general chart holds it, lettered if that is usual."""
    since, until = validity(number)
    lettered = is_usually_lettered(number)
    return ChartAccount(
        company_id=company_id, number=number, label=label, valid_from=since, valid_until=until, can_letter=lettered
    )


def open_company_books(company: Company, *, by: Actor, at: datetime) -> list[Journal]:
    """Give a new company the usual journals, those that it has not."""
    with transaction.atomic(using=current_alias()):
        for code, label, kind in usual_journals():
            Journal.objects.get_or_create(company=company, code=code, defaults={"label": label, "kind": kind})
        record("finance.books.opened", company, by=by, at=at)
    return list(Journal.objects.filter(company=company).order_by("code"))


def usual_journals() -> tuple[tuple[str, str, str], ...]:
    """Return code, label and kind of the journals that French bookkeepers start with; the client may change them."""
    return (
        ("AC", _("Purchases"), "purchases"),
        ("AN", _("Opening balances"), "opening"),
        ("BQ", _("Bank"), "bank"),
        ("OD", _("Miscellaneous"), "general"),
        ("VE", _("Sales"), "sales"),
    )
