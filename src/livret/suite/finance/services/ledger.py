"""The one-way door: lock the year, number, add, seal, and keep the tallies, in the transaction that runs now.

Every way into the books ends here. The row of `YearLedger` is the only lock, taken once and late: numbers are dense
and chains unbroken because one transaction at a time adds to a fiscal year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import DataError, OperationalError, connections
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from psycopg.errors import NumericValueOutOfRange

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import (
    Entry,
    EntryOrigin,
    EntryText,
    JournalCounter,
    Line,
    LineCurrency,
    LineDue,
    LineSection,
    LineText,
    LineVat,
    YearLedger,
)

LOCK_WAIT = "10s"
SORT_MEMORY = "64MB"
SET_JOINS = {
    "enable_nestloop": "off",
    "enable_seqscan": "off",
    "plan_cache_mode": "force_custom_plan",
    "work_mem": SORT_MEMORY,
}
HEAD_TASK, METER_TASK = "finance.ledger_head", "meters.reading"
ENTRIES_METER = "finance.entries"
START_OF_CHAIN = bytes(32)
LOCK_NOT_AVAILABLE = "55P03"
OUT_OF_RANGE = "22003"


class YearBusy(Refusal):
    """Another long work holds the fiscal year."""

    def __init__(self) -> None:
        super().__init__(_("An import is at work in this fiscal year. Nothing was recorded; try again in a moment."))


class YearClosed(Refusal):
    """The fiscal year takes no entry any more."""

    def __init__(self, year: FiscalYear) -> None:
        super().__init__(_("The fiscal year %(year)s is closed: it takes no entry any more.") % {"year": year})


class PeriodLocked(Refusal):
    """The days before `until` take no entry any more."""

    def __init__(self, until: date) -> None:
        self.until = until
        day = {"day": f"{until - ONE_DAY:%d/%m/%Y}"}
        super().__init__(
            _("The period up to %(day)s is locked. Give the entry a later date, or have the period unlocked.") % day
        )


class CeilingReached(Refusal):
    """The contract allows no further entry in this year and company; `clause` says where."""

    def __init__(self, allowance: Allowance, *, held: int, asked: int) -> None:
        self.clause = allowance.ceiling_clause
        figures = {"held": held, "asked": asked, "ceiling": allowance.ceiling, "clause": allowance.ceiling_clause}
        super().__init__(
            _(
                "The fiscal year holds %(held)s entries; %(asked)s more would pass the %(ceiling)s that your contract "
                "allows for a year and company (clause %(clause)s). Nothing was recorded."
            )
            % figures
        )


class AmountsTooLarge(Refusal):
    """A total would pass what the books can hold."""

    def __init__(self) -> None:
        super().__init__(_("A total would be larger than the books can hold. Nothing was recorded; check the amounts."))


@contextmanager
def bounded() -> Iterator[None]:
    """Refuse, by AmountsTooLarge, totals that pass the 64 bits of a column."""
    try:
        yield
    except (DataError, NumericValueOutOfRange) as error:
        if OUT_OF_RANGE not in (getattr(error, "sqlstate", ""), getattr(error.__cause__, "sqlstate", "")):
            raise
        raise AmountsTooLarge from error


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line about to be posted; label "" is that of its entry.

    sections: the parts borne by analytic sections, as (section id, cents), debit less credit.
    """

    account_id: int
    auxiliary_id: int | None
    debit_cents: int
    credit_cents: int
    label: str = ""
    currency: str = ""
    currency_amount: Decimal | None = None
    due_on: date | None = None
    vat_code: str = ""
    sections: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry about to be posted, its lines in order.

    origin: the room that made it and its key there, posted once: a second time the database refuses
    `entry_origin_once`.
    """

    journal_id: int
    on: date
    label: str
    piece_ref: str
    piece_date: date | None
    lines: Sequence[NewLine]
    reverses_id: int | None = None
    origin: tuple[str, str] | None = None


def cursor() -> CursorWrapper:
    return connections[current_alias()].cursor()


def prefer_set_joins(sql: CursorWrapper) -> None:
    """Keep the planner, for the rest of the transaction, from going row by row through what was just added.

    It has no statistics on rows of the present transaction, takes millions for a few, and joins them one by one.
    """
    for name, value in SET_JOINS.items():
        sql.execute("SELECT set_config(%s, %s, true)", [name, value])


LOCK = "SELECT state, entries, lines, locked_until FROM finance_lock_year(%s, %s)"


def lock_year(
    year: FiscalYear, *, adding: int = 0, allowance: Allowance | None = None, since: date | None = None
) -> YearLedger:
    """Take the ledger of *year* for the rest of the transaction.

    since: the first day that something will be added on. Raises YearBusy, YearClosed, PeriodLocked, CeilingReached.
    """
    try:
        with cursor() as sql:
            sql.execute(LOCK, [year.pk, LOCK_WAIT])
            state, *held = sql.fetchone()
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise YearBusy from error
    ledger = YearLedger(year.pk, *held)
    if state != FiscalYear.State.OPEN:
        raise YearClosed(year)
    if ledger.locked_until and since and since < ledger.locked_until:
        raise PeriodLocked(ledger.locked_until)
    check_room(ledger, adding=adding, allowance=allowance)
    return ledger


def check_room(ledger: YearLedger, *, adding: int, allowance: Allowance | None) -> None:
    """Raise CeilingReached when the contract does not allow *adding* entries beside those that *ledger* holds."""
    if allowance and allowance.ceiling is not None and ledger.entries + adding > allowance.ceiling:
        raise CeilingReached(allowance, held=ledger.entries, asked=adding)


def post(entry: NewEntry, *, year: FiscalYear, allowance: Allowance | None, by: Actor, at: datetime, on: date) -> Entry:
    """Put one balanced entry in the books, validated on day *on*, and return it with its number."""
    return post_all([entry], year=year, allowance=allowance, by=by, at=at, on=on)[0]


@bounded()
def post_all(
    entries: Sequence[NewEntry],
    *,
    year: FiscalYear,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    on: date,
) -> list[Entry]:
    """Put balanced entries in the books of *year*, validated on day *on*, and return them with their numbers.

    The database refuses, with the name of its guard, an entry that is not balanced, not of this company or year.
    Raises YearBusy, YearClosed, PeriodLocked, CeilingReached, AmountsTooLarge.
    """
    if not entries:
        return []
    lock_year(year, adding=len(entries), allowance=allowance, since=min(entry.on for entry in entries))
    numbers = {journal_id: next_number(year, journal_id) for journal_id in {entry.journal_id for entry in entries}}
    added = [
        Entry(
            company_id=year.company_id,
            fiscal_year=year,
            journal_id=entry.journal_id,
            number=_take(numbers, entry.journal_id),
            date=entry.on,
            validated_on=on,
            validated_at=at,
            line_count=len(entry.lines),
            amount_cents=sum(line.debit_cents for line in entry.lines),
            reverses_id=entry.reverses_id,
        )
        for entry in entries
    ]
    Entry.objects.bulk_create(added)
    _add_texts(list(zip(added, entries, strict=True)), by=by)
    _add_lines(list(zip(added, entries, strict=True)))
    seal(year, first_id=added[0].pk, last_id=added[-1].pk)
    return added


def _take(numbers: dict[int, int], journal_id: int) -> int:
    number = numbers[journal_id]
    numbers[journal_id] = number + 1
    return number


LAST_NUMBER = "SELECT last_number FROM finance_journalcounter WHERE fiscal_year_id = %s AND journal_id = %s"


def next_number(year: FiscalYear, journal_id: int) -> int:
    """Return the number that follows in a journal; the year must be locked."""
    these = [year.pk, journal_id]
    with cursor() as sql:
        sql.execute(LAST_NUMBER, these)
        found = sql.fetchone()
    if found is None:
        JournalCounter.objects.create(fiscal_year=year, journal_id=journal_id, head=START_OF_CHAIN)
    return int(found[0]) + 1 if found else 1


Pairs = Sequence[tuple[Entry, NewEntry]]


def _add_texts(pairs: Pairs, *, by: Actor) -> None:
    EntryText.objects.bulk_create(
        EntryText(
            entry=added,
            label=entry.label,
            piece_ref=entry.piece_ref,
            piece_date=entry.piece_date,
            author_id=by.id,
            author_name=by.name,
        )
        for added, entry in pairs
    )
    EntryOrigin.objects.bulk_create(
        EntryOrigin(entry=added, company_id=added.company_id, room=entry.origin[0], key=entry.origin[1])
        for added, entry in pairs
        if entry.origin
    )


def _add_lines(pairs: Pairs) -> None:
    lines = [
        (added, entry, position, line) for added, entry in pairs for position, line in enumerate(entry.lines, start=1)
    ]
    Line.objects.bulk_create(
        Line(
            entry=added,
            position=position,
            company_id=added.company_id,
            fiscal_year_id=added.fiscal_year_id,
            journal_id=added.journal_id,
            account_id=line.account_id,
            auxiliary_id=line.auxiliary_id,
            date=added.date,
            debit_cents=line.debit_cents,
            credit_cents=line.credit_cents,
        )
        for added, _entry, position, line in lines
    )
    LineText.objects.bulk_create(
        LineText(
            entry=added, position=position, label=line.label, piece_ref=entry.piece_ref, piece_date=entry.piece_date
        )
        for added, entry, position, line in lines
        if line.label and line.label != entry.label
    )
    _add_details([(added, position, line) for added, _entry, position, line in lines])


def _add_details(lines: Sequence[tuple[Entry, int, NewLine]]) -> None:
    LineCurrency.objects.bulk_create(
        LineCurrency(entry=entry, position=position, amount=line.currency_amount, currency=line.currency)
        for entry, position, line in lines
        if line.currency or line.currency_amount is not None
    )
    LineDue.objects.bulk_create(
        LineDue(entry=entry, position=position, due_on=line.due_on) for entry, position, line in lines if line.due_on
    )
    LineVat.objects.bulk_create(
        LineVat(entry=entry, position=position, code=line.vat_code) for entry, position, line in lines if line.vat_code
    )
    LineSection.objects.bulk_create(
        LineSection(entry=entry, position=position, section_id=section_id, cents=cents)
        for entry, position, line in lines
        for section_id, cents in line.sections
    )


LINK = "SELECT finance_link(%(year)s, %(first)s, %(last)s)"
SETTLE = "SELECT journal, number, head, held FROM finance_settle(%(year)s, %(first)s, %(last)s)"


def seal(year: FiscalYear, *, first_id: int, last_id: int) -> None:
    """Seal the entries of *year* whose ids lie in a range, keep heads and balances, and tell the control plane.

    While the year is locked, the entries of the range that are of this year are those just added, whoever else
    draws ids from the same sequence.
    """
    link(year, first_id=first_id, last_id=last_id)
    settle(year, first_id=first_id, last_id=last_id)


def link(year: FiscalYear, *, first_id: int, last_id: int) -> None:
    """Seal the entries of a range, which go on with the chains of their journals; `settle` is still to follow."""
    these = {"year": year.pk, "first": first_id, "last": last_id}
    with cursor() as sql:
        sql.execute(LINK, these)


def settle(year: FiscalYear, *, first_id: int, last_id: int) -> None:
    """Add the sealed entries of a range to the balances and counts, and tell the control plane."""
    these = {"year": year.pk, "first": first_id, "last": last_id}
    with cursor() as sql:
        sql.execute(SETTLE, these)
        found = sql.fetchall()
    names = {"siren": year.company.siren, "year_ends": year.last_day.isoformat()}
    heads = [
        (HEAD_TASK, {**names, "journal": code, "number": number, "head": head}) for code, number, head, _held in found
    ]
    meter = {"meter": ENTRIES_METER, "period": _period(year), "value": found[0][3]}
    outbox.post_all([*heads, (METER_TASK, meter)])


def _period(year: FiscalYear) -> str:
    return f"{year.company.siren}/{year.last_day.isoformat()}"
