"""What the books already did with bank lines of the same words or amount, whoever wrote them: an import teaches it.

The latest bank lines alone are read, each with the one line of its entry that answers its amount, or the two that do,
before tax and tax. Confidence stays below what an open invoice or the company's own rules earn: a person decides.
"""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.db.backends.utils import CursorWrapper

from livret.kernel.legislation import NotInForce
from livret.kernel.vat import vat_rates_on

LEARNED = 50_000
# Where the amount of an entry of three lines goes when the two beside the bank are an amount before tax and its tax, at
# a rate in force, to the cent. The limit keeps the planner from reading more than that entry.
SHARED = """
SELECT jsonb_build_object('account', base.account_id, 'auxiliary', NULL, 'vat_account', tax.account_id,
         'vat_rate', known.rate::text, 'vat_code', coalesce((SELECT v.code FROM finance_linevat v
           WHERE v.entry_id = base.entry_id AND v.position IN (base.position, tax.position) LIMIT 1), '')) AS goes
  FROM finance_line base
  JOIN finance_chartaccount bc ON bc.id = base.account_id AND NOT bc.is_closed AND bc.number ~ '^[267]'
  JOIN finance_line tax ON tax.entry_id = base.entry_id
  JOIN finance_chartaccount tc ON tc.id = tax.account_id AND NOT tc.is_closed AND tc.number ~ '^445[67]'
 CROSS JOIN LATERAL (SELECT (base.debit_cents - base.credit_cents)::numeric AS net,
                            (tax.debit_cents - tax.credit_cents)::numeric AS vat) sums
 CROSS JOIN LATERAL unnest(%(rates)s::numeric[]) AS known(rate)
 WHERE base.entry_id = {entry} AND (SELECT e.line_count FROM finance_entry e WHERE e.id = {entry}) = 3
   AND {asked} AND abs(sums.vat - sums.net * known.rate) <= 1 AND sums.net <> 0
 ORDER BY abs(sums.vat / nullif(sums.net, 0) - known.rate) LIMIT 1
"""
ACCENTED, PLAIN = "àâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ", "aaaeeeeiioouuucAAAEEEEIIOOUUUC"
# Entries that movements made are learned from their own words, by the habits. What is asked of each line is asked line
# by line, through its keys: joined by sets, the planner may read the whole ledger for these few lines.
PAST = f"""
CREATE TEMPORARY TABLE bank_past ON COMMIT DROP AS
WITH latest AS MATERIALIZED (
  SELECT l.entry_id, l.position, l.debit_cents - l.credit_cents AS cents
    FROM finance_line l
   WHERE l.account_id = %(account)s AND l.debit_cents <> l.credit_cents
     AND l.journal_id NOT IN (SELECT id FROM finance_journal WHERE company_id = %(company)s AND kind = 'opening')
   ORDER BY l.date DESC, l.entry_id DESC, l.position DESC LIMIT %(learned)s
), used AS MATERIALIZED (
  SELECT b.*, a.auxiliary_id,
         coalesce(shared.goes, jsonb_build_object('account', a.account_id, 'auxiliary', a.auxiliary_id)) AS goes
    FROM latest b
   CROSS JOIN LATERAL (
     SELECT min(l.account_id) AS account_id, min(l.auxiliary_id) AS auxiliary_id, count(*) AS many
       FROM finance_line l
      WHERE l.entry_id = b.entry_id AND l.debit_cents - l.credit_cents = -b.cents
        AND l.account_id NOT IN (SELECT account_id FROM bank_bankaccount WHERE company_id = %(company)s)
   ) a
    LEFT JOIN LATERAL ({SHARED.format(entry="b.entry_id", asked="a.many = 0")}) shared ON true
   WHERE (a.many = 1 OR shared.goes IS NOT NULL)
     AND (SELECT e.reverses_id FROM finance_entry e WHERE e.id = b.entry_id) IS NULL
     AND (SELECT count(*) FROM finance_entry back WHERE back.reverses_id = b.entry_id) = 0
     AND (SELECT count(*) FROM finance_entryorigin o WHERE o.entry_id = b.entry_id AND o.room = 'bank') = 0
)
SELECT u.*, sign(u.cents) AS side,
       coalesce((SELECT t.label FROM finance_linetext t WHERE t.entry_id = u.entry_id AND t.position = u.position),
                (SELECT t.label FROM finance_entrytext t WHERE t.entry_id = u.entry_id), '')
         || ' ' || coalesce(x.label, '') AS label
  FROM used u
  JOIN finance_chartaccount c ON c.id = (u.goes ->> 'account')::bigint AND NOT c.is_closed
  LEFT JOIN finance_auxiliaryaccount x ON x.id = u.auxiliary_id
 WHERE x.is_closed IS NOT TRUE
"""  # noqa: S608 - pieces of ours.
# Of each word that the open movements say, the counterpart that most bank lines with it had; none without a majority.
WORDS = """
CREATE TEMPORARY TABLE bank_word ON COMMIT DROP AS
WITH spoken AS MATERIALIZED (
  SELECT DISTINCT o.id, sign(o.cents) AS side, w.word
    FROM bank_open o CROSS JOIN LATERAL unnest(string_to_array(o.signature, ' ')) AS w(word) WHERE length(w.word) > 2
), written AS (
  SELECT DISTINCT p.entry_id, p.position, p.side, p.goes, w.word
    FROM bank_past p
   CROSS JOIN LATERAL regexp_split_to_table(upper(translate(p.label, %(accented)s, %(plain)s)), '[^A-Z0-9]+') AS w(word)
   WHERE length(w.word) > 2
), counted AS (
  SELECT side, word, goes, count(*) AS times,
         sum(count(*)) OVER (PARTITION BY side, word) AS whole,
         row_number() OVER (PARTITION BY side, word ORDER BY count(*) DESC, goes) AS place
    FROM written WHERE (side, word) IN (SELECT side, word FROM spoken) GROUP BY 1, 2, 3
)
SELECT s.id, s.word, c.goes, c.times, c.whole,
       c.times / c.whole * least(c.times, 5) / 5 AS weight
  FROM spoken s JOIN counted c ON c.side = s.side AND c.word = s.word AND c.place = 1 AND c.times >= 0.6 * c.whole
"""
AMOUNTS = """
CREATE TEMPORARY TABLE bank_sum ON COMMIT DROP AS
WITH counted AS (
  SELECT cents, goes, count(*) AS times, sum(count(*)) OVER (PARTITION BY cents) AS whole
    FROM bank_past WHERE cents IN (SELECT cents FROM bank_open) GROUP BY 1, 2
)
SELECT o.id, c.goes, c.times, c.whole
  FROM bank_open o JOIN counted c ON c.cents = o.cents AND c.times > 1 AND c.times >= 0.8 * c.whole
"""
FOUND = """
INSERT INTO bank_found
WITH voted AS (
  SELECT id, goes, sum(weight) AS votes, max(weight) AS weight,
         (array_agg(word ORDER BY weight DESC, whole, word))[1] AS word,
         (array_agg(times ORDER BY weight DESC, whole, word))[1] AS times,
         (array_agg(whole ORDER BY weight DESC, whole, word))[1] AS whole
    FROM bank_word GROUP BY 1, 2
), chosen AS (
  SELECT *, votes / sum(votes) OVER (PARTITION BY id) AS part,
         row_number() OVER (PARTITION BY id ORDER BY votes DESC, goes) AS place
    FROM voted
)
SELECT c.id, 'habit', (35 + 40 * c.weight * c.part + CASE WHEN s.id IS NULL THEN 0 ELSE 8 END)::int,
       CASE WHEN s.id IS NULL THEN 'books-words' ELSE 'books-both' END,
       jsonb_build_object('word', c.word, 'times', c.times, 'whole', c.whole),
       c.goes, c.place
  FROM chosen c
  LEFT JOIN bank_sum s ON s.id = c.id AND s.goes = c.goes
 WHERE c.place <= 2
UNION ALL
SELECT id, 'habit', 30 + 4 * least(times, 5)::int, 'books-amount',
       jsonb_build_object('times', times, 'whole', whole), goes, 0
  FROM bank_sum
"""


def rates_of_latest(sql: CursorWrapper) -> list[Decimal]:
    """Return the VAT rates in force on the latest day of the open movements, none where none is known."""
    sql.execute("SELECT max(booked_on) FROM bank_open")
    (day,) = sql.fetchone()
    with suppress(NotInForce):
        return sorted({rate.rate.normalize() for rate in vat_rates_on(day) if rate.rate}) if day else []
    return []


def learn(sql: CursorWrapper, facts: dict[str, Any]) -> None:
    """Add to `bank_found` what the books of the bank account teach about the movements of `bank_open`."""
    given = {**facts, "learned": LEARNED, "accented": ACCENTED, "plain": PLAIN}
    for statement in (PAST, "ANALYZE bank_past", WORDS, AMOUNTS, FOUND):
        sql.execute(statement, given)
    sql.execute("DROP TABLE bank_past, bank_word, bank_sum")
