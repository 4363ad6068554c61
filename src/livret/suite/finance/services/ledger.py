"""The one-way door: lock the year, number, add, seal, and keep the tallies, in the transaction that runs now.

Every way into the books ends here. The row of `YearLedger` is the only lock, taken once and late: numbers are dense
and chains unbroken because one transaction at a time adds to a fiscal year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.db import DataError, OperationalError, connections
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _
from psycopg.errors import NumericValueOutOfRange

from livret.booklet.entitlements import Allowance
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.core.tenancy.routing import refuse_foreign
from livret.kernel.errors import Refusal
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Entry, JournalCounter, YearLedger
from livret.suite.finance.services.writing import NewEntry as NewEntry
from livret.suite.finance.services.writing import NewLine as NewLine
from livret.suite.finance.services.writing import written

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


ADD = "SELECT ids, numbers, heads, held FROM finance_add(%s, %s)"


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
    refuse_foreign(year, alias=current_alias())
    lock_year(year, adding=len(entries), allowance=allowance, since=min(entry.on for entry in entries))
    facts = written(entries, company_id=year.company_id, by=by, at=at, on=on)
    with cursor() as sql:
        sql.execute(ADD, [year.pk, facts])
        ids, numbers, heads, held = sql.fetchone()
    _tell(year, heads, held)
    return [
        _added(entry, pk, number, year=year, at=at, on=on)
        for entry, pk, number in zip(entries, ids, numbers, strict=True)
    ]


def _added(entry: NewEntry, pk: int, number: int, *, year: FiscalYear, at: datetime, on: date) -> Entry:
    """Return what the database holds of an entry just added."""
    added = Entry(
        id=pk,
        company_id=year.company_id,
        fiscal_year=year,
        journal_id=entry.journal_id,
        number=number,
        date=entry.on,
        validated_on=on,
        validated_at=at,
        line_count=len(entry.lines),
        amount_cents=entry.cents,
        reverses_id=entry.reverses_id,
    )
    added._state.adding, added._state.db = False, current_alias()
    return added


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
    _tell(year, [row[:3] for row in found], found[0][3])


def _tell(year: FiscalYear, heads: Sequence[Sequence[object]], held: int) -> None:
    """Have the control plane told of the new heads of journals, and of how many entries the year holds."""
    names = {"siren": year.company.siren, "year_ends": year.last_day.isoformat()}
    told = [(HEAD_TASK, {**names, "journal": code, "number": number, "head": head}) for code, number, head in heads]
    outbox.post_all([*told, (METER_TASK, {"meter": ENTRIES_METER, "period": _period(year), "value": held})])


def _period(year: FiscalYear) -> str:
    return f"{year.company.siren}/{year.last_day.isoformat()}"
