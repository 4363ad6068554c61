"""What is open line by line, a page at a time, and the lines that a form names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import AuxiliaryAccount, ChartAccount
from livret.suite.finance.queries.open_items.scopes import (
    DOCUMENT,
    DUE,
    OF_YEAR,
    PAGE,
    TEXTS,
    facts_of,
    is_open,
    like,
    of_party,
    run,
)

Day = date  # A class with a field of that name cannot name the type.
Key = tuple[Day, int, int]  # Date, entry and position.


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
    facts = facts_of(year, on, accounts)
    conditions = [of_party(facts, auxiliary, without_auxiliary), *_filters(facts, wanted), is_open(facts)]
    if after:
        facts |= {"after_date": after[0], "after_entry": after[1], "after_position": after[2]}
        conditions.append("(l.date, l.entry_id, l.position) > (%(after_date)s, %(after_entry)s, %(after_position)s)")
    facts["limit"] = limit + 1
    chosen = CHOSEN + (FILTERED if wanted else "") + OF_YEAR + " AND ".join(conditions) + BY_DATE + " LIMIT %(limit)s)"
    rows = [OpenLine(*row) for row in run(chosen + SHOWN.replace("finance_line l\n", "chosen l\n") + BY_DATE, facts)]
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
    return [OpenLine(*row) for row in run(SHOWN + pairs + " AND e.company_id = %(company)s" + BY_DATE, facts)]


def _filters(facts: dict[str, Any], wanted: OpenFilter | None) -> list[str]:
    if wanted is None:
        return []
    facts |= {"words": like(wanted.words), "cents": wanted.cents, "since": wanted.since, "due": wanted.due_until}
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
