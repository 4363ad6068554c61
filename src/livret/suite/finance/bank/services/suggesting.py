"""Suggestions, by sets: lines already in the books, open invoices, the company's rules, what was done before.

Confidence is in hundredths; who decides is a person. What weighs: the bank's own id or a reference of ours in the text,
then the party's IBAN, its name, and the amount alone last.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from livret.core.tenancy.context import current_alias
from livret.suite.finance.bank.models import BankAccount
from livret.suite.finance.bank.queries.rules import condition_of, rules_in_force
from livret.suite.finance.bank.queries.sql import DRAFTED, FREE_LINE, TREATED
from livret.suite.finance.bank.rules.sums import unique_sum
from livret.suite.finance.bank.services.learning import SHARED, learn, rates_of_latest

BATCH = 25_000
KEPT = 5
LEGAL_FORMS = "SARL SAS SASU EURL SNC SCI SCP SELARL SOCIETE STE ETS ETABLISSEMENTS"

OPEN = f"""
CREATE TEMPORARY TABLE bank_open ON COMMIT DROP AS
SELECT m.* FROM bank_movement m
 WHERE m.bank_account_id = %(bank)s AND (%(ids)s::bigint[] IS NULL OR m.id = ANY(%(ids)s))
   AND m.id NOT IN (SELECT movement_id FROM ({TREATED}) t)
   AND m.id NOT IN (SELECT movement_id FROM ({DRAFTED}) d)
 ORDER BY m.booked_on DESC, m.id DESC LIMIT %(limit)s
"""  # noqa: S608 - pieces of ours.
TABLES = """
CREATE INDEX ON bank_open (cents); ANALYZE bank_open;
CREATE TEMPORARY TABLE bank_found (
    movement_id bigint, kind text, confidence integer, reason text, facts jsonb, proposal jsonb, tie bigint
) ON COMMIT DROP
"""
# The k-th movement of an amount and day goes with the k-th line: twice the same payment finds two lines.
LINES = f"""
WITH free AS MATERIALIZED (
  SELECT l.entry_id, l.position, l.date, l.debit_cents - l.credit_cents AS cents,
         row_number() OVER (PARTITION BY l.debit_cents - l.credit_cents, l.date ORDER BY l.entry_id) AS place
  {FREE_LINE}
   AND l.date BETWEEN (SELECT min(booked_on) - 60 FROM bank_open) AND (SELECT max(booked_on) + 7 FROM bank_open)
   AND (l.debit_cents - l.credit_cents) IN (SELECT cents FROM bank_open)
), asked AS (
  SELECT id, booked_on, cents, row_number() OVER (PARTITION BY cents, booked_on ORDER BY id) AS place FROM bank_open
), pair AS (
  SELECT a.id, f.entry_id, f.position, f.date, abs(f.date - a.booked_on) AS days, abs(f.place - a.place) AS apart
    FROM asked a JOIN free f ON f.cents = a.cents AND f.date BETWEEN a.booked_on - 60 AND a.booked_on + 7
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY id ORDER BY days, apart, entry_id) AS of_movement,
         row_number() OVER (PARTITION BY entry_id, position ORDER BY days, apart, id) AS of_line,
         count(*) OVER (PARTITION BY id) AS rivals
    FROM pair
)
INSERT INTO bank_found
SELECT id, 'line',
       CASE WHEN of_movement = 1 AND of_line = 1
            THEN greatest(99 - 2 * days - CASE WHEN rivals > 1 AND days > 2 THEN 10 ELSE 0 END, 55)
            ELSE greatest(60 - 2 * days, 20) END,
       'same-amount', jsonb_build_object('day', date, 'days', days, 'entry', entry_id, 'rivals', rivals),
       jsonb_build_object('lines', jsonb_build_array(jsonb_build_array(entry_id, position))), days
  FROM ranked WHERE of_movement <= 3
"""  # noqa: S608 - pieces of ours.
ITEMS = """
CREATE TEMPORARY TABLE bank_item ON COMMIT DROP AS
SELECT l.entry_id, l.position, l.account_id, l.auxiliary_id, l.date, l.fiscal_year_id,
       l.debit_cents - l.credit_cents AS cents, coalesce(lt.piece_ref, t.piece_ref) AS piece,
       regexp_replace(upper(coalesce(lt.piece_ref, t.piece_ref)), '[^A-Z0-9]', '', 'g') AS ref
  FROM finance_line l
  JOIN finance_chartaccount c ON c.id = l.account_id
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
 WHERE c.company_id = %(company)s AND (c.number LIKE '40%%' OR c.number LIKE '41%%')
   AND l.fiscal_year_id IN (SELECT y.id FROM company_fiscalyear y WHERE y.company_id = %(company)s
        AND y.state = 'open' AND EXISTS (SELECT FROM bank_open o WHERE o.booked_on BETWEEN y.first_day AND y.last_day))
   AND l.date <= (SELECT max(booked_on) FROM bank_open)
   AND NOT EXISTS (SELECT FROM finance_letteredline x WHERE x.entry_id = l.entry_id AND x.position = l.position)
"""
ITEM_INDEXES = """
CREATE INDEX ON bank_item (cents); CREATE INDEX ON bank_item (ref); CREATE INDEX ON bank_item (auxiliary_id);
ANALYZE bank_item
"""
# The first two words of a party's name that say something; both stand side by side in the movement.
PARTIES = """
CREATE TEMPORARY TABLE bank_party ON COMMIT DROP AS
WITH spoken AS (
  SELECT o.id, w.word, w.place FROM bank_open o
   CROSS JOIN LATERAL unnest(string_to_array(o.words, ' ')) WITH ORDINALITY AS w(word, place)
   WHERE length(w.word) > 2
), heard AS (
  SELECT id, word || ' ' || coalesce(lead(word) OVER (PARTITION BY id ORDER BY place), '') AS name FROM spoken
), known AS (
  SELECT a.id, (SELECT string_agg(word, ' ' ORDER BY place) FROM (
           SELECT word, place FROM regexp_split_to_table(upper(translate(a.label,
             'àâäéèêëîïôöùûüçÀÂÄÉÈÊËÎÏÔÖÙÛÜÇ’''-.,&()/', 'aaaeeeeiioouuucAAAEEEEIIOOUUUC         ')), '\\s+')
             WITH ORDINALITY AS s(word, place)
            WHERE length(word) > 2 AND NOT word = ANY(%(forms)s) ORDER BY place LIMIT 2) two) AS name
    FROM finance_auxiliaryaccount a
   WHERE a.company_id = %(company)s AND a.id IN (SELECT auxiliary_id FROM bank_item)
), named AS (
  SELECT DISTINCT h.id AS movement_id, k.id AS auxiliary_id, 'name' AS how
    FROM known k JOIN heard h ON h.name = k.name WHERE k.name LIKE '%% %%'
), banked AS (
  SELECT o.id AS movement_id, p.auxiliary_id, 'iban' AS how FROM bank_open o
    JOIN finance_party p ON p.iban = o.party_iban AND o.party_iban <> ''
    JOIN finance_auxiliaryaccount a ON a.id = p.auxiliary_id AND a.company_id = %(company)s
)
SELECT movement_id, auxiliary_id, min(how) AS how
  FROM (SELECT * FROM named UNION ALL SELECT * FROM banked) f GROUP BY 1, 2
"""
REFERENCES = """
WITH said AS (
  SELECT o.id, o.cents, o.booked_on, r.ref FROM bank_open o
   CROSS JOIN LATERAL unnest(string_to_array(o.refs, ' ')) AS r(ref)
), found AS (
  SELECT DISTINCT s.id, s.cents AS asked, i.entry_id, i.position, i.account_id, i.auxiliary_id, i.cents, i.piece
    FROM said s JOIN bank_item i ON i.ref = s.ref AND i.ref <> '' AND sign(i.cents) = sign(s.cents)
     AND i.date <= s.booked_on
), summed AS (
  SELECT id, asked, account_id, auxiliary_id, sum(cents) AS cents, count(*) AS many, string_agg(piece, ', ') AS pieces,
         jsonb_agg(jsonb_build_array(entry_id, position) ORDER BY entry_id, position) AS lines
    FROM found GROUP BY 1, 2, 3, 4
)
INSERT INTO bank_found
SELECT id, 'items',
       CASE WHEN cents = asked THEN 98 - least(many, 5)::int WHEN abs(cents) > abs(asked) THEN 62 ELSE 50 END,
       CASE WHEN cents = asked THEN 'reference' ELSE 'reference-partial' END,
       jsonb_build_object('pieces', left(pieces, 200), 'cents', cents, 'many', many),
       jsonb_build_object('account', account_id, 'auxiliary', auxiliary_id, 'lines', lines), 0
  FROM summed WHERE many <= 50
"""
AMOUNTS = """
WITH pair AS (
  SELECT o.id, i.*, p.how, count(*) OVER (PARTITION BY o.id) AS many,
         count(*) FILTER (WHERE p.how IS NOT NULL) OVER (PARTITION BY o.id) AS by_party,
         row_number() OVER (PARTITION BY o.id ORDER BY p.how IS NULL, i.date, i.entry_id) AS place
    FROM bank_open o
    JOIN company_fiscalyear y ON o.booked_on BETWEEN y.first_day AND y.last_day AND y.company_id = %(company)s
    JOIN bank_item i ON i.cents = o.cents AND i.fiscal_year_id = y.id AND i.date <= o.booked_on
    LEFT JOIN bank_party p ON p.movement_id = o.id AND p.auxiliary_id = i.auxiliary_id
)
INSERT INTO bank_found
SELECT id, 'items',
       CASE WHEN how IS NOT NULL AND by_party = 1 THEN CASE how WHEN 'iban' THEN 94 ELSE 91 END
            WHEN how IS NOT NULL THEN 80 - least(place, 10)::int
            WHEN many = 1 THEN 70 ELSE greatest(45 - 5 * many, 15)::int END,
       CASE WHEN how IS NOT NULL THEN 'amount-' || how ELSE 'amount' END,
       jsonb_build_object('pieces', piece, 'many', many),
       jsonb_build_object('account', account_id, 'auxiliary', auxiliary_id,
                          'lines', jsonb_build_array(jsonb_build_array(entry_id, position))), place
  FROM pair WHERE place <= 3
"""
# The open invoices of the parties found, for movements that no single invoice nor reference answers.
OF_PARTIES = """
SELECT o.id, o.cents, p.how, i.account_id, i.auxiliary_id, array_agg(i.cents ORDER BY i.date, i.entry_id, i.position),
       array_agg(i.entry_id ORDER BY i.date, i.entry_id, i.position),
       array_agg(i.position ORDER BY i.date, i.entry_id, i.position)
  FROM bank_open o
  JOIN company_fiscalyear y ON o.booked_on BETWEEN y.first_day AND y.last_day AND y.company_id = %(company)s
  JOIN bank_party p ON p.movement_id = o.id
  JOIN bank_item i ON i.auxiliary_id = p.auxiliary_id AND i.fiscal_year_id = y.id AND i.date <= o.booked_on
 WHERE NOT EXISTS (SELECT FROM bank_found f WHERE f.movement_id = o.id AND f.confidence >= 80)
 GROUP BY 1, 2, 3, 4, 5 HAVING count(*) BETWEEN 2 AND 200
"""
RULE = """
INSERT INTO bank_found
SELECT o.id, 'rule', 95, 'rule', jsonb_build_object('rule', %(name)s::text),
       jsonb_build_object('rule', %(rule)s::bigint), %(place)s
  FROM bank_open o WHERE {condition}
"""
# What the counterpart was for movements of the same words: beside the bank one account or party, or an account and its
# tax; most often used.
HABITS = f"""
WITH done AS MATERIALIZED (
  {TREATED}
), alike AS MATERIALIZED (
  SELECT DISTINCT signature, sign(cents) AS side FROM bank_open WHERE length(signature) > 3
), past AS (
  SELECT m.signature, sign(m.cents) AS side, t.entry_id
    FROM alike a
    JOIN bank_movement m ON m.signature = a.signature AND sign(m.cents) = a.side
    JOIN bank_bankaccount b ON b.id = m.bank_account_id AND b.company_id = %(company)s
    JOIN done t ON t.movement_id = m.id
), used AS (
  SELECT p.signature, p.side,
         coalesce(shared.goes, jsonb_build_object('account', a.account_id, 'auxiliary', a.party)) AS goes
    FROM past p
   CROSS JOIN LATERAL (
     SELECT count(*) AS many, min(l.account_id) AS account_id, min(l.auxiliary_id) AS party
       FROM finance_line l WHERE l.entry_id = p.entry_id
        AND l.account_id NOT IN (SELECT account_id FROM bank_bankaccount WHERE company_id = %(company)s)
   ) a
    LEFT JOIN LATERAL ({SHARED.format(entry="p.entry_id", asked="a.many = 2")}) shared ON true
   WHERE a.many = 1 OR shared.goes IS NOT NULL
), counted AS (
  SELECT signature, side, goes, count(*) AS times,
         sum(count(*)) OVER (PARTITION BY signature, side) AS whole,
         row_number() OVER (PARTITION BY signature, side ORDER BY count(*) DESC, goes) AS place
    FROM used GROUP BY 1, 2, 3
)
INSERT INTO bank_found
SELECT o.id, 'habit', (45 + 40 * (c.times / c.whole) * least(c.times, 5) / 5)::int, 'habit',
       jsonb_build_object('times', c.times, 'whole', c.whole), c.goes, 0
  FROM bank_open o JOIN counted c ON c.signature = o.signature AND c.side = sign(o.cents) AND c.place = 1
"""  # noqa: S608 - pieces of ours.
CLEAR = "DELETE FROM bank_suggestion s USING bank_open o WHERE s.movement_id = o.id"
KEEP = """
INSERT INTO bank_suggestion (movement_id, rank, kind, confidence, reason, facts, proposal)
SELECT movement_id, rank, kind, confidence, reason, facts, proposal FROM (
  SELECT f.*, row_number() OVER (PARTITION BY movement_id ORDER BY confidence DESC, tie, reason, proposal::text) AS rank
    FROM (SELECT DISTINCT ON (movement_id, proposal) * FROM bank_found
           ORDER BY movement_id, proposal, confidence DESC) f) r
 WHERE rank <= %(kept)s
"""


def suggest(account: BankAccount, *, movements: Sequence[int] | None = None) -> int:
    """Make the suggestions of the open movements of *account* again, all or some; return how many movements have one.

    The latest 25,000 at most at a time, in one short transaction that locks nothing of the books.
    """
    facts: dict[str, Any] = {
        "company": account.company_id,
        "bank": account.pk,
        "account": account.account_id,
        "ids": list(movements) if movements is not None else None,
        "limit": BATCH,
        "forms": LEGAL_FORMS.split(),
        "kept": KEPT,
    }
    with transaction.atomic(using=current_alias()), connections[current_alias()].cursor() as sql:
        sql.execute("SELECT set_config('work_mem', '64MB', true)")
        sql.execute(OPEN, facts)
        facts["rates"] = rates_of_latest(sql)
        sql.execute(TABLES)
        sql.execute(LINES, facts)
        sql.execute(ITEMS, facts)
        sql.execute(ITEM_INDEXES)
        sql.execute(PARTIES, facts)
        sql.execute("ANALYZE bank_party")
        sql.execute(REFERENCES, facts)
        sql.execute(AMOUNTS, facts)
        _add_sums(sql, facts)
        for rule in rules_in_force(account):
            condition, values = condition_of(rule)
            named = {"name": rule.name, "rule": rule.pk, "place": rule.position, **values}
            sql.execute(RULE.format(condition=condition), named)
        sql.execute(HABITS, facts)
        learn(sql, facts)
        sql.execute(CLEAR)
        sql.execute(KEEP, facts)
        sql.execute("SELECT count(DISTINCT movement_id) FROM bank_found")
        (count,) = sql.fetchone()
        sql.execute("DROP TABLE bank_open, bank_found, bank_item, bank_party")
    return int(count)


def _add_sums(sql: CursorWrapper, facts: dict[str, Any]) -> None:
    """Add what several invoices of a party make up: all that it owes, or the only choice that fits."""
    sql.execute(OF_PARTIES, facts)
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in sql.fetchall():
        found[row[0]].append(row)
    rows = [made for answers in found.values() for answer in answers[:3] if (made := _sum(answer))]
    if rows:
        sql.executemany("INSERT INTO bank_found VALUES (%s, 'items', %s, %s, %s::jsonb, %s::jsonb, 0)", rows)


def _sum(row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    movement, cents, how, account, auxiliary, amounts, entries, positions = row
    bonus = 4 if how == "iban" else 0
    if sum(amounts) == cents:
        places, confidence, reason = list(range(len(amounts))), 86 + bonus, "all-open"
    else:
        same = [place for place, amount in enumerate(amounts) if (amount > 0) == (cents > 0)]
        chosen = unique_sum([amounts[place] for place in same], cents)
        if chosen is None:
            return None
        places, confidence, reason = [same[place] for place in chosen], 80 + bonus, "unique-sum"
    proposal = {
        "account": account,
        "auxiliary": auxiliary,
        "lines": [[entries[place], positions[place]] for place in places],
    }
    return movement, confidence, reason, json.dumps({"many": len(places)}), json.dumps(proposal)
