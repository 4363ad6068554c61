"""The statements of the working of a return, in their order. See `working` for what they share."""

from __future__ import annotations

TABLES = (
    "CREATE TEMPORARY TABLE vat_map (account_id integer PRIMARY KEY, role text, code text, nature text,"
    " is_loose boolean) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_code (code text PRIMARY KEY, family text, side text, rate numeric, is_open boolean,"
    " is_on_receipts boolean, is_here boolean, twin text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_scope (entry_id bigint PRIMARY KEY, date date, reason text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_touched (lettering_id bigint PRIMARY KEY) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_carried (entry_id bigint, position integer, origin_id bigint,"
    " origin_position integer) ON COMMIT DROP",
)
DROP = (
    "DROP TABLE IF EXISTS vat_map, vat_code, vat_scope, vat_touched, vat_carried, vat_line, vat_base, vat_group,"
    " vat_tax, vat_entry, vat_row, vat_third, vat_paid, vat_advance, vat_bill, vat_loss, vat_held, vat_member,"
    " vat_open, vat_never"
)

# Entries brought forward moved nothing; an entry with a line on 4455 or 44567, or made here, settles a return.
COUNTED = """
   AND e.journal_id NOT IN (SELECT id FROM finance_journal WHERE company_id = %(company_id)s AND kind = 'opening')
   AND e.id NOT IN (SELECT entry_id FROM finance_entryorigin WHERE company_id = %(company_id)s AND room = 'vat')
   AND e.id NOT IN (SELECT l.entry_id FROM finance_line l JOIN vat_map m ON m.account_id = l.account_id
                     WHERE m.role = 'settlement')
"""
SCOPE = f"""
INSERT INTO vat_scope
SELECT e.id, e.date, 'debits' FROM finance_entry e
 WHERE e.fiscal_year_id = ANY (%(years)s) AND e.date >= %(first)s AND e.date <= %(last)s {COUNTED}
"""  # noqa: S608 - joined from constants.
LATE = f"""
INSERT INTO vat_scope
SELECT e.id, e.date, 'late' FROM finance_entry e
 WHERE e.fiscal_year_id IN (SELECT id FROM company_fiscalyear WHERE company_id = %(company_id)s)
   AND e.date >= %(since)s AND e.date <= %(last_filed_until)s
   AND e.date < %(first)s AND e.id > %(watermark)s {COUNTED}
"""  # noqa: S608 - joined from constants.

LINES = (
    "ANALYZE vat_scope",
    # cents: credit less debit; a code that nobody knows counts as a rate that cannot be found.
    """
CREATE TEMPORARY TABLE vat_line ON COMMIT DROP AS
SELECT l.entry_id, l.position, l.account_id, m.nature, l.credit_cents - l.debit_cents AS cents,
       CASE WHEN m.role = 'tax' THEN true WHEN m.is_loose THEN m.nature = 'third' ELSE false END AS is_tax,
       m.role, coalesce(nullif(v.code, ''), m.code) AS code, c.side, v.code IS NOT NULL AS is_stated
  FROM vat_scope s
  JOIN finance_line l ON l.entry_id = s.entry_id
  JOIN vat_map m ON m.account_id = l.account_id
  LEFT JOIN finance_linevat v ON v.entry_id = l.entry_id AND v.position = l.position
  LEFT JOIN vat_code c ON c.code = coalesce(nullif(v.code, ''), m.code)
 WHERE (v.code IS NOT NULL OR NOT m.is_loose) AND m.role NOT IN ('receivable', 'payable', 'lost', 'settlement', 'none')
   AND l.debit_cents <> l.credit_cents
""",
    "ANALYZE vat_line",
    # The tax of a debt written off, with no sale beside it, is deducted: no base goes with it (CGI, art. 272, 1).
    """
UPDATE vat_line l SET code = 'IRR', side = 'deductible'
 WHERE l.is_tax AND NOT l.is_stated AND l.side = 'out' AND l.entry_id IN (SELECT entry_id FROM vat_loss)
   AND NOT EXISTS (SELECT 1 FROM vat_line b WHERE b.entry_id = l.entry_id AND b.role = 'base_out')
""",
    # An advance is kept before tax, or with its tax inside, or is a payment only: the tax of its entry tells which.
    """
CREATE TEMPORARY TABLE vat_advance ON COMMIT DROP AS
SELECT DISTINCT ON (a.entry_id) a.entry_id, k.way, c.rate
  FROM (SELECT entry_id, coalesce(sum(cents) FILTER (WHERE NOT is_tax AND nature = 'advance'), 0) AS advance,
               coalesce(sum(cents) FILTER (WHERE NOT is_tax AND nature <> 'advance' AND role <> 'base_in'
                                             AND coalesce(side, 'out') = 'out'), 0) AS base,
               sum(cents) FILTER (WHERE is_tax AND side = 'out') AS tax, count(*) AS lines,
               min(code) FILTER (WHERE is_tax AND side = 'out') AS code,
               count(DISTINCT code) FILTER (WHERE is_tax AND side = 'out') AS codes
          FROM vat_line
         WHERE entry_id IN (SELECT entry_id FROM vat_line WHERE nature = 'advance' AND NOT is_tax AND NOT is_stated)
         GROUP BY entry_id) a
  JOIN vat_code asked ON asked.code = a.code
  JOIN vat_code c ON c.family = asked.family AND NOT c.is_open AND c.is_here AND c.rate > 0
   AND (asked.is_open OR c.code = asked.code)
 CROSS JOIN LATERAL (VALUES (1, 'before', a.base + a.advance), (2, 'inside', a.base + a.advance / (1 + c.rate)),
                            (3, 'payment', a.base)) k (rank, way, base)
 WHERE a.codes = 1 AND a.tax <> 0 AND abs(k.base * c.rate - a.tax) <= %(tolerance)s + a.lines
 ORDER BY a.entry_id, k.rank, abs(k.base * c.rate - a.tax)
""",
    """
UPDATE vat_line l SET cents = round(l.cents / (1 + a.rate)) FROM vat_advance a
 WHERE a.entry_id = l.entry_id AND a.way = 'inside' AND l.nature = 'advance' AND NOT l.is_tax
""",
    """
DELETE FROM vat_line l USING vat_advance a
 WHERE a.entry_id = l.entry_id AND a.way = 'payment' AND l.nature = 'advance' AND NOT l.is_tax
""",
    # What an entry holds before tax, by side and code, "" where none is stated; expenses count as an input.
    """
CREATE TEMPORARY TABLE vat_base ON COMMIT DROP AS
SELECT entry_id, coalesce(side, CASE WHEN role = 'base_in' THEN 'in' ELSE 'out' END) AS side, code,
       sum(CASE WHEN coalesce(side, CASE WHEN role = 'base_in' THEN 'in' ELSE 'out' END) = 'out'
                THEN cents ELSE -cents END)::bigint AS cents,
       count(*) AS lines, min(position) AS position, (array_agg(account_id ORDER BY position))[1] AS account_id,
       bool_and(nature IN ('services', 'advance')) AS is_services, bool_or(role = 'base_out') AS is_sale
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
               CASE WHEN l.nature IN ('services', 'advance') AND c.twin <> '' THEN c.twin ELSE c.code END AS code
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

DECLARED = """declared AS (
    SELECT h.entry_id, h.position,
           sum(h.base_cents) FILTER (WHERE h.vat_return_id = ANY (%(earlier)s))::bigint AS base,
           sum(h.tax_cents) FILTER (WHERE h.vat_return_id = ANY (%(earlier)s))::bigint AS tax
      FROM vat_share h WHERE h.vat_return_id = ANY (%(effective)s) AND h.entry_id IN (SELECT entry_id FROM vat_scope)
       AND h.code NOT LIKE '?%%'
     GROUP BY h.entry_id, h.position
)"""
AT_ONCE = f"""
INSERT INTO vat_share (vat_return_id, entry_id, position, code, account_id, reason, base_cents, tax_cents, whole_cents)
WITH {DECLARED}
SELECT %(return_id)s, r.entry_id, r.position, r.code, r.account_id, s.reason, sum(r.base), sum(r.tax),
       CASE WHEN sum(r.tax) <> 0 THEN sum(r.tax) ELSE sum(r.base) END
  FROM vat_row r
  JOIN vat_scope s ON s.entry_id = r.entry_id AND s.reason <> 'receipts'
  LEFT JOIN vat_code c ON c.code = r.code
  LEFT JOIN declared d ON d.entry_id = r.entry_id AND d.position = r.position
 WHERE c.is_on_receipts IS NOT TRUE AND d.entry_id IS NULL AND r.code <> 'IRR'
 GROUP BY r.entry_id, r.position, r.code, r.account_id, s.reason
"""  # noqa: S608 - joined from constants.
