"""The statements that follow what is owed through bills of exchange and doubtful accounts to the money itself.

An entry that takes an invoice off 411 and puts a bill on 413 pays nothing: what it settles is worth what is paid of the
bill, from the day that the bill falls due when the line states one. So is a transfer to 416, and what comes back from a
bill that is refused; what an entry writes off as lost is never paid. Source: CGI, art. 269, 2, c; BOI-TVA-BASE-20-20.
"""

from __future__ import annotations

ROUNDS = 4  # How many accounts in a row an amount is followed through: 411, 413, back to 411, 416.

TABLES = (
    "CREATE TEMPORARY TABLE vat_bill (entry_id bigint, position integer, account_id integer, role text, way integer,"
    " is_held boolean, is_bill boolean, is_opening boolean, is_claim boolean,"
    " cents bigint, lettering_id bigint, due_on date,"
    " party integer, beside numeric) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE vat_loss (entry_id bigint PRIMARY KEY, cents bigint) ON COMMIT DROP",
)
# Accounts are given as a list, and their entries counted, so that few are found by index however large the books.
# The lines of customers and suppliers of the entries that hold a bill or a doubtful debt. party: who the two sides of
# such an entry have in common, 0 for what is left; beside: what the lines of one side and party sum to; is_claim: what
# is owed, the other side pays it.
BILLS = (
    """
CREATE TEMPORARY TABLE vat_held ON COMMIT DROP AS
SELECT DISTINCT l.entry_id FROM finance_line l
 WHERE l.account_id = ANY (ARRAY(SELECT account_id FROM vat_map WHERE nature IN ('bill', 'doubtful')))
   AND l.date <= %(last)s
""",
    "ANALYZE vat_held",
    """
INSERT INTO vat_bill
WITH lines AS (
    SELECT l.entry_id, l.position, l.account_id, l.auxiliary_id, m.role, m.nature IN ('bill', 'doubtful') AS is_held,
           m.nature = 'bill' AS is_bill, j.kind = 'opening' AS is_opening,
           (m.role = 'receivable') = (l.debit_cents > l.credit_cents) AS is_claim,
           l.debit_cents - l.credit_cents AS cents,
           sign(l.debit_cents - l.credit_cents)::integer AS way, ll.lettering_id, d.due_on
      FROM vat_held e
      JOIN finance_line l ON l.entry_id = e.entry_id
      JOIN vat_map m ON m.account_id = l.account_id AND m.role IN ('receivable', 'payable')
      JOIN finance_journal j ON j.id = l.journal_id
      LEFT JOIN finance_letteredline ll ON ll.entry_id = l.entry_id AND ll.position = l.position
      LEFT JOIN finance_linedue d ON d.entry_id = l.entry_id AND d.position = l.position
     WHERE l.debit_cents <> l.credit_cents
), matched AS (
    SELECT x.*, CASE WHEN min(x.way) OVER w < max(x.way) OVER w AND bool_or(x.is_held) OVER w
                     THEN coalesce(x.auxiliary_id, 0) ELSE 0 END AS party
      FROM lines x WINDOW w AS (PARTITION BY x.entry_id, x.role, x.auxiliary_id)
)
SELECT entry_id, position, account_id, role, way, is_held, is_bill, is_opening, is_claim, cents, lettering_id, due_on,
       party, sum(abs(cents)) OVER (PARTITION BY entry_id, role, way, is_held, party)
  FROM matched
""",
    "ANALYZE vat_bill",
)
# What an entry writes off: the loss and the tax taken back with it.
LOSSES = (
    """
INSERT INTO vat_loss
SELECT l.entry_id, sum(l.debit_cents - l.credit_cents)::bigint
  FROM finance_line l JOIN vat_map m ON m.account_id = l.account_id AND m.role IN ('lost', 'tax')
 WHERE l.entry_id IN (SELECT b.entry_id FROM finance_line b
                       WHERE b.account_id = ANY (ARRAY(SELECT account_id FROM vat_map WHERE role = 'lost'))
                         AND b.date <= %(last)s)
 GROUP BY l.entry_id
""",
    "ANALYZE vat_loss",
)
# The tax of a debt lost is taken back only where it had become due: not where it was to be due on receipts. A loss
# lettered with debts of both kinds does not say which it is of, unless its line states the code.
NEVER_DUE = """
CREATE TEMPORARY TABLE vat_never ON COMMIT DROP AS
WITH RECURSIVE paid AS (
    SELECT w.entry_id AS loss_id, ll.lettering_id FROM vat_row w
      JOIN finance_line l ON l.entry_id = w.entry_id
      JOIN vat_map m ON m.account_id = l.account_id AND m.role = 'receivable'
      JOIN finance_letteredline ll ON ll.entry_id = l.entry_id AND ll.position = l.position
     WHERE w.code = 'IRR'
     UNION
    SELECT p.loss_id, x.lettering_id FROM paid p
     CROSS JOIN LATERAL (
           SELECT b.entry_id FROM vat_bill b
            WHERE b.lettering_id = p.lettering_id AND b.is_claim AND NOT b.is_opening
            UNION
           SELECT k.origin_id FROM finance_letteredline g
             JOIN vat_carried k ON k.entry_id = g.entry_id AND k.position = g.position
            WHERE g.lettering_id = p.lettering_id) s
      JOIN vat_bill x ON x.entry_id = s.entry_id AND x.role = 'receivable' AND NOT x.is_claim
     WHERE x.lettering_id IS NOT NULL
), owners AS (
    SELECT p.loss_id, ll.entry_id FROM paid p JOIN finance_letteredline ll ON ll.lettering_id = p.lettering_id
     UNION
    SELECT p.loss_id, k.origin_id FROM paid p
      JOIN finance_letteredline ll ON ll.lettering_id = p.lettering_id
      JOIN vat_carried k ON k.entry_id = ll.entry_id AND k.position = ll.position
)
SELECT o.loss_id, bool_or(NOT c.is_on_receipts) AS is_mixed
  FROM owners o
  JOIN vat_row w ON w.entry_id = o.entry_id AND w.tax > 0
  JOIN vat_code c ON c.code = w.code AND c.side = 'out' AND c.rate > 0
 GROUP BY o.loss_id HAVING bool_or(c.is_on_receipts)
"""
# What is taken back on debts lost, less what returns of other periods took: a loss lettered since may ask for it back.
LOST = """
INSERT INTO vat_share (vat_return_id, entry_id, position, code, account_id, reason, base_cents, tax_cents, whole_cents)
WITH lost AS (
    SELECT r.entry_id, r.position, r.account_id, sum(r.tax) AS tax,
           n.loss_id IS NOT NULL AND NOT n.is_mixed AS is_never,
           n.is_mixed IS TRUE AND NOT bool_or(l.is_stated) AS is_mixed
      FROM vat_row r
      JOIN vat_line l ON l.entry_id = r.entry_id AND l.position = r.position
      LEFT JOIN vat_never n ON n.loss_id = r.entry_id
     WHERE r.code = 'IRR' GROUP BY r.entry_id, r.position, r.account_id, n.loss_id, n.is_mixed
), told AS (
    SELECT h.entry_id, h.position, coalesce(sum(h.tax_cents) FILTER (WHERE h.code = 'IRR'), 0) AS tax
      FROM vat_share h
     WHERE h.vat_return_id = ANY (%(effective)s) AND h.entry_id IN (SELECT entry_id FROM lost)
       AND h.code IN ('IRR', '?perte')
     GROUP BY h.entry_id, h.position
), due AS (
    SELECT d.*, s.reason, CASE WHEN d.is_never OR d.is_mixed THEN 0 ELSE d.tax END - coalesce(t.tax, 0) AS rest
      FROM lost d
      JOIN vat_scope s ON s.entry_id = d.entry_id
      LEFT JOIN told t ON t.entry_id = d.entry_id AND t.position = d.position
     WHERE s.reason <> 'receipts' OR t.entry_id IS NOT NULL
)
SELECT %(return_id)s, entry_id, position, 'IRR', account_id, reason, 0, rest, tax FROM due WHERE rest <> 0
 UNION ALL
SELECT %(return_id)s, entry_id, position, '?perte', account_id, reason, 0, tax, tax FROM due WHERE is_mixed
"""
# A bill that is paid, or falls due, in the period moves the letterings of what it stands for, however old; so do
# the bills that a year opened with, all of them: what is left of each is read from its line brought forward.
DUE = """
INSERT INTO vat_touched
SELECT DISTINCT lettering_id FROM vat_bill
 WHERE lettering_id IS NOT NULL AND ((is_opening AND is_held) OR (is_bill AND due_on BETWEEN %(first)s AND %(last)s))
    ON CONFLICT DO NOTHING
"""
UPSTREAM = """
INSERT INTO vat_touched
WITH RECURSIVE moved AS (
    SELECT b.entry_id, b.role, b.way, b.is_held FROM vat_bill b
     WHERE b.lettering_id IN (SELECT lettering_id FROM vat_touched)
     UNION
    SELECT b.entry_id, b.role, b.way, b.is_held FROM vat_carried k
      JOIN vat_bill b ON b.entry_id = k.origin_id AND b.position = k.origin_position
     UNION
    SELECT b.entry_id, b.role, b.way, b.is_held FROM finance_letteringevent v, jsonb_array_elements(v.lines) key
      JOIN vat_bill b ON b.entry_id = (key ->> 0)::bigint AND b.position = (key ->> 1)::integer
     WHERE v.company_id = %(company_id)s AND v.kind = 'unlettered'
       AND v.at > coalesce(%(last_filed_at)s, '-infinity'::timestamptz)
), up AS (
    SELECT x.lettering_id FROM moved m
      JOIN vat_bill x ON x.entry_id = m.entry_id AND x.role = m.role AND x.way = -m.way AND (x.is_held OR m.is_held)
     WHERE NOT x.is_opening AND NOT x.is_claim AND x.lettering_id IS NOT NULL
     UNION
    SELECT x.lettering_id FROM up u
      JOIN vat_bill b ON b.lettering_id = u.lettering_id AND b.is_claim AND NOT b.is_opening
      JOIN vat_bill x ON x.entry_id = b.entry_id AND x.role = b.role AND x.way = -b.way AND (x.is_held OR b.is_held)
     WHERE x.lettering_id IS NOT NULL
)
SELECT DISTINCT lettering_id FROM up
    ON CONFLICT DO NOTHING
"""
# What each line of a lettering is worth in money at a day, and what is settled of it: the oldest lines first.
FLOW = """cuts AS (SELECT unnest(ARRAY[%(since)s::date - 1, %(last)s::date]) AS cut),
pending AS (
    SELECT o.cut, b.entry_id, b.role, b.way, b.party, sum(abs(b.cents) - o.settled) AS everything,
           coalesce(sum(abs(b.cents) - o.settled) FILTER (WHERE b.is_held), 0) AS held
      FROM vat_bill b JOIN vat_open o ON o.entry_id = b.entry_id AND o.position = b.position
     GROUP BY o.cut, b.entry_id, b.role, b.way, b.party
), worth AS (
    SELECT c.cut, m.lettering_id, m.entry_id, m.position, m.date, sign(m.cents::numeric) AS way,
           greatest(0, abs(m.cents) - coalesce(round(
               CASE WHEN b.is_held THEN p.everything ELSE p.held END * abs(m.cents) / b.beside), 0) - m.lost) AS cents
      FROM vat_member m
      JOIN cuts c ON m.date <= c.cut
      LEFT JOIN vat_bill b ON b.entry_id = m.entry_id AND b.position = m.position AND NOT b.is_opening
       AND NOT b.is_claim
      LEFT JOIN pending p ON p.cut = c.cut AND p.entry_id = b.entry_id AND p.role = b.role AND p.way = -b.way
       AND p.party = b.party
), placed AS (
    SELECT w.*, sum(w.cents) OVER (PARTITION BY w.cut, w.lettering_id, w.way
                                   ORDER BY w.date, w.entry_id, w.position) AS reached,
           least(coalesce(sum(w.cents) FILTER (WHERE w.way > 0) OVER g, 0),
                 coalesce(sum(w.cents) FILTER (WHERE w.way < 0) OVER g, 0)) AS common
      FROM worth w WINDOW g AS (PARTITION BY w.cut, w.lettering_id)
), settled AS (
    SELECT cut, entry_id, position, way * least(cents, greatest(0, common - reached + cents)) AS cents
      FROM placed
)"""
MEMBERS = (
    """
CREATE TEMPORARY TABLE vat_member ON COMMIT DROP AS
SELECT ll.lettering_id, l.entry_id, l.position, l.date, l.debit_cents - l.credit_cents AS cents,
       CASE WHEN s.cents > 0 THEN round(least(f.cents, s.cents)::numeric / s.cents * l.credit_cents) ELSE 0 END AS lost
  FROM finance_letteredline ll
  JOIN finance_line l ON l.entry_id = ll.entry_id AND l.position = ll.position
  LEFT JOIN vat_loss f ON f.entry_id = l.entry_id AND f.cents > 0
  LEFT JOIN LATERAL (SELECT sum(t.credit_cents) AS cents FROM finance_line t
                       JOIN vat_map m ON m.account_id = t.account_id AND m.role = 'receivable'
                      WHERE t.entry_id = f.entry_id) s ON true
 WHERE ll.lettering_id IN (SELECT lettering_id FROM vat_third UNION SELECT lettering_id FROM vat_bill)
""",
    "ANALYZE vat_member",
    """
CREATE TEMPORARY TABLE vat_open ON COMMIT DROP AS
SELECT b.entry_id, b.position, c.cut, 0::numeric AS settled
  FROM vat_bill b CROSS JOIN (SELECT unnest(ARRAY[%(since)s::date - 1, %(last)s::date]) AS cut) c
 WHERE b.is_claim AND NOT b.is_opening
""",
    "ANALYZE vat_open",
)
# One account further: what is settled of each line of these entries, or of the one that it was brought forward as.
ROUND = f"""
UPDATE vat_open o SET settled = f.settled FROM (
    WITH {FLOW}
    SELECT b.entry_id, b.position, c.cut,
           CASE WHEN b.is_bill AND b.due_on > c.cut THEN 0
                WHEN k.entry_id IS NOT NULL AND n.date <= c.cut
                THEN greatest(0, abs(b.cents) - abs(n.debit_cents - n.credit_cents) + abs(coalesce(t.cents, 0)))
                ELSE abs(coalesce(s.cents, 0)) END AS settled
      FROM vat_bill b
     CROSS JOIN cuts c
      LEFT JOIN settled s ON s.cut = c.cut AND s.entry_id = b.entry_id AND s.position = b.position
      LEFT JOIN vat_carried k ON k.origin_id = b.entry_id AND k.origin_position = b.position
      LEFT JOIN finance_line n ON n.entry_id = k.entry_id AND n.position = k.position
      LEFT JOIN settled t ON t.cut = c.cut AND t.entry_id = k.entry_id AND t.position = k.position
     WHERE b.is_claim AND NOT b.is_opening
) f WHERE f.entry_id = o.entry_id AND f.position = o.position AND f.cut = o.cut
"""  # noqa: S608 - joined from constants.
