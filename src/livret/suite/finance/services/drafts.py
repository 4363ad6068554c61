"""Writing drafts, and the one-way door through which they enter the books."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.kernel.money import euros_of
from livret.suite.company.models import Company, FiscalYear
from livret.suite.finance.models import ChartAccount, DraftEntry, DraftLine, Entry, Journal
from livret.suite.finance.rules.drafts import Problem, TypedLine, negative_amounts
from livret.suite.finance.services.ledger import cursor, post_all, prefer_set_joins
from livret.suite.finance.services.lettering import NotLetterable, letter
from livret.suite.finance.services.shelf import Shelf, read_from_json
from livret.suite.finance.services.shelf import chart_of as chart_of
from livret.suite.finance.services.shelf import opened_account as opened_account

MOST_ONE_BY_ONE = 50  # Drafts posted together before the planner is told to join by sets.

WORDS = {
    "no-year": gettext_lazy("No fiscal year holds the %(day)s. Change the date or open the year."),
    "year-closed": gettext_lazy("The fiscal year that holds the %(day)s is closed."),
    "period-locked": gettext_lazy(
        "The period up to %(day)s is locked. Give the entry a later date, or have the period unlocked."
    ),
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


class NotAllReady(Refusal):
    """Some drafts cannot be validated, so none was; `refusals` says in words what keeps which."""

    def __init__(self, refusals: Mapping[int, str]) -> None:
        self.refusals = dict(refusals)
        super().__init__(" ".join(refusals.values()))


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
    return problems_of([draft])[draft.pk]


def problems_of(drafts: Sequence[DraftEntry]) -> dict[int, list[Problem]]:
    """Return what keeps each of *drafts*, of one company, from being validated now, by draft; read in one go."""
    lines = typed_lines(drafts)
    shelf = Shelf.of(drafts, lines)
    return {draft.pk: shelf.problems(draft, lines[draft.pk]) for draft in drafts}


def validate_draft(
    draft: DraftEntry, *, version: int, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> Entry:
    """Put a draft, as it was reviewed at *version*, in the books for good; return the entry: numbered, dated, sealed.

    Raises AlreadyValidated when it is gone, StaleDraft when it was saved since, NotReady with what to correct,
    CeilingReached, YearClosed, YearBusy, AmountsTooLarge.
    """
    with transaction.atomic(using=current_alias()):
        held, lines, shelf = _read(draft.pk)
        if held.version != version:
            raise StaleDraft(held)
        if found := shelf.problems(held, lines[held.pk]):
            raise NotReady(found)
        return _post([held], lines, shelf, allowance=allowance, by=by, at=at, today=today)[0]


def validate_drafts(
    reviewed: Mapping[int, int], *, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> list[Entry]:
    """Put several drafts of one company in the books, all of them or none, in the order of their days.

    reviewed: the version of each draft, by its key, as the person saw it. Raises NotAllReady with what keeps which
    draft, CeilingReached, YearClosed, YearBusy, AmountsTooLarge.
    """
    with transaction.atomic(using=current_alias()):
        rows = DraftEntry.objects.select_for_update(of=("self",)).filter(pk__in=reviewed)
        held = sorted(rows.order_by("pk"), key=lambda draft: (draft.date, draft.pk))
        refusals = {pk: str(AlreadyValidated()) for pk in reviewed.keys() - {draft.pk for draft in held}}
        refusals |= {draft.pk: str(StaleDraft(draft)) for draft in held if draft.version != reviewed[draft.pk]}
        lines = typed_lines(held)
        shelf = Shelf.of(held, lines)
        for draft in held:
            if draft.pk not in refusals and (found := shelf.problems(draft, lines[draft.pk])):
                refusals[draft.pk] = str(NotReady(found))
        if refusals:
            raise NotAllReady(refusals)
        return _post(held, lines, shelf, allowance=allowance, by=by, at=at, today=today)


DISCARD = "SELECT finance_discard_drafts(%s::bigint[], %s::bigint[])"


def _post(
    drafts: Sequence[DraftEntry],
    lines: Mapping[int, Sequence[TypedLine]],
    shelf: Shelf,
    *,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    today: date,
) -> list[Entry]:
    """Post drafts that are ready, year by year, and throw them away; their documents and letters go with them."""
    made: list[tuple[DraftEntry, Entry]] = []
    shelf.open_accounts()
    if len(drafts) > MOST_ONE_BY_ONE:
        with cursor() as sql:
            prefer_set_joins(sql)
    for year in shelf.years:
        mine = [draft for draft in drafts if shelf.year_at(draft.date) == year]
        new = [shelf.entry(draft, lines[draft.pk]) for draft in mine]
        made += zip(mine, post_all(new, year=year, allowance=allowance, by=by, at=at, on=today), strict=True)
    for draft, entry in made:
        _letter(draft, entry, lines[draft.pk], by=by, at=at)
        record("finance.entry.validated", entry, by=by, at=at, detail={"number": entry.number})
    with cursor() as sql:
        sql.execute(DISCARD, [[draft.pk for draft, _entry in made], [entry.pk for _draft, entry in made]])
    return [entry for _draft, entry in made]


def _letter(draft: DraftEntry, entry: Entry, lines: Sequence[TypedLine], *, by: Actor, at: datetime) -> None:
    for position, line in enumerate(lines, start=1):
        if not line.letters:
            continue
        try:
            letter([(entry.pk, position), *line.letters], by=by, at=at, on=entry.date)
        except NotLetterable as refusal:
            words = _("Line %(line)s:") % {"line": position} + f" {refusal}"
            raise NotAllReady({draft.pk: words}) from refusal


def _held(pk: int) -> DraftEntry:
    held = DraftEntry.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if held is None:
        raise AlreadyValidated
    return held


HOLD = "SELECT draft, lines, years, accounts, parties FROM finance_hold_draft(%s)"


def _read(pk: int) -> tuple[DraftEntry, dict[int, list[TypedLine]], Shelf]:
    """Hold a draft for the rest of the transaction; return it with its lines and its shelf, read once it is held."""
    with cursor() as sql:
        sql.execute(HOLD, [pk])
        found = sql.fetchone()
    if found is None:
        raise AlreadyValidated
    row, lines, *books = found
    held = read_from_json(DraftEntry, current_alias(), row)
    typed = {held.pk: [_told(line) for line in lines or ()]}
    return held, typed, Shelf.told([held], typed, *books)


def _told(line: Sequence[Any]) -> TypedLine:
    """Return a line as `finance_hold_draft` tells it, in the order of the fields of a typed line."""
    account, auxiliary, label, debit, credit, currency, amount, due_on, vat_code, letters, sections = line
    return TypedLine(
        account,
        auxiliary,
        label,
        debit,
        credit,
        currency,
        None if amount is None else Decimal(amount),
        date.fromisoformat(due_on) if due_on else None,
        vat_code,
        tuple((entry, position) for entry, position in letters),
        tuple((section, cents) for section, cents in sections),
    )


def typed_lines(drafts: Sequence[DraftEntry]) -> dict[int, list[TypedLine]]:
    """Return the lines of each draft as they were typed, by draft."""
    found: dict[int, list[TypedLine]] = {draft.pk: [] for draft in drafts}
    for line in DraftLine.objects.filter(draft__in=list(found)).order_by("draft", "position"):
        found[line.draft_id].append(_typed(line))
    return found


def _typed(line: DraftLine) -> TypedLine:
    return TypedLine(
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


def year_at(company_id: int, day: date) -> FiscalYear | None:
    """Return the fiscal year of a company that holds *day*."""
    held = FiscalYear.objects.select_related("company")
    return held.filter(company_id=company_id, first_day__lte=day, last_day__gte=day).first()


def account_labels(draft: DraftEntry) -> dict[str, tuple[str, bool]]:
    """Return the label of each account that *draft* names, and whether its validation would open that account.

    An account that neither the company nor the chart of the year holds is left out.
    """
    numbers = {line.account for line in typed_lines([draft])[draft.pk]}
    chart = chart_of(year_at(draft.company_id, draft.date))
    rows = ChartAccount.objects.filter(company=draft.company_id, number__in=numbers).values_list("number", "label")
    known = {number: (label, False) for number, label in rows}
    opened = {number for number in numbers - known.keys() if chart and chart.is_valid(number)}
    return known | {number: (chart.label_for(number), True) for number in opened if chart}


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
