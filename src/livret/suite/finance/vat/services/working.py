"""What a return counts of each line, worked out by SQL over sets in temporary tables of the transaction.

The steps: the entries in scope; their lines that have to do with VAT; a code for each tax line, its rate found where
nobody stated it; a base for each code; and, where tax is due on receipts, what was paid of each entry until a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.backends.utils import CursorWrapper

from livret.suite.finance.services.ledger import cursor
from livret.suite.finance.vat.services import bills, receipts, steps

SORT_MEMORY = "64MB"
TOLERANCE_CENTS = 5  # Between a tax and its base times its rate, and one more for each line: rule `tax_follows_base`.


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the working needs it. is_loose: counted only where a line states a code."""

    account_id: int
    role: str
    code: str
    nature: str
    is_loose: bool


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code as the working needs it. twin: the code on receipts of one found on services sold, or ""."""

    code: str
    family: str
    side: str
    rate: str
    is_open: bool
    is_on_receipts: bool
    is_here: bool
    twin: str


@dataclass(frozen=True, slots=True)
class Extent:
    """What a return looks at. last_filed_until: the last day of the last return filed, None when it is the first.

    since: the first day of the regime, before which all was declared elsewhere; watermark: the last entry that the
    last return filed saw; effective: the returns filed whose shares count, those of this period left out; earlier:
    those of them whose periods come before this one.
    """

    company_id: int
    return_id: int
    years: Sequence[int]
    since: date
    first: date
    last: date
    watermark: int
    last_filed_until: date | None
    last_filed_at: datetime | None
    effective: Sequence[int]
    earlier: Sequence[int]
    is_corrective: bool
    follows_receipts: bool


def work_out(extent: Extent, *, accounts: Iterable[AccountRow], codes: Iterable[CodeRow]) -> None:
    """Write the shares of a return. Those it had must be gone; the transaction that runs now holds the tables."""
    facts: dict[str, Any] = {name: getattr(extent, name) for name in extent.__slots__}
    facts |= {"years": list(extent.years), "effective": list(extent.effective)}
    facts |= {"earlier": list(extent.earlier), "tolerance": TOLERANCE_CENTS}
    with cursor() as sql:
        # Compiling these statements takes longer than running them.
        sql.execute("SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [SORT_MEMORY])
        _lay_out(sql, list(accounts), list(codes))
        sql.execute(steps.SCOPE, facts)
        if extent.last_filed_until and not extent.is_corrective:
            sql.execute(steps.LATE, facts)
        if extent.follows_receipts:
            _follow(sql, facts)
        for step in (
            *bills.LOSSES,
            *steps.LINES,
            *steps.CODES,
            *steps.BASES,
            bills.NEVER_DUE,
            bills.LOST,
            steps.AT_ONCE,
        ):
            sql.execute(step, facts)
        sql.execute(receipts.ANY_ON_RECEIPTS)
        if sql.fetchone()[0]:
            _share_receipts(sql, facts, is_followed=extent.follows_receipts)
        sql.execute(steps.DROP)


def _follow(sql: CursorWrapper, facts: dict[str, Any]) -> None:
    """Find the entries that a payment of the period, or a lettering since the last filing, makes due."""
    for step in (*bills.BILLS, receipts.TOUCHED, bills.DUE, receipts.CARRIED, bills.UPSTREAM):
        sql.execute(step, facts)
    if sql.rowcount > 0:  # What these letterings hold may have been brought forward in its turn.
        sql.execute("TRUNCATE vat_carried")
        sql.execute(receipts.CARRIED, facts)
    for step in (receipts.LATEST, receipts.PAID_LATELY):
        sql.execute(step, facts)


def _share_receipts(sql: CursorWrapper, facts: dict[str, Any], *, is_followed: bool) -> None:
    for step in (*(() if is_followed else bills.BILLS), *receipts.THIRDS, *bills.MEMBERS):
        sql.execute(step, facts)
    sql.execute("SELECT EXISTS (SELECT 1 FROM vat_open)")
    for _round in range(bills.ROUNDS if sql.fetchone()[0] else 0):
        sql.execute(bills.ROUND, facts)
    for step in (*receipts.PAID, receipts.ON_RECEIPTS):
        sql.execute(step, facts)


def _lay_out(sql: CursorWrapper, accounts: list[AccountRow], codes: list[CodeRow]) -> None:
    for statement in (*steps.TABLES, *bills.TABLES):
        sql.execute(statement)
    sql.execute(
        "INSERT INTO vat_map SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::bool[])",
        [
            [row.account_id for row in accounts],
            [row.role for row in accounts],
            [row.code for row in accounts],
            [row.nature for row in accounts],
            [row.is_loose for row in accounts],
        ],
    )
    sql.execute(
        "INSERT INTO vat_code SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::numeric[], %s::bool[],"
        " %s::bool[], %s::bool[], %s::text[])",
        [
            [row.code for row in codes],
            [row.family for row in codes],
            [row.side for row in codes],
            [row.rate for row in codes],
            [row.is_open for row in codes],
            [row.is_on_receipts for row in codes],
            [row.is_here for row in codes],
            [row.twin for row in codes],
        ],
    )
    sql.execute("ANALYZE vat_map")
    sql.execute("ANALYZE vat_code")
