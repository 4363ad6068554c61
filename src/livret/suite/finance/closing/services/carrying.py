"""The carry-forward in SQL, over sets: what the next year must open with, less what it opens with already.

Accounts that are lettered go forward line by line, each with its party, document, due day and currency, so that what
is open stays open; the others by their balance. A line of opening that did not come from here (a file, a hand) cannot
be told from the lines it stands for: its account and party then go forward by their balance.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

from livret.suite.finance.services.lettering import LineKey

MOST_PAIRS = 1_000
TABLES = ("carry_held", "carry_open", "carry_move")

# What the journals of opening balances of the next year hold, with the line of this year that each stands for. The
# entry that reverses one of ours stands, line by line, for the same lines the other way round; an entry from elsewhere
# and the one that reverses it are nothing together, and are left out.
HELD = """
CREATE TEMPORARY TABLE carry_held ON COMMIT DROP AS
WITH opening AS (
    SELECT l.entry_id, l.position, l.account_id, coalesce(l.auxiliary_id, 0) AS auxiliary_id,
           l.debit_cents - l.credit_cents AS cents, c.source_entry_id, c.source_position,
           sum(l.debit_cents - l.credit_cents)
               OVER (PARTITION BY coalesce(e.reverses_id, e.id), l.position) AS left_over
      FROM finance_journal j
      JOIN finance_entry e ON e.fiscal_year_id = %(into)s AND e.journal_id = j.id
      JOIN finance_line l ON l.entry_id = e.id
      LEFT JOIN closing_carriedline c ON c.entry_id = coalesce(e.reverses_id, e.id) AND c.position = l.position
     WHERE j.company_id = %(company)s AND j.kind = 'opening'
)
SELECT entry_id, position, account_id, auxiliary_id, cents, source_entry_id, source_position
  FROM opening WHERE source_entry_id IS NOT NULL OR left_over <> 0
"""
# The lines of this year that nothing answers whole, in the accounts and parties that go forward line by line.
OPEN = """
CREATE TEMPORARY TABLE carry_open ON COMMIT DROP AS
SELECT l.entry_id, l.position, l.account_id, coalesce(l.auxiliary_id, 0) AS auxiliary_id,
       l.debit_cents - l.credit_cents AS cents
  FROM finance_chartaccount a
  JOIN finance_line l ON l.account_id = a.id AND l.date BETWEEN %(first)s AND %(last)s
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE a.company_id = %(company)s AND a.can_letter AND a.number !~ '^(6|7|12)'
   AND (g.id IS NULL OR g.is_partial) AND l.debit_cents <> l.credit_cents
   AND NOT EXISTS (SELECT 1 FROM carry_held h
                    WHERE h.account_id = l.account_id AND h.auxiliary_id = coalesce(l.auxiliary_id, 0)
                      AND h.source_entry_id IS NULL)
"""
# Contributions in kind (86, 87) are of their year, and sum to zero: were they not to, they would go forward to be seen.
# A file or a hand may have opened with the result allotted to other equity accounts, to the cent: that is left so.
# Groups in detail are those without a foreign line of opening; the others, and the result, are compared by balance.
MOVES = """
CREATE TEMPORARY TABLE carry_move ON COMMIT DROP AS
WITH account AS (
    SELECT id, number, can_letter AND number !~ '^(6|7|12)' AS is_lettered
      FROM finance_chartaccount WHERE company_id = %(company)s
), stranger AS (
    SELECT DISTINCT account_id, auxiliary_id FROM carry_held WHERE source_entry_id IS NULL
), known AS (
    SELECT source_entry_id, source_position, account_id, auxiliary_id, sum(cents) AS cents
      FROM carry_held h JOIN account a ON a.id = h.account_id
     WHERE source_entry_id IS NOT NULL AND a.is_lettered
       AND NOT EXISTS (SELECT 1 FROM stranger s
                        WHERE s.account_id = h.account_id AND s.auxiliary_id = h.auxiliary_id)
     GROUP BY 1, 2, 3, 4
), line_by_line AS (
    SELECT coalesce(o.account_id, k.account_id) AS account_id, coalesce(o.auxiliary_id, k.auxiliary_id) AS auxiliary_id,
           coalesce(o.cents, 0) - coalesce(k.cents, 0) AS cents,
           coalesce(o.entry_id, k.source_entry_id) AS source_entry_id,
           coalesce(o.position, k.source_position) AS source_position
      FROM carry_open o
      FULL JOIN known k ON k.source_entry_id = o.entry_id AND k.source_position = o.position
), of_party AS (
    SELECT account_id, auxiliary_id, sum(debit_cents - credit_cents) AS cents
      FROM finance_auxiliarybalance WHERE fiscal_year_id = %(year)s GROUP BY 1, 2
), of_account AS (
    SELECT account_id, sum(debit_cents - credit_cents) AS cents
      FROM finance_balance WHERE fiscal_year_id = %(year)s GROUP BY 1
), of_the_year AS (
    SELECT coalesce(sum(b.cents), 0) = 0 AS is_even
      FROM of_account b JOIN account a ON a.id = b.account_id WHERE a.number ~ '^8[67]'
), lasting AS (
    SELECT a.id FROM account a CROSS JOIN of_the_year y
     WHERE a.number !~ '^[67]' AND NOT (a.number ~ '^8[67]' AND y.is_even)
), closing AS (
    SELECT p.account_id, p.auxiliary_id, p.cents
      FROM of_party p JOIN lasting a ON a.id = p.account_id
    UNION ALL
    SELECT b.account_id, 0, b.cents - coalesce((SELECT sum(p.cents) FROM of_party p
                                                 WHERE p.account_id = b.account_id), 0)
      FROM of_account b JOIN lasting a ON a.id = b.account_id
    UNION ALL
    SELECT CASE WHEN sum(b.cents) > 0 THEN %(loss)s ELSE %(profit)s END, 0, sum(b.cents)
      FROM of_account b JOIN account a ON a.id = b.account_id WHERE a.number ~ '^[67]' HAVING sum(b.cents) <> 0
), wanted AS (
    SELECT account_id, auxiliary_id, sum(cents) AS cents FROM closing GROUP BY 1, 2
), opening AS (
    SELECT account_id, auxiliary_id, sum(cents) AS cents FROM carry_held GROUP BY 1, 2
), by_balance AS (
    SELECT coalesce(w.account_id, p.account_id) AS account_id, coalesce(w.auxiliary_id, p.auxiliary_id) AS auxiliary_id,
           coalesce(w.cents, 0) - coalesce(p.cents, 0) AS cents
      FROM wanted w FULL JOIN opening p ON p.account_id = w.account_id AND p.auxiliary_id = w.auxiliary_id
), allotted AS (
    SELECT a.id FROM account a
     WHERE a.number ~ '^1[012]'
       AND EXISTS (SELECT 1 FROM stranger s JOIN account o ON o.id = s.account_id WHERE o.number ~ '^1[01]')
       AND (SELECT coalesce(sum(b.cents), 0) FROM by_balance b JOIN account o ON o.id = b.account_id
             WHERE o.number ~ '^1[012]') = 0
       AND (SELECT coalesce(sum(p.cents), 0) FROM opening p JOIN account o ON o.id = p.account_id
             WHERE o.number ~ '^12') = 0
), moved AS (
    SELECT account_id, auxiliary_id, cents::bigint, source_entry_id, source_position FROM line_by_line
    UNION ALL
    SELECT b.account_id, b.auxiliary_id, b.cents::bigint, NULL, NULL
      FROM by_balance b JOIN account a ON a.id = b.account_id
     WHERE b.account_id NOT IN (SELECT id FROM allotted)
       AND (NOT a.is_lettered
            OR EXISTS (SELECT 1 FROM stranger s
                        WHERE s.account_id = b.account_id AND s.auxiliary_id = b.auxiliary_id))
)
SELECT row_number() OVER (ORDER BY a.number, x.number NULLS FIRST, m.source_entry_id, m.source_position)::integer
           AS position,
       m.account_id, nullif(m.auxiliary_id, 0) AS auxiliary_id, m.cents, m.source_entry_id, m.source_position
  FROM moved m
  JOIN account a ON a.id = m.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = m.auxiliary_id
 WHERE m.cents <> 0
"""


@dataclass(frozen=True, slots=True)
class Move:
    """What the moves come to: how many lines, the total of debits, what debits and credits differ by (always 0)."""

    lines: int
    debit_cents: int
    difference: int


def gather(sql: CursorWrapper, facts: dict[str, Any]) -> Move:
    """Fill the temporary table `carry_move` with the lines that the next year lacks, and return what they come to.

    facts: year, into, company, first, last, profit and loss (accounts of the result).
    """
    sql.execute(f"DROP TABLE IF EXISTS {', '.join(TABLES)}")
    for statement in (HELD, "ANALYZE carry_held", OPEN, "ANALYZE carry_open", MOVES):
        sql.execute(statement, facts)
    sql.execute(
        "SELECT count(*), coalesce(sum(greatest(cents, 0)), 0)::bigint, coalesce(sum(cents), 0)::bigint FROM carry_move"
    )
    return Move(*sql.fetchone())


# The accounts that the next year may not use any more.
UNUSABLE = """
SELECT DISTINCT a.number FROM carry_move m
  JOIN finance_chartaccount a ON a.id = m.account_id
 WHERE a.valid_from > %(opens)s OR a.valid_until <= %(opens)s ORDER BY 1 LIMIT 20
"""
LINES = """
INSERT INTO finance_line (entry_id, position, company_id, fiscal_year_id, journal_id, account_id, auxiliary_id, date,
                          debit_cents, credit_cents)
SELECT %(entry)s, position, %(company)s, %(into)s, %(journal)s, account_id, auxiliary_id, %(opens)s,
       greatest(cents, 0), greatest(-cents, 0)
  FROM carry_move
"""
TEXTS = """
INSERT INTO finance_linetext (entry_id, position, label, piece_ref, piece_date)
SELECT %(entry)s, m.position, coalesce(lt.label, t.label),
       CASE WHEN lt.entry_id IS NULL THEN t.piece_ref ELSE lt.piece_ref END,
       CASE WHEN lt.entry_id IS NULL THEN t.piece_date ELSE lt.piece_date END
  FROM carry_move m
  JOIN finance_entrytext t ON t.entry_id = m.source_entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = m.source_entry_id AND lt.position = m.source_position
"""
DUE_DAYS = """
INSERT INTO finance_linedue (entry_id, position, due_on)
SELECT %(entry)s, m.position, d.due_on
  FROM carry_move m JOIN finance_linedue d ON d.entry_id = m.source_entry_id AND d.position = m.source_position
"""
# A line that goes out again takes its amount in currency out with it.
CURRENCIES = """
INSERT INTO finance_linecurrency (entry_id, position, amount, currency)
SELECT %(entry)s, m.position, CASE WHEN m.cents = l.debit_cents - l.credit_cents THEN c.amount ELSE -c.amount END,
       c.currency
  FROM carry_move m
  JOIN finance_linecurrency c ON c.entry_id = m.source_entry_id AND c.position = m.source_position
  JOIN finance_line l ON l.entry_id = m.source_entry_id AND l.position = m.source_position
 WHERE c.amount IS NOT NULL AND c.currency <> ''
"""
ORIGINS = """
INSERT INTO closing_carriedline (entry_id, position, source_entry_id, source_position, cents)
SELECT %(entry)s, position, source_entry_id, source_position, cents FROM carry_move WHERE source_entry_id IS NOT NULL
"""
# What this run takes out again, with the line of an earlier run that it answers, if nothing else answers that one,
# nor was the whole of it reversed.
UNDONE = """
SELECT DISTINCT ON (m.position) m.position, c.entry_id, c.position, m.account_id, m.auxiliary_id
  FROM carry_move m
  JOIN closing_carriedline c ON c.source_entry_id = m.source_entry_id AND c.source_position = m.source_position
                            AND c.cents = -m.cents AND c.entry_id <> %(entry)s
  JOIN finance_line l ON l.entry_id = c.entry_id AND l.fiscal_year_id = %(into)s AND l.position = c.position
  LEFT JOIN finance_letteredline g ON g.entry_id = c.entry_id AND g.position = c.position
 WHERE g.entry_id IS NULL AND NOT EXISTS (SELECT 1 FROM finance_entry r WHERE r.reverses_id = c.entry_id)
 ORDER BY 1
"""


def unusable_accounts(sql: CursorWrapper, facts: dict[str, Any]) -> list[str]:
    """Return the first accounts of the moves that the next year may not use."""
    sql.execute(UNUSABLE, facts)
    return [number for (number,) in sql.fetchall()]


def add_lines(sql: CursorWrapper, facts: dict[str, Any]) -> None:
    """Add the moves as lines of the entry in *facts*, with their texts, due days, currencies and origins."""
    for statement in (LINES, TEXTS, DUE_DAYS, CURRENCIES, ORIGINS):
        sql.execute(statement, facts)


def undone(sql: CursorWrapper, facts: dict[str, Any]) -> list[list[LineKey]]:
    """Return the lines to letter together: two by two, or, where they are many, those of each account and party."""
    sql.execute(UNDONE, facts)
    rows = sql.fetchall()
    groups: dict[tuple[int | None, ...], list[LineKey]] = defaultdict(list)
    for position, former, former_position, account, party in rows:
        key = (account, party) if len(rows) > MOST_PAIRS else (position,)
        groups[key] += [(former, former_position), (facts["entry"], position)]
    return list(groups.values())
