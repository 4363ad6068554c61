"""What the books already did with bank lines of the same words or amount, whoever wrote them: an import teaches it.

The latest bank lines alone are read, each with the one line of its entry that answers its amount. Confidence stays
below what an open invoice or the company's own rules earn: a person decides.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.utils import CursorWrapper

LEARNED = 50_000
ACCENTED, PLAIN = "àâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ", "aaaeeeeiioouuucAAAEEEEIIOOUUUC"
# Entries that movements made are learned from their own words, by the habits. What is asked of each line is asked line
# by line, through its keys: joined by sets, the planner may read the whole ledger for these few lines.
PAST = """
CREATE TEMPORARY TABLE bank_past ON COMMIT DROP AS
WITH latest AS MATERIALIZED (
  SELECT l.entry_id, l.position, l.debit_cents - l.credit_cents AS cents
    FROM finance_line l
   WHERE l.account_id = %(account)s AND l.debit_cents <> l.credit_cents
     AND l.journal_id NOT IN (SELECT id FROM finance_journal WHERE company_id = %(company)s AND kind = 'opening')
   ORDER BY l.date DESC, l.entry_id DESC, l.position DESC LIMIT %(learned)s
), used AS MATERIALIZED (
  SELECT b.*, a.account_id, a.auxiliary_id
    FROM latest b
   CROSS JOIN LATERAL (
     SELECT min(l.account_id) AS account_id, min(l.auxiliary_id) AS auxiliary_id, count(*) AS many
       FROM finance_line l
      WHERE l.entry_id = b.entry_id AND l.debit_cents - l.credit_cents = -b.cents
        AND l.account_id NOT IN (SELECT account_id FROM bank_bankaccount WHERE company_id = %(company)s)
   ) a
   WHERE a.many = 1
     AND (SELECT e.reverses_id FROM finance_entry e WHERE e.id = b.entry_id) IS NULL
     AND (SELECT count(*) FROM finance_entry back WHERE back.reverses_id = b.entry_id) = 0
     AND (SELECT count(*) FROM finance_entryorigin o WHERE o.entry_id = b.entry_id AND o.room = 'bank') = 0
)
SELECT u.*, sign(u.cents) AS side,
       coalesce((SELECT t.label FROM finance_linetext t WHERE t.entry_id = u.entry_id AND t.position = u.position),
                (SELECT t.label FROM finance_entrytext t WHERE t.entry_id = u.entry_id), '')
         || ' ' || coalesce(x.label, '') AS label
  FROM used u
  JOIN finance_chartaccount c ON c.id = u.account_id AND NOT c.is_closed
  LEFT JOIN finance_auxiliaryaccount x ON x.id = u.auxiliary_id
 WHERE x.is_closed IS NOT TRUE
"""
# Of each word that the open movements say, the counterpart that most bank lines with it had; none without a majority.
WORDS = """
CREATE TEMPORARY TABLE bank_word ON COMMIT DROP AS
WITH spoken AS MATERIALIZED (
  SELECT DISTINCT o.id, sign(o.cents) AS side, w.word
    FROM bank_open o CROSS JOIN LATERAL unnest(string_to_array(o.signature, ' ')) AS w(word) WHERE length(w.word) > 2
), written AS (
  SELECT DISTINCT p.entry_id, p.position, p.side, p.account_id, p.auxiliary_id, w.word
    FROM bank_past p
   CROSS JOIN LATERAL regexp_split_to_table(upper(translate(p.label, %(accented)s, %(plain)s)), '[^A-Z0-9]+') AS w(word)
   WHERE length(w.word) > 2
), counted AS (
  SELECT side, word, account_id, auxiliary_id, count(*) AS times,
         sum(count(*)) OVER (PARTITION BY side, word) AS whole,
         row_number() OVER (PARTITION BY side, word ORDER BY count(*) DESC, account_id, auxiliary_id) AS place
    FROM written WHERE (side, word) IN (SELECT side, word FROM spoken) GROUP BY 1, 2, 3, 4
)
SELECT s.id, s.word, c.account_id, c.auxiliary_id, c.times, c.whole,
       c.times / c.whole * least(c.times, 5) / 5 AS weight
  FROM spoken s JOIN counted c ON c.side = s.side AND c.word = s.word AND c.place = 1 AND c.times >= 0.6 * c.whole
"""
AMOUNTS = """
CREATE TEMPORARY TABLE bank_sum ON COMMIT DROP AS
WITH counted AS (
  SELECT cents, account_id, auxiliary_id, count(*) AS times, sum(count(*)) OVER (PARTITION BY cents) AS whole
    FROM bank_past WHERE cents IN (SELECT cents FROM bank_open) GROUP BY 1, 2, 3
)
SELECT o.id, c.account_id, c.auxiliary_id, c.times, c.whole
  FROM bank_open o JOIN counted c ON c.cents = o.cents AND c.times > 1 AND c.times >= 0.8 * c.whole
"""
FOUND = """
INSERT INTO bank_found
WITH voted AS (
  SELECT id, account_id, auxiliary_id, sum(weight) AS votes, max(weight) AS weight,
         (array_agg(word ORDER BY weight DESC, whole, word))[1] AS word,
         (array_agg(times ORDER BY weight DESC, whole, word))[1] AS times,
         (array_agg(whole ORDER BY weight DESC, whole, word))[1] AS whole
    FROM bank_word GROUP BY 1, 2, 3
), chosen AS (
  SELECT *, votes / sum(votes) OVER (PARTITION BY id) AS part,
         row_number() OVER (PARTITION BY id ORDER BY votes DESC, account_id, auxiliary_id) AS place
    FROM voted
)
SELECT c.id, 'habit', (35 + 40 * c.weight * c.part + CASE WHEN s.id IS NULL THEN 0 ELSE 8 END)::int,
       CASE WHEN s.id IS NULL THEN 'books-words' ELSE 'books-both' END,
       jsonb_build_object('word', c.word, 'times', c.times, 'whole', c.whole),
       jsonb_build_object('account', c.account_id, 'auxiliary', c.auxiliary_id), c.place
  FROM chosen c
  LEFT JOIN bank_sum s ON s.id = c.id AND s.account_id = c.account_id
   AND s.auxiliary_id IS NOT DISTINCT FROM c.auxiliary_id
 WHERE c.place <= 2
UNION ALL
SELECT id, 'habit', 30 + 4 * least(times, 5)::int, 'books-amount',
       jsonb_build_object('times', times, 'whole', whole),
       jsonb_build_object('account', account_id, 'auxiliary', auxiliary_id), 0
  FROM bank_sum
"""


def learn(sql: CursorWrapper, facts: dict[str, Any]) -> None:
    """Add to `bank_found` what the books of the bank account teach about the movements of `bank_open`."""
    given = {**facts, "learned": LEARNED, "accented": ACCENTED, "plain": PLAIN}
    for statement in (PAST, "ANALYZE bank_past", WORDS, AMOUNTS, FOUND):
        sql.execute(statement, given)
    sql.execute("DROP TABLE bank_past, bank_word, bank_sum")
