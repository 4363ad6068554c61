"""Finding the lines that go together, rule by rule, by sets: nothing is lettered here.

The open lines are copied once into a table of the transaction; each rule takes out what it brings together, so that a
later rule sees only what is left. No rule chooses between two possibilities: where there are two, both stay open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.backends.utils import CursorWrapper

from livret.suite.finance.lettering.models import AutoRun, Rule
from livret.suite.finance.lettering.rules.subsets import MOST_CANDIDATES, only_subset
from livret.suite.finance.queries.open_items import lettered_accounts
from livret.suite.finance.services.ledger import cursor, prefer_set_joins

MOST_LINES = 5_000  # In one group.
LONGEST_PARTY = 2 * MOST_CANDIDATES

# A reference is compared without spaces, marks or case. Lines of a partial lettering are a person's work: left alone.
OPEN = """
CREATE TEMPORARY TABLE lettering_open ON COMMIT DROP AS
SELECT l.entry_id, l.position, l.account_id, coalesce(l.auxiliary_id, 0) AS party, l.date,
       l.debit_cents - l.credit_cents AS cents,
       upper(regexp_replace(coalesce(lt.piece_ref, t.piece_ref), '[^[:alnum:]]', '', 'g')) AS ref,
       coalesce(lt.label, t.label) AS label
  FROM finance_line l
  JOIN finance_entrytext t ON t.entry_id = l.entry_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
 WHERE l.fiscal_year_id = %(year)s AND l.date BETWEEN %(first)s AND %(until)s AND l.account_id = ANY(%(accounts)s)
   AND l.debit_cents <> l.credit_cents AND (%(without_party)s OR l.auxiliary_id IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM finance_letteredline m WHERE m.entry_id = l.entry_id AND m.position = l.position)
"""
TAKEN = """
CREATE TEMPORARY TABLE lettering_taken (
    entry_id bigint, position int, account_id int, party int, cents bigint, number int, rule text
) ON COMMIT DROP
"""
# What stays of a party with lines on one side only can match nothing.
ONE_SIDED = """
DELETE FROM lettering_open o USING (
  SELECT account_id, party FROM lettering_open GROUP BY 1, 2 HAVING bool_and(cents > 0) OR bool_and(cents < 0)) s
 WHERE s.account_id = o.account_id AND s.party = o.party
"""
REMOVE = """
DELETE FROM lettering_open o USING lettering_taken t
 WHERE t.rule = %(rule)s AND t.entry_id = o.entry_id AND t.position = o.position
"""
LAST = "SELECT coalesce(max(number), 0) FROM lettering_taken"

# A payment often tells the invoice in its label only: its words are looked up among the references of the party.
REFERENCE = """
WITH refs AS (
  SELECT DISTINCT account_id, party, ref FROM lettering_open WHERE length(ref) >= 3
), words AS (
  SELECT DISTINCT o.entry_id, o.position, o.account_id, o.party, o.ref AS own,
         upper(regexp_replace(w.word, '[^[:alnum:]]', '', 'g')) AS ref
    FROM lettering_open o CROSS JOIN LATERAL regexp_split_to_table(o.label, '[\\s,;:()]+') AS w (word)
   WHERE w.word ~ '[0-9]' AND length(w.word) >= 3
), told AS (
  SELECT w.entry_id, w.position, min(w.ref) AS ref
    FROM words w JOIN refs r ON r.account_id = w.account_id AND r.party = w.party AND r.ref = w.ref
   WHERE w.ref <> w.own GROUP BY w.entry_id, w.position HAVING count(*) = 1
), keyed AS (
  SELECT o.entry_id, o.position, o.account_id, o.party, o.cents, coalesce(t.ref, o.ref) AS ref
    FROM lettering_open o LEFT JOIN told t ON t.entry_id = o.entry_id AND t.position = o.position
), groups AS (
  SELECT account_id, party, ref, row_number() OVER (ORDER BY account_id, party, ref) AS rank FROM keyed
   WHERE length(ref) >= 3 GROUP BY account_id, party, ref HAVING sum(cents) = 0 AND count(*) <= %(most)s
)
INSERT INTO lettering_taken
SELECT k.entry_id, k.position, k.account_id, k.party, k.cents, %(last)s + g.rank, %(rule)s
  FROM keyed k JOIN groups g ON g.account_id = k.account_id AND g.party = k.party AND g.ref = k.ref
"""
# Of one amount, in the order of days: where a line came when exactly one of the other side was open, and nothing else
# of that amount happened on either day, there was nothing to choose.
AMOUNT = """
WITH ordered AS (
  SELECT *, sum(sign(cents)) OVER w AS standing, lead(entry_id) OVER w AS next_entry,
         lead(position) OVER w AS next_position, lead(cents) OVER w AS next_cents, lead(date) OVER w AS next_date,
         lead(date, 2) OVER w AS date_after, lag(date) OVER w AS date_before
    FROM lettering_open
  WINDOW w AS (PARTITION BY account_id, party, abs(cents) ORDER BY date, entry_id, position)
), pairs AS (
  SELECT *, row_number() OVER (ORDER BY account_id, party, date, entry_id, position) AS rank
    FROM ordered
   WHERE standing = sign(cents) AND next_cents = -cents
     AND (date_before IS NULL OR date_before < date) AND (date_after IS NULL OR date_after > next_date)
)
INSERT INTO lettering_taken
SELECT p.entry_id, p.position, p.account_id, p.party, p.cents, %(last)s + p.rank, %(rule)s FROM pairs p
 UNION ALL
SELECT p.next_entry, p.next_position, p.account_id, p.party, p.next_cents, %(last)s + p.rank, %(rule)s FROM pairs p
"""
BALANCE = """
WITH groups AS (
  SELECT account_id, party, row_number() OVER (ORDER BY account_id, party) AS rank FROM lettering_open o
   WHERE party <> 0 AND NOT EXISTS (
         SELECT 1 FROM finance_lettering g
          WHERE g.fiscal_year_id = %(year)s AND g.account_id = o.account_id AND g.auxiliary_id = o.party
            AND g.is_partial)
   GROUP BY account_id, party HAVING sum(cents) = 0 AND count(*) <= %(most)s
)
INSERT INTO lettering_taken
SELECT o.entry_id, o.position, o.account_id, o.party, o.cents, %(last)s + g.rank, %(rule)s
  FROM lettering_open o JOIN groups g ON g.account_id = o.account_id AND g.party = o.party
"""
# Only parties with few lines left: among many, a sum is met by chance.
LEFT = """
SELECT account_id, party, entry_id, position, cents FROM lettering_open o
  JOIN (SELECT account_id, party FROM lettering_open GROUP BY 1, 2
         HAVING count(*) BETWEEN 3 AND %(longest)s) few USING (account_id, party)
 ORDER BY account_id, party, date, entry_id, position
"""
KEEP_GROUPS = """
INSERT INTO lettering_autogroup (run_id, number, rule, account_id, auxiliary_id, lines, cents, is_kept)
SELECT %(run)s, number, min(rule), min(account_id), nullif(min(party), 0), count(*),
       sum(cents) FILTER (WHERE cents > 0), true
  FROM lettering_taken GROUP BY number ORDER BY number
"""
KEEP_LINES = """
INSERT INTO lettering_autoline (run_id, entry_id, position, number)
SELECT %(run)s, entry_id, position, number FROM lettering_taken ORDER BY number
"""
TAKE = """
INSERT INTO lettering_taken
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::int[], %s::text[])
"""
BY_SQL = {Rule.REFERENCE: REFERENCE, Rule.AMOUNT: AMOUNT, Rule.BALANCE: BALANCE}
Item = tuple[int, int, int, int, int]  # Account, party, entry, position, cents.


def match(run: AutoRun) -> int:
    """Write what *run* proposes, by the rules it asked for, in the transaction that runs now; return the open lines."""
    with cursor() as sql:
        prefer_set_joins(sql)
        sql.execute("DROP TABLE IF EXISTS lettering_open, lettering_taken")
        sql.execute(OPEN, _scope(run))
        examined = int(sql.rowcount)
        sql.execute(TAKEN)
        for rule in Rule:
            if rule in run.rules:
                sql.execute(ONE_SIDED)
                sql.execute("ANALYZE lettering_open")
                _apply(sql, rule, run)
                sql.execute(REMOVE, {"rule": rule.value})
        sql.execute(KEEP_GROUPS, {"run": run.pk})
        sql.execute(KEEP_LINES, {"run": run.pk})
    return examined


def _scope(run: AutoRun) -> dict[str, Any]:
    year = run.fiscal_year
    accounts = run.accounts or [account.pk for account in lettered_accounts(year)]
    facts = {"year": year.pk, "first": year.first_day, "until": run.until, "accounts": accounts}
    return {**facts, "without_party": run.without_party}


def _apply(sql: CursorWrapper, rule: Rule, run: AutoRun) -> None:
    sql.execute(LAST)
    facts = {"rule": rule.value, "last": sql.fetchone()[0], "most": MOST_LINES, "longest": LONGEST_PARTY}
    facts["year"] = run.fiscal_year_id
    if statement := BY_SQL.get(rule):
        sql.execute(statement, facts)
        return
    sql.execute(LEFT, facts)
    rows: list[Item] = sql.fetchall()
    taken = [
        (entry, position, account, party, cents, facts["last"] + rank, rule.value)
        for rank, group in enumerate(sums(rows), start=1)
        for account, party, entry, position, cents in group
    ]
    sql.execute(TAKE, [list(column) for column in zip(*taken, strict=True)] if taken else [[]] * 7)


def sums(rows: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield groups of several lines that one line of the same party settles, in one way only.

    rows: in order of account and party. A line that two groups want, or that one other line equals, is left open with
    those that would go with it.
    """
    for _party, held in groupby(rows, key=itemgetter(0, 1)):
        items = list(held)
        amounts = {item[4] for item in items}
        equals = [[item] for item in items if -item[4] in amounts]
        groups = [group for item in items if (group := _settled_by(item, items))]
        times = _times([*groups, *equals])
        yield from (group for group in groups if all(times[item[2:4]] == 1 for item in group))


def _settled_by(item: Item, items: Sequence[Item]) -> list[Item] | None:
    others = [other for other in items if (other[4] > 0) != (item[4] > 0)]
    chosen = only_subset([abs(other[4]) for other in others], abs(item[4]))
    return [item, *(others[rank] for rank in chosen)] if chosen else None


def _times(groups: Sequence[list[Item]]) -> dict[tuple[int, int], int]:
    times: dict[tuple[int, int], int] = {}
    for group in groups:
        for item in group:
            times[item[2], item[3]] = times.get((item[2], item[3]), 0) + 1
    return times
