"""What is left to treat, newest first, each movement with its best suggestion; and how much there is of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import Company
from livret.suite.finance.bank.models import BankAccount, Movement, Suggestion
from livret.suite.finance.bank.queries.sql import DRAFTED, TREATED
from livret.suite.finance.bank.rules.words import words_of

PAGE = 50
EVERY = "every"
SURE = 90
Day = date
Key = tuple[Day, int]

SCOPE = """
  FROM bank_movement m
  JOIN bank_bankaccount a ON a.id = m.bank_account_id AND a.company_id = %(company)s
  LEFT JOIN LATERAL (SELECT s.confidence FROM bank_suggestion s WHERE s.movement_id = m.id AND s.rank = 1) s ON true
 WHERE true
"""
NOT_TREATED = f"""
   AND m.id NOT IN (SELECT movement_id FROM ({TREATED}) t)
   AND m.id NOT IN (SELECT movement_id FROM ({DRAFTED}) d)
"""  # noqa: S608 - pieces of ours.
LEFT = SCOPE + NOT_TREATED
BANDS = {
    "sure": "s.confidence >= %(sure)s",
    "likely": "s.confidence < %(sure)s",
    "none": "s.confidence IS NULL",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which movements are asked for. band: "sure", "likely", "none", or "" for all that are left, "every" for all."""

    account: BankAccount | None = None
    band: str = ""
    statement: int | None = None
    words: str = ""
    before: Key | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of movements; before: the key of the next one, None at the end."""

    movements: tuple[Movement, ...]
    before: Key | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many movements are left, by how sure their best suggestion is, and how many wait in drafts."""

    left: int
    sure: int
    likely: int
    drafted: int

    @property
    def alone(self) -> int:
        return self.left - self.sure - self.likely


def queue_page(company: Company, wanted: Wanted) -> Page:
    """Return the movements *wanted*, each with `best`, its first suggestion or None, and `is_left` to treat."""
    conditions, facts = _conditions(company, wanted)
    scope = SCOPE if wanted.band == EVERY else LEFT
    query = f"SELECT m.booked_on, m.id {scope} {conditions} ORDER BY m.booked_on DESC, m.id DESC LIMIT %(limit)s"
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, {**facts, "limit": PAGE + 1})
        keys: list[Key] = sql.fetchall()
    shown = keys[:PAGE]
    movements = with_best([pk for _day, pk in shown])
    _mark_left(company, movements)
    return Page(movements, shown[-1] if len(keys) > PAGE else None)


def _mark_left(company: Company, movements: Sequence[Movement]) -> None:
    facts: dict[str, Any] = {"company": company.pk, "ids": [one.pk for one in movements]}
    with connections[current_alias()].cursor() as sql:
        sql.execute(f"SELECT m.id {LEFT} AND m.id = ANY(%(ids)s)", facts)
        left = {pk for (pk,) in sql.fetchall()}
    for one in movements:
        one.is_left = one.pk in left  # type: ignore[attr-defined]


def _conditions(company: Company, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    conditions = ""
    facts: dict[str, Any] = {"company": company.pk, "sure": SURE}
    if wanted.account:
        conditions += " AND m.bank_account_id = %(bank)s"
        facts["bank"] = wanted.account.pk
    if wanted.statement:
        conditions += " AND m.statement_id = %(statement)s"
        facts["statement"] = wanted.statement
    if wanted.band in BANDS:
        conditions += f" AND {BANDS[wanted.band]}"
    if wanted.words:
        conditions += " AND position(%(words)s in m.words) > 0"
        facts["words"] = words_of(wanted.words)
    if wanted.before:
        conditions += " AND (m.booked_on, m.id) < (%(day)s, %(id)s)"
        facts["day"], facts["id"] = wanted.before
    return conditions, facts


def with_best(ids: Sequence[int]) -> tuple[Movement, ...]:
    """Return the movements of *ids*, newest first, each with its first suggestion as `best`."""
    rows = Movement.objects.filter(pk__in=ids).select_related("bank_account").order_by("-booked_on", "-pk")
    best = {one.movement_id: one for one in Suggestion.objects.filter(movement__in=ids, rank=1)}
    found = tuple(rows)
    for movement in found:
        movement.best = best.get(movement.pk)  # type: ignore[attr-defined]
    return found


def counts_of(company: Company, account: BankAccount | None = None) -> Counts:
    """Return how much is left to treat, in *account* or in all of them."""
    conditions, facts = _conditions(company, Wanted(account))
    query = f"""SELECT count(*), count(*) FILTER (WHERE s.confidence >= %(sure)s),
                       count(*) FILTER (WHERE s.confidence < %(sure)s) {LEFT} {conditions}"""
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, facts)
        left, sure, likely = sql.fetchone()
        sql.execute(f"SELECT count(*) FROM ({DRAFTED}) d", facts)  # noqa: S608 - pieces of ours.
        (drafted,) = sql.fetchone()
    return Counts(left, sure, likely, drafted)


def left_ids(company: Company, *, account: BankAccount | None = None, sure: int, rule: int | None = None) -> list[int]:
    """Return the movements left whose best suggestion is at least *sure*, or is that of a rule; oldest first."""
    conditions, facts = _conditions(company, Wanted(account))
    facts["sure"] = sure
    if rule is None:
        conditions += " AND s.confidence >= %(sure)s"
    else:
        conditions += """ AND EXISTS (SELECT FROM bank_suggestion r WHERE r.movement_id = m.id
                          AND r.kind = 'rule' AND r.rank = 1 AND (r.proposal ->> 'rule')::bigint = %(rule)s)"""
        facts["rule"] = rule
    with connections[current_alias()].cursor() as sql:
        sql.execute(f"SELECT m.id {LEFT} {conditions} ORDER BY m.booked_on, m.id", facts)
        return [pk for (pk,) in sql.fetchall()]
