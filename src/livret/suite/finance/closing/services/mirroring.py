"""The entries that undo those of one import, in SQL, over sets: sides swapped, and what is open answered.

Entries enter by chunks of ids, as a file does. Lines that the file itself lettered stay so; what undoes them, and every
open line with what undoes it, is brought together under one code for each account and party.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper

from livret.suite.company.models import FiscalYear
from livret.suite.finance.rules.lettering import following_code
from livret.suite.finance.services import ledger
from livret.suite.finance.services.lettering import highest_ranks

CHUNK_ENTRIES = 20_000

# Opening balances go out of the journal they came into: what a year opens with is read there.
ENTRIES = """
CREATE TEMPORARY TABLE undo_entry ON COMMIT DROP AS
SELECT nextval('finance_entry_id_seq') AS id, s.*,
       coalesce(c.last_number, 0) + row_number() OVER (PARTITION BY s.journal_id ORDER BY s.source_id) AS number
  FROM (SELECT e.id AS source_id, e.line_count, e.amount_cents, coalesce(%(on)s::date, e.date) AS date,
               CASE WHEN j.kind = 'opening' THEN j.id ELSE coalesce(%(journal)s::integer, j.id) END AS journal_id
          FROM finance_entry e
          JOIN finance_journal j ON j.id = e.journal_id
         WHERE e.fiscal_year_id = %(year)s AND e.import_run_id = %(run)s
           AND NOT EXISTS (SELECT 1 FROM finance_entry r WHERE r.reverses_id = e.id)) s
  LEFT JOIN finance_journalcounter c ON c.fiscal_year_id = %(year)s AND c.journal_id = s.journal_id
"""
KEYS = (
    "ALTER TABLE undo_entry ADD PRIMARY KEY (id)",
    "CREATE INDEX ON undo_entry (source_id)",
    "ANALYZE undo_entry",
)
COUNTS = "SELECT count(*), coalesce(sum(line_count), 0)::bigint, min(date) FROM undo_entry"
# Lettered with something else than the lines of the file: taking those apart is for somebody to decide.
LETTERED = """
SELECT a.number, coalesce(x.number, ''), g.code
  FROM finance_lettering g
  JOIN finance_chartaccount a ON a.id = g.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = g.auxiliary_id
 WHERE g.id IN (SELECT m.lettering_id FROM undo_entry u JOIN finance_letteredline m ON m.entry_id = u.source_id)
   AND (g.import_run_id IS DISTINCT FROM %(run)s
        OR EXISTS (SELECT 1 FROM finance_letteredline m
                    WHERE m.lettering_id = g.id AND m.entry_id NOT IN (SELECT source_id FROM undo_entry)))
 ORDER BY 1, 2, 3 LIMIT %(shown)s
"""
CHUNKS = """
SELECT min(id), max(id) FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(size)s AS part FROM undo_entry) p
 GROUP BY part ORDER BY part
"""
COPIES = (
    """
INSERT INTO finance_entry (id, amount_cents, number, validated_at, company_id, fiscal_year_id, journal_id, line_count,
                           date, validated_on, reverses_id)
SELECT u.id, u.amount_cents, u.number, %(at)s, %(company)s, %(year)s, u.journal_id, u.line_count, u.date, %(today)s,
       u.source_id
  FROM undo_entry u WHERE u.id BETWEEN %(low)s AND %(high)s ORDER BY u.id
""",
    """
INSERT INTO finance_entrytext (entry_id, label, piece_ref, piece_date, source_number, author_id, author_name)
SELECT u.id, left(%(prefix)s || t.label, 1000), t.piece_ref, t.piece_date, '', %(author)s, %(name)s
  FROM undo_entry u JOIN finance_entrytext t ON t.entry_id = u.source_id WHERE u.id BETWEEN %(low)s AND %(high)s
""",
    """
INSERT INTO finance_line (entry_id, position, company_id, fiscal_year_id, journal_id, account_id, auxiliary_id, date,
                          debit_cents, credit_cents)
SELECT u.id, l.position, %(company)s, %(year)s, u.journal_id, l.account_id, l.auxiliary_id, u.date, l.credit_cents,
       l.debit_cents
  FROM undo_entry u JOIN finance_line l ON l.entry_id = u.source_id
 WHERE u.id BETWEEN %(low)s AND %(high)s ORDER BY u.id, l.position
""",
    """
INSERT INTO finance_linetext (entry_id, position, label, piece_ref, piece_date)
SELECT u.id, t.position, t.label, t.piece_ref, t.piece_date
  FROM undo_entry u JOIN finance_linetext t ON t.entry_id = u.source_id WHERE u.id BETWEEN %(low)s AND %(high)s
""",
    """
INSERT INTO finance_linecurrency (entry_id, position, amount, currency)
SELECT u.id, c.position, c.amount, c.currency
  FROM undo_entry u JOIN finance_linecurrency c ON c.entry_id = u.source_id
 WHERE u.id BETWEEN %(low)s AND %(high)s AND c.amount IS NOT NULL AND c.currency <> ''
""",
    """
INSERT INTO finance_linevat (entry_id, position, code)
SELECT u.id, v.position, v.code
  FROM undo_entry u JOIN finance_linevat v ON v.entry_id = u.source_id WHERE u.id BETWEEN %(low)s AND %(high)s
""",
    """
INSERT INTO finance_linesection (entry_id, position, section_id, cents)
SELECT u.id, s.position, s.section_id, -s.cents
  FROM undo_entry u JOIN finance_linesection s ON s.entry_id = u.source_id WHERE u.id BETWEEN %(low)s AND %(high)s
""",
)


@dataclass(frozen=True, slots=True)
class Mirror:
    """What there is to undo: how many entries and lines, the first day that an entry will be dated."""

    entries: int
    lines: int
    since: date | None


def gather(sql: CursorWrapper, facts: dict[str, Any]) -> Mirror:
    """Fill the temporary table `undo_entry` with the entries to come; those reversed already stay out.

    facts: year, run, company, journal and on (None: each as it was), at, today, author, name, prefix of the labels.
    """
    sql.execute("DROP TABLE IF EXISTS undo_entry, undo_line")
    sql.execute(ENTRIES, facts)
    for statement in KEYS:
        sql.execute(statement)
    sql.execute(COUNTS)
    return Mirror(*sql.fetchone())


def lettered_elsewhere(sql: CursorWrapper, facts: dict[str, Any], *, shown: int) -> list[tuple[str, str, str]]:
    """Return account, party and code of the first letterings that hold lines to undo and others beside."""
    sql.execute(LETTERED, {**facts, "shown": shown})
    return list(sql.fetchall())


def add(sql: CursorWrapper, facts: dict[str, Any], year: FiscalYear) -> None:
    """Add and seal the entries gathered, and count them in the balances; the year must be locked."""
    sql.execute(CHUNKS, {"size": CHUNK_ENTRIES})
    ranges: Sequence[tuple[int, int]] = sql.fetchall()
    for low, high in ranges:
        for statement in COPIES:
            sql.execute(statement, {**facts, "low": low, "high": high})
        ledger.link(year, first_id=low, last_id=high)
    ledger.settle(year, first_id=ranges[0][0], last_id=ranges[-1][1])


# The lettering in part that a file brought ends with it: its lines are open, and answered whole.
DISSOLVED = """
WITH gone AS (
    DELETE FROM finance_lettering g
     WHERE g.is_partial AND g.import_run_id = %(run)s AND g.fiscal_year_id = %(year)s
       AND g.id IN (SELECT m.lettering_id FROM undo_entry u JOIN finance_letteredline m ON m.entry_id = u.source_id)
    RETURNING g.id, g.account_id, g.auxiliary_id, g.code
), lines AS (
    DELETE FROM finance_letteredline m USING gone WHERE m.lettering_id = gone.id
    RETURNING m.lettering_id, m.entry_id, m.position
)
INSERT INTO finance_letteringevent (company_id, fiscal_year_id, account_id, auxiliary_id, kind, code, lines, cents,
                                    reason, author_id, author_name, at)
SELECT %(company)s, %(year)s, g.account_id, g.auxiliary_id, 'unlettered', g.code,
       jsonb_agg(jsonb_build_array(d.entry_id, d.position) ORDER BY d.entry_id, d.position),
       sum(l.debit_cents - l.credit_cents), %(reason)s, %(author)s, %(name)s, %(at)s
  FROM gone g
  JOIN lines d ON d.lettering_id = g.id
  JOIN finance_line l ON l.entry_id = d.entry_id AND l.position = d.position
 GROUP BY g.id, g.account_id, g.auxiliary_id, g.code
"""
ACCOUNTS = """
SELECT DISTINCT a.number, a.id FROM undo_entry u
  JOIN finance_line l ON l.entry_id = u.source_id
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
 WHERE a.can_letter OR m.entry_id IS NOT NULL
 ORDER BY 1
"""
LINES = """
CREATE TEMPORARY TABLE undo_line ON COMMIT DROP AS
WITH candidate AS (
    SELECT u.id, u.source_id, l.position, l.account_id, l.auxiliary_id, l.debit_cents - l.credit_cents AS cents,
           m.entry_id IS NOT NULL AS is_lettered
      FROM undo_entry u
      JOIN finance_line l ON l.entry_id = u.source_id
      JOIN finance_chartaccount a ON a.id = l.account_id
      LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
     WHERE a.can_letter OR m.entry_id IS NOT NULL
)
SELECT id AS entry_id, position, account_id, auxiliary_id, -cents AS cents FROM candidate
UNION ALL
SELECT source_id, position, account_id, auxiliary_id, cents FROM candidate WHERE NOT is_lettered
"""
GROUPS = """
SELECT account_id, auxiliary_id, sum(cents) <> 0 FROM undo_line GROUP BY 1, 2 ORDER BY 1, 2 NULLS FIRST
"""
LETTERINGS = """
WITH code AS (
    SELECT * FROM unnest(%(accounts)s::integer[], %(parties)s::integer[], %(codes)s::text[], %(partial)s::boolean[])
        AS c (account_id, auxiliary_id, code, is_partial)
), made AS (
    INSERT INTO finance_lettering (company_id, fiscal_year_id, account_id, auxiliary_id, code, is_partial, created_at)
    SELECT %(company)s, %(year)s, account_id, auxiliary_id, code, is_partial, %(at)s FROM code
    RETURNING id, account_id, auxiliary_id, code
), told AS (
    INSERT INTO finance_letteringevent (company_id, fiscal_year_id, account_id, auxiliary_id, kind, code, lines, cents,
                                        reason, author_id, author_name, at)
    SELECT %(company)s, %(year)s, g.account_id, g.auxiliary_id, 'lettered', g.code,
           jsonb_agg(jsonb_build_array(n.entry_id, n.position) ORDER BY n.entry_id, n.position), sum(n.cents),
           %(reason)s, %(author)s, %(name)s, %(at)s
      FROM made g JOIN undo_line n ON n.account_id = g.account_id AND n.auxiliary_id IS NOT DISTINCT FROM g.auxiliary_id
     GROUP BY g.id, g.account_id, g.auxiliary_id, g.code
)
INSERT INTO finance_letteredline (entry_id, position, lettering_id, lettered_on)
SELECT n.entry_id, n.position, g.id, %(today)s
  FROM undo_line n
  JOIN made g ON g.account_id = n.account_id AND coalesce(g.auxiliary_id, 0) = coalesce(n.auxiliary_id, 0)
 ORDER BY n.entry_id, n.position
"""


def lock_accounts(sql: CursorWrapper) -> None:
    """Let nobody else letter in the accounts of the entries gathered, taken by number, as the carry-forward does."""
    sql.execute(ACCOUNTS)
    for _number, account in sql.fetchall():
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('finance.lettering'), %s)", [account])


def answer(sql: CursorWrapper, facts: dict[str, Any]) -> None:
    """Letter what is open with what undoes it, by account and party, so that nothing of either stays open."""
    sql.execute(DISSOLVED, facts)
    sql.execute(LINES)
    sql.execute("ANALYZE undo_line")
    sql.execute(GROUPS)
    groups = sql.fetchall()
    ranks = {account: highest_ranks(account, facts["year"]) for account in {row[0] for row in groups}}
    codes = [
        following_code(ranks[account].get(party, 0), is_partial=is_partial) for account, party, is_partial in groups
    ]
    columns = zip(*groups, strict=True) if groups else ((), (), ())
    accounts, parties, partial = (list(column) for column in columns)
    named = {"accounts": accounts, "parties": parties, "partial": partial, "codes": codes}
    sql.execute(LETTERINGS, {**facts, **named})
