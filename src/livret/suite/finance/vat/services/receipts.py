"""The statements that follow what was paid of an entry, where its tax is due on receipts. See `working`."""

from __future__ import annotations

from livret.suite.finance.vat.services.bills import FLOW
from livret.suite.finance.vat.services.steps import COUNTED, DECLARED

# The letterings that a day of the period, a late entry, or somebody since the last filing, has to do with.
TOUCHED = """
INSERT INTO vat_touched
SELECT ll.lettering_id FROM finance_line l
  JOIN vat_map m ON m.account_id = l.account_id AND m.role IN ('receivable', 'payable')
  JOIN finance_letteredline ll ON ll.entry_id = l.entry_id AND ll.position = l.position
 WHERE l.fiscal_year_id = ANY (%(years)s) AND l.date <= %(last)s AND (l.date >= %(first)s OR l.entry_id > %(watermark)s)
 UNION
SELECT g.id FROM finance_lettering g
 WHERE g.fiscal_year_id = ANY (%(years)s) AND g.company_id = %(company_id)s
   AND g.created_at > coalesce(%(last_filed_at)s, '-infinity'::timestamptz)
"""
# A line brought forward stands for the line that the carry-forward kept as its source, year after year; where none is
# kept (a file, a hand), for the invoice of an earlier year with the same account, party and document, and the amount if
# there is such a one.
CARRIED = """
INSERT INTO vat_carried
WITH RECURSIVE held AS (
    SELECT DISTINCT l.entry_id, l.position, l.account_id, l.auxiliary_id, l.date, l.debit_cents, l.credit_cents,
           coalesce(x.piece_ref, y.piece_ref) AS piece_ref
      FROM vat_touched t
      JOIN finance_letteredline ll ON ll.lettering_id = t.lettering_id
      JOIN finance_line l ON l.entry_id = ll.entry_id AND l.position = ll.position
      JOIN finance_journal j ON j.id = l.journal_id AND j.kind = 'opening'
      LEFT JOIN finance_linetext x ON x.entry_id = l.entry_id AND x.position = l.position
      JOIN finance_entrytext y ON y.entry_id = l.entry_id
), back AS (
    SELECT h.entry_id, h.position, c.source_entry_id, c.source_position
      FROM held h JOIN closing_carriedline c ON c.entry_id = h.entry_id AND c.position = h.position
     UNION ALL
    SELECT b.entry_id, b.position, c.source_entry_id, c.source_position
      FROM back b JOIN closing_carriedline c ON c.entry_id = b.source_entry_id AND c.position = b.source_position
), kept AS (
    SELECT h.entry_id, h.position, b.source_entry_id, b.source_position
      FROM back b
      JOIN held h ON h.entry_id = b.entry_id AND h.position = b.position
      JOIN finance_line s ON s.entry_id = b.source_entry_id AND s.position = b.source_position
       AND (s.debit_cents > s.credit_cents) = (h.debit_cents > h.credit_cents)
      JOIN finance_journal i ON i.id = s.journal_id AND i.kind <> 'opening'
), alone AS (
    SELECT h.* FROM held h LEFT JOIN kept k ON k.entry_id = h.entry_id AND k.position = h.position
     WHERE h.piece_ref <> '' AND k.entry_id IS NULL
), alike AS (
    SELECT h.entry_id, h.position, h.piece_ref, h.debit_cents - h.credit_cents AS cents, p.entry_id AS origin_id,
           p.position AS origin_position, p.journal_id, p.date, p.debit_cents - p.credit_cents AS whole
      FROM alone h
      JOIN finance_line p ON p.auxiliary_id = h.auxiliary_id AND p.account_id = h.account_id AND p.date < h.date
     UNION ALL
    SELECT h.entry_id, h.position, h.piece_ref, h.debit_cents - h.credit_cents, p.entry_id, p.position, p.journal_id,
           p.date, p.debit_cents - p.credit_cents
      FROM alone h
      JOIN finance_line p ON p.auxiliary_id IS NULL AND p.account_id = h.account_id AND p.date < h.date
     WHERE h.auxiliary_id IS NULL
)
SELECT entry_id, position, source_entry_id, source_position FROM kept
 UNION ALL
(SELECT DISTINCT ON (a.entry_id, a.position) a.entry_id, a.position, a.origin_id, a.origin_position
   FROM alike a
   JOIN finance_entrytext z ON z.entry_id = a.origin_id AND z.piece_ref = a.piece_ref
   JOIN finance_journal i ON i.id = a.journal_id AND i.kind <> 'opening'
  WHERE sign(a.whole) = sign(a.cents)
  ORDER BY a.entry_id, a.position, a.whole = a.cents DESC, a.date DESC, a.origin_id DESC)
"""
# A line brought forward twice stands for what is left at the last of the years.
LATEST = """
DELETE FROM vat_carried k USING finance_line l, vat_carried o, finance_line n
 WHERE l.entry_id = k.entry_id AND l.position = k.position AND o.origin_id = k.origin_id
   AND o.origin_position = k.origin_position AND n.entry_id = o.entry_id AND n.position = o.position AND n.date > l.date
"""
PAID_LATELY = f"""
INSERT INTO vat_scope
SELECT e.id, e.date, 'receipts' FROM finance_entry e
 WHERE e.id IN (SELECT ll.entry_id FROM vat_touched t JOIN finance_letteredline ll ON ll.lettering_id = t.lettering_id
                 UNION SELECT origin_id FROM vat_carried
                 UNION SELECT (key ->> 0)::bigint FROM finance_letteringevent v, jsonb_array_elements(v.lines) key
                        WHERE v.company_id = %(company_id)s AND v.kind = 'unlettered'
                          AND v.at > coalesce(%(last_filed_at)s, '-infinity'::timestamptz))
   AND e.company_id = %(company_id)s AND e.date <= %(last)s {COUNTED}
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - joined from constants.

THIRDS = (
    # The lines of customers and suppliers of the entries whose tax is due on receipts, and the copies brought forward.
    """
CREATE TEMPORARY TABLE vat_third ON COMMIT DROP AS
WITH due AS (SELECT DISTINCT r.entry_id, c.side FROM vat_row r JOIN vat_code c ON c.code = r.code AND c.is_on_receipts)
SELECT d.entry_id AS owner_id, d.side, false AS is_copy, l.entry_id, l.position, l.date,
       l.debit_cents - l.credit_cents AS cents, ll.lettering_id
  FROM due d
  JOIN finance_line l ON l.entry_id = d.entry_id
  JOIN vat_map m ON m.account_id = l.account_id
   AND m.role = CASE WHEN d.side = 'out' THEN 'receivable' ELSE 'payable' END
  LEFT JOIN finance_letteredline ll ON ll.entry_id = l.entry_id AND ll.position = l.position
 UNION ALL
SELECT d.entry_id, d.side, true, l.entry_id, l.position, l.date, l.debit_cents - l.credit_cents, ll.lettering_id
  FROM due d
  JOIN vat_carried k ON k.origin_id = d.entry_id
  JOIN finance_line l ON l.entry_id = k.entry_id AND l.position = k.position
  LEFT JOIN finance_letteredline ll ON ll.entry_id = l.entry_id AND ll.position = l.position
""",
    "ANALYZE vat_third",
)
PAID = (
    # Of each lettering at a day, what both sides have in common is settled: the oldest lines first.
    f"""
CREATE TEMPORARY TABLE vat_paid ON COMMIT DROP AS
WITH {FLOW}
SELECT t.owner_id, t.side, c.cut,
       coalesce(sum(t.cents) FILTER (WHERE NOT t.is_copy), 0) AS whole,
       -- Copies say what was still open when the year began: the rest had been paid before.
       CASE WHEN bool_or(t.is_copy AND t.date <= c.cut)
            THEN greatest(abs(coalesce(sum(s.cents) FILTER (WHERE NOT t.is_copy), 0)),
                          abs(coalesce(sum(t.cents) FILTER (WHERE NOT t.is_copy), 0))
                          - abs(coalesce(sum(t.cents - coalesce(s.cents, 0))
                                         FILTER (WHERE t.is_copy AND t.date <= c.cut), 0)))
            ELSE abs(coalesce(sum(s.cents) FILTER (WHERE NOT t.is_copy), 0)) END AS settled
  FROM vat_third t CROSS JOIN cuts c
  LEFT JOIN settled s ON s.cut = c.cut AND s.entry_id = t.entry_id AND s.position = t.position
 GROUP BY t.owner_id, t.side, c.cut
""",  # noqa: S608 - joined from constants.
    "ANALYZE vat_paid",
)

# On receipts the parts of an entry are rounded on their running sum, so that they add up at every moment to the part
# of the whole, and over all periods to the whole (rule `receipts_in_proportion`).
ON_RECEIPTS = f"""
INSERT INTO vat_share (vat_return_id, entry_id, position, code, account_id, reason, base_cents, tax_cents, whole_cents)
WITH {DECLARED}, due AS (
    SELECT r.*, c.side, s.date, coalesce(p.whole, 0) AS third, p.cut,
           CASE WHEN coalesce(p.whole, 0) = 0 THEN (s.date <= cuts.cut)::int::numeric
                ELSE least(p.settled, abs(p.whole))::numeric END AS paid,
           CASE WHEN coalesce(p.whole, 0) = 0 THEN 1 ELSE abs(p.whole) END::numeric AS whole, cuts.cut AS day
      FROM vat_row r
      JOIN vat_code c ON c.code = r.code AND c.is_on_receipts
      JOIN vat_scope s ON s.entry_id = r.entry_id
     CROSS JOIN (SELECT unnest(ARRAY[%(since)s::date - 1, %(last)s::date]) AS cut) cuts
      LEFT JOIN vat_paid p ON p.owner_id = r.entry_id AND p.side = c.side AND p.cut = cuts.cut
), running AS (
    SELECT d.*, sum(tax) OVER w AS taxes, sum(base) OVER w AS bases, CASE WHEN day = %(last)s THEN 1 ELSE -1 END AS way
      FROM due d
    WINDOW w AS (PARTITION BY entry_id, side, day ORDER BY position, code)
), parted AS (
    SELECT entry_id, position, code, account_id, third, base, tax,
           sum((round(bases * paid / whole) - round((bases - base) * paid / whole)) * way) AS due_base,
           sum((round(taxes * paid / whole) - round((taxes - tax) * paid / whole)) * way) AS due_tax
      FROM running GROUP BY entry_id, position, code, account_id, third, base, tax
)
SELECT %(return_id)s, p.entry_id, p.position, p.code, p.account_id,
       CASE WHEN p.third = 0 THEN 'cash' ELSE 'receipts' END,
       p.due_base - coalesce(d.base, 0), p.due_tax - coalesce(d.tax, 0), CASE WHEN p.tax <> 0 THEN p.tax ELSE p.base END
  FROM parted p LEFT JOIN declared d ON d.entry_id = p.entry_id AND d.position = p.position
 WHERE (p.due_base <> coalesce(d.base, 0) OR p.due_tax <> coalesce(d.tax, 0))
"""  # noqa: S608 - joined from constants.
ANY_ON_RECEIPTS = """
SELECT EXISTS (SELECT 1 FROM vat_row r JOIN vat_code c ON c.code = r.code AND c.is_on_receipts)
"""
