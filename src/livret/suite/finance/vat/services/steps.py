"""The statements of the working of a return, in their order. See `working` for what they share."""

from __future__ import annotations

TABLES = (
    "CREATE TEMPORARY TABLE vat_map (account_id integer PRIMARY KEY, role text, code text, nature text,"
    " is_loose boolean) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_code (code text PRIMARY KEY, family text, side text, rate numeric, is_open boolean,"
    " is_on_receipts boolean, is_here boolean, twin text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_scope (entry_id bigint PRIMARY KEY, date date, reason text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_touched (lettering_id bigint PRIMARY KEY) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_carried (entry_id bigint, position integer, origin_id bigint) ON COMMIT DROP",
)
DROP = (
    "DROP TABLE IF EXISTS vat_map, vat_code, vat_scope, vat_touched, vat_carried, vat_line, vat_base, vat_group,"
    " vat_tax, vat_entry, vat_row, vat_third, vat_paid"
)

# Entries brought forward moved nothing; an entry with a line on 4455 or 44567, or made here, settles a return.
_COUNTED = """
   AND e.journal_id NOT IN (SELECT id FROM finance_journal WHERE company_id = %(company_id)s AND kind = 'opening')
   AND e.id NOT IN (SELECT entry_id FROM finance_entryorigin WHERE company_id = %(company_id)s AND room = 'vat')
   AND e.id NOT IN (SELECT l.entry_id FROM finance_line l JOIN vat_map m ON m.account_id = l.account_id
                     WHERE m.role = 'settlement')
"""
SCOPE = f"""
INSERT INTO vat_scope
SELECT e.id, e.date, 'debits' FROM finance_entry e
 WHERE e.fiscal_year_id = ANY (%(years)s) AND e.date >= %(first)s AND e.date <= %(last)s {_COUNTED}
"""  # noqa: S608 - joined from constants.
LATE = f"""
INSERT INTO vat_scope
SELECT e.id, e.date, 'late' FROM finance_entry e
 WHERE e.fiscal_year_id IN (SELECT id FROM company_fiscalyear WHERE company_id = %(company_id)s)
   AND e.date >= %(since)s AND e.date <= %(last_filed_until)s
   AND e.date < %(first)s AND e.id > %(watermark)s {_COUNTED}
"""  # noqa: S608 - joined from constants.

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
    SELECT h.entry_id, h.position, b.source_entry_id
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
           p.journal_id, p.date, p.debit_cents - p.credit_cents AS whole
      FROM alone h
      JOIN finance_line p ON p.auxiliary_id = h.auxiliary_id AND p.account_id = h.account_id AND p.date < h.date
     UNION ALL
    SELECT h.entry_id, h.position, h.piece_ref, h.debit_cents - h.credit_cents, p.entry_id, p.journal_id, p.date,
           p.debit_cents - p.credit_cents
      FROM alone h
      JOIN finance_line p ON p.auxiliary_id IS NULL AND p.account_id = h.account_id AND p.date < h.date
     WHERE h.auxiliary_id IS NULL
)
SELECT entry_id, position, source_entry_id FROM kept
 UNION ALL
(SELECT DISTINCT ON (a.entry_id, a.position) a.entry_id, a.position, a.origin_id
   FROM alike a
   JOIN finance_entrytext z ON z.entry_id = a.origin_id AND z.piece_ref = a.piece_ref
   JOIN finance_journal i ON i.id = a.journal_id AND i.kind <> 'opening'
  WHERE sign(a.whole) = sign(a.cents)
  ORDER BY a.entry_id, a.position, a.whole = a.cents DESC, a.date DESC, a.origin_id DESC)
"""
PAID_LATELY = f"""
INSERT INTO vat_scope
SELECT e.id, e.date, 'receipts' FROM finance_entry e
 WHERE e.id IN (SELECT ll.entry_id FROM vat_touched t JOIN finance_letteredline ll ON ll.lettering_id = t.lettering_id
                 UNION SELECT origin_id FROM vat_carried
                 UNION SELECT (key ->> 0)::bigint FROM finance_letteringevent v, jsonb_array_elements(v.lines) key
                        WHERE v.company_id = %(company_id)s AND v.kind = 'unlettered'
                          AND v.at > coalesce(%(last_filed_at)s, '-infinity'::timestamptz))
   AND e.company_id = %(company_id)s AND e.date <= %(last)s {_COUNTED}
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - joined from constants.

LINES = (
    "ANALYZE vat_scope",
    # cents: credit less debit; a code that nobody knows counts as a rate that cannot be found.
    """
CREATE TEMPORARY TABLE vat_line ON COMMIT DROP AS
SELECT l.entry_id, l.position, l.account_id, m.nature, l.credit_cents - l.debit_cents AS cents,
       CASE WHEN m.role = 'tax' THEN true WHEN m.is_loose THEN m.nature = 'third' ELSE false END AS is_tax,
       m.role, coalesce(nullif(v.code, ''), m.code) AS code, c.side
  FROM vat_scope s
  JOIN finance_line l ON l.entry_id = s.entry_id
  JOIN vat_map m ON m.account_id = l.account_id
  LEFT JOIN finance_linevat v ON v.entry_id = l.entry_id AND v.position = l.position
  LEFT JOIN vat_code c ON c.code = coalesce(nullif(v.code, ''), m.code)
 WHERE (v.code IS NOT NULL OR NOT m.is_loose) AND m.role NOT IN ('receivable', 'payable', 'settlement', 'none')
   AND l.debit_cents <> l.credit_cents
""",
    "ANALYZE vat_line",
    # What an entry holds before tax, by side and code, "" where none is stated; expenses count as an input.
    """
CREATE TEMPORARY TABLE vat_base ON COMMIT DROP AS
SELECT entry_id, coalesce(side, CASE WHEN role = 'base_in' THEN 'in' ELSE 'out' END) AS side, code,
       sum(CASE WHEN coalesce(side, CASE WHEN role = 'base_in' THEN 'in' ELSE 'out' END) = 'out'
                THEN cents ELSE -cents END)::bigint AS cents,
       count(*) AS lines, min(position) AS position, (array_agg(account_id ORDER BY position))[1] AS account_id,
       bool_and(nature = 'services') AS is_services, bool_or(role = 'base_out') AS is_sale
  FROM vat_line WHERE NOT is_tax AND coalesce(side, '') NOT IN ('none', 'deductible')
 GROUP BY 1, 2, 3
""",
    "ANALYZE vat_base",
)

CODES = (
    # Taxes whose rate is to be found, by entry and account.
    """
CREATE TEMPORARY TABLE vat_group ON COMMIT DROP AS
SELECT l.entry_id, l.account_id, l.code AS asked, c.side, c.family, sum(l.cents)::bigint AS tax, count(*) AS lines,
       count(*) OVER (PARTITION BY l.entry_id, c.side) AS groups, NULL::text AS found
  FROM vat_line l JOIN vat_code c ON c.code = l.code
 WHERE l.is_tax AND c.is_open GROUP BY l.entry_id, l.account_id, l.code, c.side, c.family
""",
    "ANALYZE vat_group",
    # What is left to explain of the base of an entry once the taxes with a known code took theirs.
    """
CREATE TEMPORARY TABLE vat_entry ON COMMIT DROP AS
SELECT b.entry_id, b.side, b.cents - coalesce(k.cents, 0) AS rest, b.lines + coalesce(k.lines, 0) AS lines,
       b.is_services
  FROM (SELECT entry_id, side, sum(cents)::bigint AS cents, sum(lines) AS lines, bool_and(is_services) AS is_services
          FROM vat_base b WHERE code = '' OR EXISTS (SELECT 1 FROM vat_code c WHERE c.code = b.code AND c.rate > 0)
         GROUP BY entry_id, side) b
  LEFT JOIN (SELECT l.entry_id, c.side, sum(round(l.cents / c.rate))::bigint AS cents, count(*) AS lines
               FROM vat_line l JOIN vat_code c ON c.code = l.code
              WHERE l.is_tax AND NOT c.is_open AND c.side IN ('out', 'in') AND c.rate > 0 GROUP BY 1, 2) k
    ON k.entry_id = b.entry_id AND k.side = b.side
""",
    "ANALYZE vat_entry",
    # One tax: the rate that makes it of the base.
    """
UPDATE vat_group g SET found = f.code
  FROM (SELECT DISTINCT ON (g.entry_id, g.side) g.entry_id, g.side,
               CASE WHEN e.is_services AND c.twin <> '' THEN c.twin ELSE c.code END AS code
          FROM vat_group g
          JOIN vat_entry e ON e.entry_id = g.entry_id AND e.side = g.side
          JOIN vat_code c ON c.family = g.family AND NOT c.is_open AND c.is_here
         WHERE g.groups = 1 AND abs(e.rest * c.rate - g.tax) <= %(tolerance)s + e.lines + g.lines
         ORDER BY g.entry_id, g.side, abs(e.rest * c.rate - g.tax), c.rate DESC) f
 WHERE f.entry_id = g.entry_id AND f.side = g.side
""",
    # Two taxes: the two rates that together make the base.
    """
UPDATE vat_group g SET found = CASE WHEN g.account_id = f.first_id THEN f.first_code ELSE f.second_code END
  FROM (SELECT DISTINCT ON (a.entry_id, a.side) a.entry_id, a.side, a.account_id AS first_id,
               CASE WHEN e.is_services AND c.twin <> '' THEN c.twin ELSE c.code END AS first_code,
               CASE WHEN e.is_services AND d.twin <> '' THEN d.twin ELSE d.code END AS second_code
          FROM vat_group a
          JOIN vat_group b ON b.entry_id = a.entry_id AND b.side = a.side AND b.account_id > a.account_id
          JOIN vat_entry e ON e.entry_id = a.entry_id AND e.side = a.side
          JOIN vat_code c ON c.family = a.family AND NOT c.is_open AND c.is_here
          JOIN vat_code d ON d.family = b.family AND NOT d.is_open AND d.is_here AND d.code <> c.code
         WHERE a.groups = 2
           AND abs(e.rest - a.tax / c.rate - b.tax / d.rate) <= (%(tolerance)s + e.lines) * (1 / c.rate + 1 / d.rate)
         ORDER BY a.entry_id, a.side, abs(e.rest - a.tax / c.rate - b.tax / d.rate)) f
 WHERE f.entry_id = g.entry_id AND f.side = g.side
""",
    # Else the rate that makes it of one line of the entry.
    """
UPDATE vat_group g SET found = f.code
  FROM (SELECT DISTINCT ON (g.entry_id, g.account_id) g.entry_id, g.account_id,
               CASE WHEN l.nature = 'services' AND c.twin <> '' THEN c.twin ELSE c.code END AS code
          FROM vat_group g
          JOIN vat_line l ON l.entry_id = g.entry_id AND NOT l.is_tax
          JOIN vat_code c ON c.family = g.family AND NOT c.is_open AND c.is_here
         WHERE g.found IS NULL AND (l.code = '' OR l.code = c.code)
           AND abs(CASE WHEN g.side = 'out' THEN l.cents ELSE -l.cents END * c.rate - g.tax) <= %(tolerance)s + g.lines
         ORDER BY g.entry_id, g.account_id, abs(abs(l.cents) * c.rate - abs(g.tax)), c.rate DESC) f
 WHERE f.entry_id = g.entry_id AND f.account_id = g.account_id
""",
    """
CREATE TEMPORARY TABLE vat_tax ON COMMIT DROP AS
SELECT l.entry_id, l.position, l.account_id, l.cents, coalesce(c.code, '?taux') AS code, coalesce(c.side, '?') AS side,
       coalesce(c.rate, 0) AS rate,
       row_number() OVER (PARTITION BY l.entry_id, coalesce(c.code, '?taux') ORDER BY l.position) AS rank
  FROM vat_line l
  LEFT JOIN vat_group g ON g.entry_id = l.entry_id AND g.account_id = l.account_id AND g.asked = l.code
  LEFT JOIN vat_code c ON c.code = coalesce(g.found, l.code) AND NOT c.is_open
 WHERE l.is_tax AND coalesce(c.side, '') <> 'none'
""",
    "ANALYZE vat_tax",
)

BASES = (
    # Each code takes the base that its tax tells; a rest within the tolerance joins the largest, else it is shown.
    """
CREATE TEMPORARY TABLE vat_row ON COMMIT DROP AS
WITH told AS (
    SELECT entry_id, side, code, rate, sum(cents)::bigint AS tax, round(sum(cents) / rate)::bigint AS base
      FROM vat_tax WHERE side IN ('out', 'in') AND rate > 0 GROUP BY entry_id, side, code, rate
), held AS (
    SELECT b.entry_id, b.side, sum(b.cents)::bigint AS cents, sum(b.lines) AS lines
      FROM vat_base b
     WHERE b.code = '' OR EXISTS (SELECT 1 FROM told t WHERE t.entry_id = b.entry_id AND t.code = b.code)
     GROUP BY b.entry_id, b.side
), ranked AS (
    SELECT t.*, sum(t.base) OVER w AS bases, sum(1 / t.rate) OVER w AS slope, h.cents AS held, h.lines,
           row_number() OVER (PARTITION BY t.entry_id, t.side ORDER BY abs(t.base) DESC, t.code) AS rank
      FROM told t LEFT JOIN held h ON h.entry_id = t.entry_id AND h.side = t.side
    WINDOW w AS (PARTITION BY t.entry_id, t.side)
), fitted AS (
    SELECT r.*, coalesce(r.held, 0) - r.bases AS rest,
           abs(coalesce(r.held, 0) - r.bases) <= (%(tolerance)s + coalesce(r.lines, 0)) * r.slope AS fits
      FROM ranked r
)
SELECT t.entry_id, t.position, t.account_id, t.code, t.cents AS tax,
       CASE WHEN t.rank > 1 THEN 0 WHEN f.rank = 1 AND f.fits THEN f.base + f.rest ELSE f.base END::bigint AS base
  FROM vat_tax t JOIN fitted f ON f.entry_id = t.entry_id AND f.code = t.code
 UNION ALL
SELECT f.entry_id, t.position, t.account_id, '?base', 0, f.rest::bigint
  FROM fitted f JOIN vat_tax t ON t.entry_id = f.entry_id AND t.code = f.code AND t.rank = 1
 WHERE f.rank = 1 AND NOT f.fits
 UNION ALL
SELECT entry_id, position, account_id, code, CASE WHEN side = 'deductible' THEN -cents ELSE cents END, 0
  FROM vat_tax WHERE side IN ('deductible', '?')
 UNION ALL
-- Lines before tax with a code that bears none, or whose tax is missing.
SELECT b.entry_id, b.position, b.account_id, CASE WHEN c.rate > 0 THEN '?base' ELSE b.code END, 0, b.cents
  FROM vat_base b JOIN vat_code c ON c.code = b.code AND NOT c.is_open
 WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.entry_id = b.entry_id AND t.code = b.code)
 UNION ALL
-- Sales with neither tax nor code.
SELECT b.entry_id, b.position, b.account_id, '?code', 0, b.cents
  FROM vat_base b
 WHERE b.code = '' AND b.side = 'out' AND b.is_sale
   AND NOT EXISTS (SELECT 1 FROM vat_tax t WHERE t.entry_id = b.entry_id AND t.side IN ('out', '?'))
 UNION ALL
-- A code that nobody knows, on a line before tax.
SELECT b.entry_id, b.position, b.account_id, '?code', 0, b.cents
  FROM vat_base b LEFT JOIN vat_code c ON c.code = b.code
 WHERE b.code <> '' AND (c.code IS NULL OR c.is_open)
""",
    "ANALYZE vat_row",
)

SETTLED = (
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
    # Of each lettering at a day, what both sides have in common is settled: the oldest lines first.
    """
CREATE TEMPORARY TABLE vat_paid ON COMMIT DROP AS
WITH cuts AS (SELECT unnest(ARRAY[%(since)s::date - 1, %(last)s::date]) AS cut),
members AS (
    SELECT ll.lettering_id, l.entry_id, l.position, l.date, l.debit_cents - l.credit_cents AS cents
      FROM finance_letteredline ll
      JOIN finance_line l ON l.entry_id = ll.entry_id AND l.position = ll.position
     WHERE ll.lettering_id IN (SELECT lettering_id FROM vat_third)
), placed AS (
    SELECT c.cut, m.*, sign(m.cents::numeric) AS way,
           sum(abs(m.cents)) OVER (PARTITION BY c.cut, m.lettering_id, sign(m.cents)
                                   ORDER BY m.date, m.entry_id, m.position) AS reached,
           least(sum(greatest(m.cents, 0)) OVER w, sum(greatest(-m.cents, 0)) OVER w) AS common
      FROM members m JOIN cuts c ON m.date <= c.cut
    WINDOW w AS (PARTITION BY c.cut, m.lettering_id)
), settled AS (
    SELECT cut, entry_id, position, way * least(abs(cents), greatest(0, common - reached + abs(cents))) AS cents
      FROM placed
)
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
""",
    "ANALYZE vat_paid",
)

DECLARED = """declared AS (
    SELECT h.entry_id, h.position,
           sum(h.base_cents) FILTER (WHERE h.vat_return_id = ANY (%(earlier)s))::bigint AS base,
           sum(h.tax_cents) FILTER (WHERE h.vat_return_id = ANY (%(earlier)s))::bigint AS tax
      FROM vat_share h WHERE h.vat_return_id = ANY (%(effective)s) AND h.entry_id IN (SELECT entry_id FROM vat_scope)
       AND h.code NOT LIKE '?%%'
     GROUP BY h.entry_id, h.position
)"""
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
AT_ONCE = f"""
INSERT INTO vat_share (vat_return_id, entry_id, position, code, account_id, reason, base_cents, tax_cents, whole_cents)
WITH {DECLARED}
SELECT %(return_id)s, r.entry_id, r.position, r.code, r.account_id, s.reason, sum(r.base), sum(r.tax),
       CASE WHEN sum(r.tax) <> 0 THEN sum(r.tax) ELSE sum(r.base) END
  FROM vat_row r
  JOIN vat_scope s ON s.entry_id = r.entry_id AND s.reason <> 'receipts'
  LEFT JOIN vat_code c ON c.code = r.code
  LEFT JOIN declared d ON d.entry_id = r.entry_id AND d.position = r.position
 WHERE c.is_on_receipts IS NOT TRUE AND d.entry_id IS NULL
 GROUP BY r.entry_id, r.position, r.code, r.account_id, s.reason
"""  # noqa: S608 - joined from constants.
ANY_ON_RECEIPTS = """
SELECT EXISTS (SELECT 1 FROM vat_row r JOIN vat_code c ON c.code = r.code AND c.is_on_receipts)
"""
