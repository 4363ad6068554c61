"""The lines behind a box, page by page, with the part that the return counts of each and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from livret.suite.finance.vat.models import Return, Share
from livret.suite.finance.vat.queries.sql import cursor
from livret.suite.finance.vat.rules.codes import UNRESOLVED, codes_on

PAGE = 100
Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line of the books and what the return counts of it. whole_cents: what it would count when all is due."""

    entry_id: int
    position: int
    code: str
    on: date
    reference: str
    label: str
    account: str
    year_ends: date
    reason: str
    base_cents: int
    tax_cents: int
    whole_cents: int

    @property
    def reason_label(self) -> str:
        return str(Share.Reason(self.reason).label)

    @property
    def is_part(self) -> bool:
        return self.tax_cents != self.whole_cents and self.reason == Share.Reason.RECEIPTS


@dataclass(frozen=True, slots=True)
class LinesPage:
    """A page of lines, what all of them sum to, and the key that the next page follows."""

    lines: Sequence[CountedLine]
    count: int
    base_cents: int
    tax_cents: int
    after: Key | None


COUNTED = """
SELECT h.entry_id, h.position, h.code, e.date, j.code || '-' || e.number, coalesce(x.label, t.label), a.number,
       y.last_day, h.reason, h.base_cents, h.tax_cents, h.whole_cents
  FROM vat_share h
  JOIN finance_entry e ON e.id = h.entry_id
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_entrytext t ON t.entry_id = e.id
  JOIN finance_chartaccount a ON a.id = h.account_id
  JOIN company_fiscalyear y ON y.id = e.fiscal_year_id
  LEFT JOIN finance_linetext x ON x.entry_id = h.entry_id AND x.position = h.position
 WHERE h.vat_return_id = %(made)s AND h.code = ANY (%(codes)s)
   AND (%(everything)s OR (%(part)s = 'base' AND h.base_cents <> 0) OR (%(part)s = 'tax' AND h.tax_cents <> 0))
   AND (h.entry_id, h.position, h.code) > (%(entry)s, %(position)s, %(code)s)
 ORDER BY h.entry_id, h.position, h.code LIMIT %(limit)s
"""


def lines_of(made: Return, codes: Sequence[str], *, part: str = "", after: Key | None = None) -> LinesPage:
    """Return a page of the lines of *made* that bear one of *codes*. part: "base" or "tax" leaves out lines without."""
    entry, position, code = after or (0, 0, "")
    facts: dict[str, Any] = {
        "made": made.pk,
        "codes": list(codes),
        "everything": not part,
        "part": part,
        "limit": PAGE + 1,
    }
    with cursor() as sql:
        sql.execute(COUNTED, {**facts, "entry": entry, "position": position, "code": code})
        rows = [CountedLine(*row) for row in sql.fetchall()]
    held = Share.objects.filter(vat_return=made, code__in=codes)
    if part:
        held = held.exclude(**{f"{part}_cents": 0})
    sums = held.aggregate(base=Sum("base_cents"), tax=Sum("tax_cents"))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return LinesPage(
        rows[:PAGE],
        held.count(),
        sums["base"] or 0,
        sums["tax"] or 0,
        (last.entry_id, last.position, last.code) if last else None,
    )


@dataclass(frozen=True, slots=True)
class CodeSum:
    """What a return counts under one code."""

    code: str
    label: str
    lines: int
    base_cents: int
    tax_cents: int
    is_unresolved: bool


def sums_by_code(made: Return) -> list[CodeSum]:
    """Return what *made* counts by code, codes of boxes first."""

    known = codes_on(made.last_day)
    rows = Share.objects.filter(vat_return=made).values("code")
    rows = rows.annotate(lines=Count("entry_id"), base=Sum("base_cents"), tax=Sum("tax_cents")).order_by("code")
    found = [
        CodeSum(
            row["code"],
            known[row["code"]].label if row["code"] in known else row["code"],
            row["lines"],
            row["base"],
            row["tax"],
            row["code"] in UNRESOLVED,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.is_unresolved, one.code))
