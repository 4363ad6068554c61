"""What is not lettered at a day: line by line, and in totals by account and party.

A line of the fiscal year is open at a day when it is dated on or before it and no lettering holds it whose lines dated
on or before that day sum to zero. So the state of any past day is read from the dates of the lines alone, and does not
move when somebody letters later. The lines of a partial lettering are open: together they make what remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connections
from django.db.models import Exists, OuterRef

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, Balance, ChartAccount

PAGE = 100
Day = date  # A class with a field of that name cannot name the type.
Key = tuple[Day, int, int]  # Date, entry and position.

DOCUMENT = "coalesce(lt.piece_date, t.piece_date, l.date)"
DUE = f"""coalesce(ld.due_on, CASE
    WHEN p.due_days IS NULL THEN {DOCUMENT}
    WHEN p.due_end_of_month
    THEN (date_trunc('month', ({DOCUMENT} + p.due_days)::timestamp) + interval '1 month - 1 day')::date
    ELSE {DOCUMENT} + p.due_days END)"""
TEXTS = """
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
  LEFT JOIN finance_linedue ld ON ld.entry_id = l.entry_id AND ld.position = l.position
  LEFT JOIN finance_party p ON p.auxiliary_id = l.auxiliary_id
"""
# Scalar on purpose: looked up by key for each line of a page, whatever the planner believes of the tables.
# At the end of the year every line counts, and the deferred check of the database keeps is_partial true to them.
OPEN_AT_THE_END = """(
    SELECT g.is_partial FROM finance_letteredline m JOIN finance_lettering g ON g.id = m.lettering_id
     WHERE m.entry_id = l.entry_id AND m.position = l.position) IS NOT FALSE"""
OPEN_BEFORE = """coalesce((
    SELECT sum(c.debit_cents - c.credit_cents) FROM finance_letteredline m
      JOIN finance_letteredline n ON n.lettering_id = m.lettering_id
      JOIN finance_line c ON c.entry_id = n.entry_id AND c.position = n.position
     WHERE m.entry_id = l.entry_id AND m.position = l.position AND c.date <= %(on)s), 1) <> 0"""
OF_YEAR = " WHERE l.fiscal_year_id = %(year)s AND l.date BETWEEN %(first)s AND %(on)s AND "
# The same by sets, for those who want every open line: one pass, no look-up.
HELD = """
WITH held AS MATERIALIZED (
  SELECT l.entry_id, l.position, l.account_id, l.auxiliary_id, l.date, l.debit_cents, l.credit_cents, m.lettering_id
    FROM finance_line l
    LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
   WHERE l.fiscal_year_id = %(year)s AND l.date BETWEEN %(first)s AND %(on)s AND {party}
), closed AS (
  SELECT lettering_id FROM held WHERE lettering_id IS NOT NULL
   GROUP BY lettering_id HAVING sum(debit_cents - credit_cents) = 0
)
"""
# A hashed list, not a join: the planner takes `closed` for one row, and would go through it for every line.
STILL_OPEN = "(l.lettering_id IS NULL OR l.lettering_id NOT IN (SELECT lettering_id FROM closed))"


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line that is not lettered; amounts in cents. code: of the partial lettering it stands in, if any."""

    date: Day
    entry_id: int
    position: int
    account_id: int
    account: str
    auxiliary_id: int | None
    auxiliary: str
    auxiliary_label: str
    journal: str
    reference: str
    label: str
    piece_ref: str
    document_on: Day
    due_on: Day
    debit: int
    credit: int
    currency: str
    currency_amount: Decimal | None
    lettering_id: int | None
    code: str

    @property
    def key(self) -> Key:
        return (self.date, self.entry_id, self.position)

    @property
    def cents(self) -> int:
        """The amount, signed as debit less credit."""
        return self.debit - self.credit

    @property
    def currency_signed(self) -> Decimal | None:
        """The amount in its currency, with the sign that its euros have, however its source signed it."""
        if self.currency_amount is None:
            return None
        return abs(self.currency_amount) if self.cents >= 0 else -abs(self.currency_amount)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page of open lines, and the key to go on from, None at the end."""

    lines: tuple[OpenLine, ...]
    after: Key | None


@dataclass(frozen=True, slots=True)
class OpenTotal:
    """What is open on an account and party, in cents; oldest_on: the day of the oldest of its open lines."""

    account_id: int
    account: str
    account_label: str
    auxiliary_id: int | None
    auxiliary: str
    auxiliary_label: str
    lines: int
    debit: int
    credit: int
    oldest_on: date

    @property
    def cents(self) -> int:
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class OpenFilter:
    """Which open lines are wanted. words: in the label or reference; cents: of either side, whatever its sign.

    due_until: the last day on which they fall due; side: "debit" or "credit"; currency: its code.
    """

    words: str = ""
    cents: int | None = None
    since: date | None = None
    due_until: date | None = None
    side: str = ""
    currency: str = ""


def open_lines(
    year: FiscalYear,
    *,
    on: date | None = None,
    accounts: Sequence[ChartAccount] | None = None,
    auxiliary: AuxiliaryAccount | None = None,
    without_auxiliary: bool = False,
    wanted: OpenFilter | None = None,
    after: Key | None = None,
    limit: int = PAGE,
) -> OpenPage:
    """Return the lines of *year* open at *on* (by default its last day), by date, those that follow the key *after*.

    accounts: None for all that are lettered; auxiliary: the only party wanted; without_auxiliary: of no party.
    """
    facts = _facts(year, on, accounts)
    conditions = [_of_party(facts, auxiliary, without_auxiliary), *_filters(facts, wanted), _is_open(facts)]
    if after:
        facts |= {"after_date": after[0], "after_entry": after[1], "after_position": after[2]}
        conditions.append("(l.date, l.entry_id, l.position) > (%(after_date)s, %(after_entry)s, %(after_position)s)")
    facts["limit"] = limit + 1
    chosen = CHOSEN + (FILTERED if wanted else "") + OF_YEAR + " AND ".join(conditions) + BY_DATE + " LIMIT %(limit)s)"
    rows = [OpenLine(*row) for row in _run(chosen + SHOWN.replace("finance_line l\n", "chosen l\n") + BY_DATE, facts)]
    return OpenPage(tuple(rows[:limit]), rows[limit - 1].key if len(rows) > limit else None)


FILTERED = TEXTS + " LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position"
BY_DATE = " ORDER BY l.date, l.entry_id, l.position"
CHOSEN = "WITH chosen AS MATERIALIZED (SELECT l.* FROM finance_line l"
SHOWN = f"""
SELECT l.date, l.entry_id, l.position, l.account_id, a.number, l.auxiliary_id, coalesce(x.number, ''),
       coalesce(x.label, ''), j.code, finance_reference(j.code, e.number, t.source_number),
       coalesce(lt.label, t.label), coalesce(lt.piece_ref, t.piece_ref), {DOCUMENT}, {DUE},
       l.debit_cents, l.credit_cents, coalesce(lc.currency, ''), lc.amount, m.lettering_id, coalesce(g.code, '')
  FROM finance_line l
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
  JOIN finance_entry e ON e.id = l.entry_id
  JOIN finance_journal j ON j.id = l.journal_id
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
{TEXTS}"""  # noqa: S608


def lines_at(keys: Sequence[tuple[int, int]], *, company_id: int) -> list[OpenLine]:
    """Return the posted lines of a company named by *keys* (entry and position), open or not, by date.

    Keys come from forms: those of another company name nothing here.
    """
    if not keys:
        return []
    pairs = " WHERE (l.entry_id, l.position) IN (SELECT * FROM unnest(%(entries)s::bigint[], %(positions)s::int[]))"
    facts: dict[str, Any] = {"company": company_id, "entries": [entry for entry, _position in keys]}
    facts["positions"] = [position for _entry, position in keys]
    return [OpenLine(*row) for row in _run(SHOWN + pairs + " AND e.company_id = %(company)s" + BY_DATE, facts)]


TOTALS = """
SELECT h.account_id, a.number, a.label, h.auxiliary_id, coalesce(x.number, ''), coalesce(x.label, ''),
       h.lines, h.debit::bigint, h.credit::bigint, h.oldest
  FROM (SELECT l.account_id, l.auxiliary_id, count(*) AS lines, sum(l.debit_cents) AS debit,
               sum(l.credit_cents) AS credit, min(l.date) AS oldest
          FROM held l WHERE {still_open} GROUP BY l.account_id, l.auxiliary_id) h
  JOIN finance_chartaccount a ON a.id = h.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = h.auxiliary_id
 ORDER BY a.number, x.number NULLS FIRST, h.auxiliary_id NULLS FIRST
"""


def open_totals(
    year: FiscalYear,
    *,
    on: date | None = None,
    accounts: Sequence[ChartAccount] | None = None,
    auxiliary: AuxiliaryAccount | None = None,
) -> list[OpenTotal]:
    """Return what is open at *on* by account and party, those with nothing open left out, in order of their numbers.

    One pass over the lines of the accounts: for a screen on a large account, `open_parties` gives page by page.
    """
    facts = _facts(year, on, accounts)
    statement = HELD.format(party=_of_party(facts, auxiliary, False)) + TOTALS.format(still_open=STILL_OPEN)
    return [OpenTotal(*row) for row in _run(statement, facts)]


# Each party of the account is looked into by its index, and no further than the page goes.
PARTIES = """
SELECT %(account)s::int, %(number)s, %(label)s, x.id, x.number, x.label,
       o.lines, o.debit::bigint, o.credit::bigint, o.oldest
  FROM finance_auxiliaryaccount x
 CROSS JOIN LATERAL (
   SELECT count(*) AS lines, sum(l.debit_cents) AS debit, sum(l.credit_cents) AS credit, min(l.date) AS oldest
     FROM finance_line l
    WHERE l.auxiliary_id = x.id AND l.account_id + 0 = %(account)s AND l.fiscal_year_id = %(year)s
      AND l.date BETWEEN %(first)s AND %(on)s AND {is_open}) o
 WHERE x.company_id = %(company)s AND o.lines > 0 AND x.number > %(after)s{words}
   AND EXISTS (SELECT 1 FROM finance_auxiliarybalance b WHERE b.auxiliary_id = x.id AND b.fiscal_year_id = %(year)s
                  AND b.account_id = %(account)s)
 ORDER BY x.number LIMIT %(limit)s
"""


def open_parties(
    year: FiscalYear,
    account: ChartAccount,
    *,
    on: date | None = None,
    words: str = "",
    after: str = "",
    limit: int = PAGE,
) -> tuple[list[OpenTotal], str | None]:
    """Return the parties of *account* with open lines whose numbers follow *after*, and the number to go on from."""
    facts = _facts(year, on, [account])
    facts |= {"account": account.pk, "number": account.number, "label": account.label, "company": year.company_id}
    facts |= {"after": after, "limit": limit + 1, "words": _like(words)}
    sought = " AND (x.number ILIKE %(words)s OR x.label ILIKE %(words)s)" if words else ""
    rows = [OpenTotal(*row) for row in _run(PARTIES.format(is_open=_is_open(facts), words=sought), facts)]
    return rows[:limit], rows[limit - 1].auxiliary if len(rows) > limit else None


def open_lines_sql(facts: dict[str, Any]) -> str:
    """Return a SELECT of every open line of the scope in *facts* (from `scope`), to put in brackets after FROM.

    Its columns: entry_id, position, account_id, auxiliary_id, date, due_on, debit_cents, credit_cents.
    """
    columns = f" SELECT l.entry_id, l.position, l.account_id, l.auxiliary_id, l.date, {DUE} AS due_on"
    held = HELD.format(party=_of_party(facts, None, False))
    return f"{held}{columns}, l.debit_cents, l.credit_cents FROM held l {TEXTS} WHERE {STILL_OPEN}"


def scope(
    year: FiscalYear, *, on: date | None = None, accounts: Sequence[ChartAccount] | None = None
) -> dict[str, Any]:
    """Return the parameters that `open_lines_sql` takes."""
    return _facts(year, on, accounts)


def lettered_accounts(year: FiscalYear) -> list[ChartAccount]:
    """Return the accounts of the company that are lettered and moved in *year*, in order of their numbers."""
    moved = Balance.objects.filter(fiscal_year=year, account=OuterRef("pk"))
    rows = ChartAccount.objects.filter(Exists(moved), company_id=year.company_id, can_letter=True)
    return list(rows.order_by("number"))


def _facts(year: FiscalYear, on: date | None, accounts: Sequence[ChartAccount] | None) -> dict[str, Any]:
    last = min(on or year.last_day, year.last_day)
    wanted = lettered_accounts(year) if accounts is None else accounts
    ids = [account.pk for account in wanted]
    return {"year": year.pk, "first": year.first_day, "on": last, "end": year.last_day, "accounts": ids}


def _is_open(facts: dict[str, Any]) -> str:
    return OPEN_AT_THE_END if facts["on"] == facts["end"] else OPEN_BEFORE


def _of_party(facts: dict[str, Any], auxiliary: AuxiliaryAccount | None, without: bool) -> str:
    if auxiliary is not None:
        facts["auxiliary"] = auxiliary.pk
        # Reached by the index of the party: that of the account holds the lines of all parties.
        return "l.account_id + 0 = ANY(%(accounts)s) AND l.auxiliary_id = %(auxiliary)s"
    return "l.account_id = ANY(%(accounts)s)" + (" AND l.auxiliary_id IS NULL" if without else "")


def _filters(facts: dict[str, Any], wanted: OpenFilter | None) -> list[str]:
    if wanted is None:
        return []
    facts |= {"words": _like(wanted.words), "cents": wanted.cents, "since": wanted.since, "due": wanted.due_until}
    facts["currency"] = wanted.currency
    holds = "(coalesce(lt.label, t.label) ILIKE %(words)s OR coalesce(lt.piece_ref, t.piece_ref) ILIKE %(words)s)"
    tests = (
        (wanted.words, holds),
        (wanted.cents is not None, "%(cents)s IN (abs(l.debit_cents), abs(l.credit_cents))"),
        (wanted.since, "l.date >= %(since)s"),
        (wanted.due_until, f"{DUE} <= %(due)s"),
        (wanted.side == "debit", "l.debit_cents - l.credit_cents > 0"),
        (wanted.side == "credit", "l.debit_cents - l.credit_cents < 0"),
        (wanted.currency, "lc.currency = %(currency)s"),
    )
    return [condition for is_wanted, condition in tests if is_wanted]


def _like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _run(statement: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connections[current_alias()].cursor() as sql:
        sql.execute(statement, facts)
        return list(sql.fetchall())
