"""The reconciliation statement of a day: what the books say, what the bank says, and every line between the two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.kernel.periods import ONE_DAY
from livret.suite.company.models import FiscalYear
from livret.suite.finance.bank.models import BankAccount, Statement
from livret.suite.finance.bank.queries.sql import FREE_LINE_THEN, TREATED_THEN

Day = date
MOST_SHOWN = 500

BOOKS = """
SELECT coalesce(sum(d.debit_cents - d.credit_cents), 0) FROM finance_daybalance d
 WHERE d.fiscal_year_id = %(year)s AND d.account_id = %(account)s AND d.day <= %(on)s
"""
# Of a year whose detail was removed, its tombstone keeps what it opened with.
OPENING_LINES = """
SELECT coalesce((SELECT (s.openings->>%(account)s::text)::bigint FROM finance_yeartombstone s
                  WHERE s.fiscal_year_id = %(year)s), 0)
     + coalesce(sum(l.debit_cents - l.credit_cents), 0)
  FROM finance_line l
  JOIN finance_journal j ON j.id = l.journal_id AND j.kind = 'opening'
 WHERE l.fiscal_year_id = %(year)s AND l.account_id = %(account)s AND l.date <= %(on)s
"""
BOOKED = """
SELECT coalesce(sum(cents), 0) FROM bank_movement
 WHERE bank_account_id = %(bank)s AND booked_on > %(after)s AND booked_on <= %(on)s
"""
# A line stands for a movement at a day once that movement is booked. An entry that is no longer there went with its
# fiscal year, when that was purged: it still answers its movement, and its match keeps its day and its amount.
LINES = f"""
SELECT l.date, l.entry_id, l.cents,
       coalesce(lt.label, t.label, l.label) AS label, coalesce(lt.piece_ref, t.piece_ref, l.reference) AS piece,
       sum(l.cents) OVER () AS total, count(*) OVER () AS many
  FROM ({{free}}) l
  LEFT JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
 ORDER BY l.date, l.entry_id, l.position LIMIT {MOST_SHOWN}
"""  # noqa: S608 - pieces of ours.
FREE = f"""
SELECT l.entry_id, l.position, l.date, l.debit_cents - l.credit_cents AS cents, '' AS label, '' AS reference
{FREE_LINE_THEN} AND l.date BETWEEN %(since)s AND %(on)s
UNION ALL
SELECT x.entry_id, x.position, x.date, x.cents, coalesce(nullif(m.label, ''), m.party_name), m.reference
  FROM bank_movement m
  JOIN bank_matchedline x ON x.movement_id = m.id
 WHERE m.bank_account_id = %(bank)s AND m.booked_on > %(on)s AND x.date BETWEEN %(since)s AND %(on)s
"""  # noqa: S608 - pieces of ours.
MOVEMENTS = f"""
SELECT m.booked_on, m.id, m.cents, coalesce(nullif(m.label, ''), m.party_name), m.reference,
       sum(m.cents) OVER () AS total, count(*) OVER () AS many
  FROM bank_movement m
 WHERE m.bank_account_id = %(bank)s AND m.booked_on > %(after)s AND m.booked_on <= %(on)s
   AND NOT EXISTS (SELECT FROM ({TREATED_THEN}) t LEFT JOIN finance_entry e ON e.id = t.entry_id
                     LEFT JOIN bank_matchedline k ON k.movement_id = t.movement_id AND k.entry_id = t.entry_id
                    WHERE t.movement_id = m.id AND coalesce(e.date, k.date, m.booked_on) <= %(on)s)
 ORDER BY m.booked_on, m.id LIMIT {MOST_SHOWN}
"""  # noqa: S608 - pieces of ours.


@dataclass(frozen=True, slots=True)
class Pending:
    """A line that one side has and the other has not: an entry line, or a movement. number: its id."""

    on: Day
    number: int
    cents: int
    label: str
    reference: str


@dataclass(frozen=True, slots=True)
class Side:
    """The lines that stand on one side only; total and many: of all of them, those not shown included."""

    lines: tuple[Pending, ...]
    total: int
    many: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both balances at the end of day *on*, and what explains the difference, in cents.

    since: the first day that the statements cover; before: how far books and bank were apart before it.
    """

    on: Day
    since: Day | None
    books: int
    bank: int | None
    before: int
    in_books: Side
    at_bank: Side

    @property
    def difference(self) -> int:
        return self.books - (self.bank or 0)

    @property
    def unexplained(self) -> int:
        """What remains once every line is counted: zero, unless a statement is missing or an entry was altered."""
        return self.difference - self.before - self.in_books.total + self.at_bank.total


def reconciliation(account: BankAccount, on: date) -> Reconciliation:
    """Return the reconciliation of *account* at the end of day *on*.

    The books are those of the fiscal year that holds the day; lines before the first statement are summed up in
    `before`, with what the bank then said.
    """
    first = _first_anchor(account)
    since = first[0] + ONE_DAY if first else None
    facts: dict[str, Any] = {
        "company": account.company_id,
        "bank": account.pk,
        "account": account.account_id,
        "on": on,
        "since": since or date.max,
        "after": first[0] if first else date.min,
    }
    in_books, at_bank = _side(LINES.format(free=FREE), facts), _side(MOVEMENTS, facts)
    books, bank = books_balance(account, on), bank_balance(account, on)
    before = _before(account, first, facts) if first else 0
    return Reconciliation(on, since, books, bank, before, in_books, at_bank)


def _side(query: str, facts: dict[str, Any]) -> Side:
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, facts)
        rows = sql.fetchall()
    total, many = (int(rows[0][5]), rows[0][6]) if rows else (0, 0)
    return Side(tuple(Pending(*row[:5]) for row in rows), total, many)


def _before(account: BankAccount, first: tuple[Day, int], facts: dict[str, Any]) -> int:
    """Return how far apart books and bank were at the first statement, less what was matched to lines before it."""
    day, cents = first
    with connections[current_alias()].cursor() as sql:
        sql.execute(
            """SELECT coalesce(sum(x.cents), 0) FROM bank_matchedline x
                 JOIN bank_movement m ON m.id = x.movement_id AND m.bank_account_id = %(bank)s AND m.booked_on <= %(on)s
                WHERE x.date < %(since)s""",
            facts,
        )
        (matched,) = sql.fetchone()
    return books_balance(account, day) + _opening_of_next_day(account, day) - cents - int(matched)


def _opening_of_next_day(account: BankAccount, day: Day) -> int:
    """Return the opening balance of the books when a year opens right after *day* and none held it before."""
    if _year_at(account, day):
        return 0
    year = _year_at(account, day + ONE_DAY)
    return _sum(OPENING_LINES, year=year.pk, account=account.account_id, on=day + ONE_DAY) if year else 0


def books_balance(account: BankAccount, on: Day) -> int:
    """Return the balance of the ledger account at the end of *on*, in cents; 0 outside every fiscal year."""
    year = _year_at(account, on)
    return _sum(BOOKS, year=year.pk, account=account.account_id, on=on) if year else 0


def _year_at(account: BankAccount, on: Day) -> FiscalYear | None:
    return FiscalYear.objects.filter(company=account.company_id, first_day__lte=on, last_day__gte=on).first()


def bank_balance(account: BankAccount, on: Day) -> int | None:
    """Return what the bank says at the end of *on*, in cents, None unknown: its last balance and what came since."""
    closings = Statement.objects.filter(bank_account=account, closing_on__lte=on)
    last = closings.order_by("-closing_on", "-pk").values_list("closing_on", "closing_cents").first()
    anchor = last or _first_anchor(account)
    if anchor is None or anchor[1] is None or anchor[0] is None:
        return None
    return int(anchor[1]) + _sum(BOOKED, bank=account.pk, after=anchor[0], on=on)


def _first_anchor(account: BankAccount) -> tuple[Day, int] | None:
    """Return the day and balance from which the statements held go on: the evening before their first movement."""
    rows = Statement.objects.filter(bank_account=account)
    first = rows.filter(opening_on__isnull=False).order_by("opening_on", "pk").first()
    if first and first.opening_on is not None and first.opening_cents is not None:
        starts = [first.first_on - ONE_DAY] if first.first_on else []
        return min([first.opening_on, *starts]), first.opening_cents
    last = rows.filter(closing_on__isnull=False, first_on__isnull=False).order_by("closing_on", "pk").first()
    if last is None or last.closing_on is None or last.closing_cents is None or last.first_on is None:
        return None
    day = last.first_on - ONE_DAY
    return day, last.closing_cents - _sum(BOOKED, bank=account.pk, after=day, on=last.closing_on)


def _sum(query: str, **facts: Any) -> int:
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, facts)
        (cents,) = sql.fetchone()
    return int(cents)
