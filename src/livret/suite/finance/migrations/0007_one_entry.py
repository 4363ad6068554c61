"""One entry is sealed and added to the balances in two calls, planned once for a session.

Each statement stands twice in its function, made from one text: for one entry by its key, whose plan is kept, and for
a range of entries, whose plan follows its size.
"""

from django.db import migrations

ONE, MANY = "= first_id", "BETWEEN first_id AND last_id"

DIGESTS = """
SELECT e.id, e.journal_id, e.number,
       sha256(convert_to(
           json_build_array(1, c.siren, y.first_day, y.last_day, j.code, e.number,
                            finance_reference(j.code, e.number, t.source_number),
                            e.date, e.validated_on, t.label, t.piece_ref, t.piece_date)::text
           || chr(10) || lines.canonical, 'UTF8')) AS digest
  FROM finance_entry e
  JOIN company_company c ON c.id = e.company_id
  JOIN company_fiscalyear y ON y.id = e.fiscal_year_id
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_entrytext t ON t.entry_id = e.id AND t.entry_id {these}
  JOIN (SELECT l.entry_id,
               string_agg(json_build_array(
                   l.position, a.number, x.number, l.date, l.debit_cents, l.credit_cents,
                   lt.label, lt.piece_ref, lt.piece_date, lc.amount::text, lc.currency)::text,
                   chr(10) ORDER BY l.position) AS canonical
          FROM finance_line l
          JOIN finance_chartaccount a ON a.id = l.account_id
          LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
          LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
                                       AND lt.entry_id {these}
          LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
                                           AND lc.entry_id {these}
         WHERE l.entry_id {these} AND l.fiscal_year_id = of_year
         GROUP BY l.entry_id) lines ON lines.entry_id = e.id
 WHERE e.fiscal_year_id = of_year AND e.id {these}
"""
SEAL = f"""
    INSERT INTO finance_seal (entry_id, hash)
    SELECT d.id, finance_chain(c.head, d.digest) OVER (PARTITION BY d.journal_id ORDER BY d.number)
      FROM ({DIGESTS}) d
      JOIN finance_journalcounter c ON c.fiscal_year_id = of_year AND c.journal_id = d.journal_id;
    UPDATE finance_journalcounter c SET last_number = n.number, head = n.hash
      FROM (SELECT DISTINCT ON (e.journal_id) e.journal_id, e.number, s.hash
              FROM finance_entry e JOIN finance_seal s ON s.entry_id = e.id AND s.entry_id {{these}}
             WHERE e.fiscal_year_id = of_year AND e.id {{these}}
             ORDER BY e.journal_id, e.number DESC) n
     WHERE c.fiscal_year_id = of_year AND c.journal_id = n.journal_id;
"""
# The lines are read once: their sums by day make those by month.
SETTLE = """
    WITH days AS MATERIALIZED (
        SELECT account_id, date, sum(debit_cents) AS debit, sum(credit_cents) AS credit
          FROM finance_line
         WHERE fiscal_year_id = of_year AND entry_id {these}
         GROUP BY 1, 2
    ), by_day AS (
        INSERT INTO finance_daybalance AS b (fiscal_year_id, day, account_id, debit_cents, credit_cents)
        SELECT of_year, d.date, d.account_id, d.debit, d.credit FROM days d ORDER BY d.date, d.account_id
            ON CONFLICT (fiscal_year_id, day, account_id) DO UPDATE
           SET debit_cents = b.debit_cents + excluded.debit_cents,
               credit_cents = b.credit_cents + excluded.credit_cents
    )
    INSERT INTO finance_balance AS b (fiscal_year_id, account_id, month, debit_cents, credit_cents)
    SELECT of_year, d.account_id, date_trunc('month', d.date::timestamp)::date, sum(d.debit), sum(d.credit)
      FROM days d GROUP BY 2, 3
        ON CONFLICT (fiscal_year_id, account_id, month) DO UPDATE
       SET debit_cents = b.debit_cents + excluded.debit_cents, credit_cents = b.credit_cents + excluded.credit_cents;
    INSERT INTO finance_auxiliarybalance AS b
           (fiscal_year_id, account_id, auxiliary_id, month, debit_cents, credit_cents)
    SELECT of_year, account_id, auxiliary_id, date_trunc('month', date::timestamp)::date,
           sum(debit_cents), sum(credit_cents)
      FROM finance_line
     WHERE fiscal_year_id = of_year AND entry_id {these} AND auxiliary_id IS NOT NULL
     GROUP BY 2, 3, 4
        ON CONFLICT (fiscal_year_id, account_id, auxiliary_id, month) DO UPDATE
       SET debit_cents = b.debit_cents + excluded.debit_cents, credit_cents = b.credit_cents + excluded.credit_cents;
    UPDATE finance_yearledger y SET entries = y.entries + n.entries, lines = y.lines + n.lines
      FROM (SELECT count(*) AS entries, coalesce(sum(line_count), 0) AS lines FROM finance_entry
             WHERE fiscal_year_id = of_year AND id {these}) n
     WHERE y.fiscal_year_id = of_year;
    RETURN QUERY
    SELECT j.code::text, c.last_number, encode(c.head, 'hex'), y.entries
      FROM finance_yearledger y
      JOIN finance_journalcounter c ON c.fiscal_year_id = y.fiscal_year_id
      JOIN finance_journal j ON j.id = c.journal_id
     WHERE y.fiscal_year_id = of_year
       AND EXISTS (SELECT 1 FROM finance_entry e WHERE e.fiscal_year_id = of_year AND e.journal_id = c.journal_id
                      AND e.number = c.last_number AND e.id {these})
     ORDER BY j.code;
"""


def either(statements):
    """Return *statements* for one entry, or else for a range."""
    one, many = statements.format(these=ONE), statements.format(these=MANY)
    return f"    IF first_id = last_id THEN\n{one}\n    ELSE\n{many}\n    END IF;"


LINK = f"""
CREATE FUNCTION finance_link(of_year integer, first_id bigint, last_id bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
{either(SEAL)}
END $$;
"""
TALLY = f"""
CREATE FUNCTION finance_settle(of_year integer, first_id bigint, last_id bigint)
RETURNS TABLE (journal text, number bigint, head text, held bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
{either(SETTLE)}
END $$;
"""
# The state of the year is read once its ledger is held: a closing may have ended while this waited.
LOCK = """
CREATE FUNCTION finance_lock_year(of_year integer, longest_wait text)
RETURNS TABLE (state text, entries bigint, lines bigint, locked_until date) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('lock_timeout', longest_wait, true);
    INSERT INTO finance_yearledger (fiscal_year_id, entries, lines) VALUES (of_year, 0, 0) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM finance_yearledger WHERE fiscal_year_id = of_year FOR UPDATE;
    PERFORM set_config('lock_timeout', '0', true);
    RETURN QUERY
    SELECT y.state::text, k.entries, k.lines, k.locked_until
      FROM finance_yearledger k JOIN company_fiscalyear y ON y.id = k.fiscal_year_id WHERE k.fiscal_year_id = of_year;
END $$;
"""

# The guards, likewise: the ids of one entry are looked up, those of many are read as a range.
def guarded(statement):
    """Return *statement* for one entry, or else for a range."""
    one, many = statement.format(these="= low"), statement.format(these="BETWEEN low AND high")
    return f"    IF low = high THEN\n{one}\n    ELSE\n{many}\n    END IF;"


LINES_CHECK = """
    SELECT CASE WHEN s.entry_id IS NOT NULL THEN 'entry_sealed_takes_no_line'
                WHEN l.date NOT BETWEEN y.first_day AND y.last_day THEN 'line_date_in_year'
                WHEN l.date < k.locked_until THEN 'line_after_period_lock'
                WHEN y.first_day < a.valid_from OR y.first_day >= a.valid_until THEN 'line_account_valid_in_year'
                ELSE 'line_agrees_with_entry' END AS guard, l.entry_id, l.position
      INTO broken
      FROM added l
      LEFT JOIN finance_entry e ON e.id = l.entry_id AND e.id {these}
      LEFT JOIN finance_seal s ON s.entry_id = l.entry_id AND s.entry_id {these}
      LEFT JOIN company_fiscalyear y ON y.id = l.fiscal_year_id
      LEFT JOIN finance_yearledger k ON k.fiscal_year_id = l.fiscal_year_id
      LEFT JOIN finance_chartaccount a ON a.id = l.account_id
      LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
     WHERE (s.entry_id IS NULL AND e.company_id = l.company_id AND e.fiscal_year_id = l.fiscal_year_id
            AND e.journal_id = l.journal_id AND a.company_id = l.company_id
            AND (l.auxiliary_id IS NULL OR x.company_id = l.company_id)
            AND l.date BETWEEN y.first_day AND y.last_day
            AND (k.locked_until IS NULL OR l.date >= k.locked_until)
            AND (a.valid_from IS NULL OR y.first_day >= a.valid_from)
            AND (a.valid_until IS NULL OR y.first_day < a.valid_until)) IS NOT TRUE
     LIMIT 1;
"""
LINES = f"""
CREATE OR REPLACE FUNCTION finance_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
{guarded(LINES_CHECK)}
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'entry ' || broken.entry_id || ' line ' || broken.position); END IF;
    RETURN NULL;
END $$;
"""
LINES_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
    SELECT CASE WHEN s.entry_id IS NOT NULL THEN 'entry_sealed_takes_no_line'
                WHEN l.date NOT BETWEEN y.first_day AND y.last_day THEN 'line_date_in_year'
                WHEN l.date < k.locked_until THEN 'line_after_period_lock'
                WHEN y.first_day < a.valid_from OR y.first_day >= a.valid_until THEN 'line_account_valid_in_year'
                ELSE 'line_agrees_with_entry' END AS guard, l.entry_id, l.position
      INTO broken
      FROM added l
      LEFT JOIN finance_entry e ON e.id = l.entry_id AND e.id BETWEEN low AND high
      LEFT JOIN finance_seal s ON s.entry_id = l.entry_id AND s.entry_id BETWEEN low AND high
      LEFT JOIN company_fiscalyear y ON y.id = l.fiscal_year_id
      LEFT JOIN finance_yearledger k ON k.fiscal_year_id = l.fiscal_year_id
      LEFT JOIN finance_chartaccount a ON a.id = l.account_id
      LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
     WHERE (s.entry_id IS NULL AND e.company_id = l.company_id AND e.fiscal_year_id = l.fiscal_year_id
            AND e.journal_id = l.journal_id AND a.company_id = l.company_id
            AND (l.auxiliary_id IS NULL OR x.company_id = l.company_id)
            AND l.date BETWEEN y.first_day AND y.last_day
            AND (k.locked_until IS NULL OR l.date >= k.locked_until)
            AND (a.valid_from IS NULL OR y.first_day >= a.valid_from)
            AND (a.valid_until IS NULL OR y.first_day < a.valid_until)) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'entry ' || broken.entry_id || ' line ' || broken.position); END IF;
    RETURN NULL;
END $$;
"""
TEXTS_CHECK = """
    SELECT added.entry_id INTO broken
      FROM added JOIN finance_seal s ON s.entry_id = added.entry_id AND s.entry_id {these} LIMIT 1;
"""
TEXTS = f"""
CREATE OR REPLACE FUNCTION finance_guard_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
{guarded(TEXTS_CHECK)}
    IF FOUND THEN PERFORM finance_refuse('entry_sealed_takes_no_text', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
"""
TEXTS_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
    SELECT added.entry_id INTO broken
      FROM added JOIN finance_seal s ON s.entry_id = added.entry_id AND s.entry_id BETWEEN low AND high LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_sealed_takes_no_text', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
"""
SEALS_CHECK = """
    SELECT s.entry_id INTO broken
      FROM added s
      LEFT JOIN finance_entry e ON e.id = s.entry_id AND e.id {these}
      LEFT JOIN (SELECT l.entry_id, count(*) AS many, sum(l.debit_cents) AS debit, sum(l.credit_cents) AS credit
                   FROM finance_line l WHERE l.entry_id {these} GROUP BY l.entry_id) t
             ON t.entry_id = s.entry_id
     WHERE (t.many = e.line_count AND t.debit = t.credit AND t.debit = e.amount_cents) IS NOT TRUE
     LIMIT 1;
"""
SEALS = f"""
CREATE OR REPLACE FUNCTION finance_guard_seals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
{guarded(SEALS_CHECK)}
    IF FOUND THEN PERFORM finance_refuse('entry_balanced', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
"""
SEALS_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_seals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
    SELECT s.entry_id INTO broken
      FROM added s
      LEFT JOIN finance_entry e ON e.id = s.entry_id AND e.id BETWEEN low AND high
      LEFT JOIN (SELECT l.entry_id, count(*) AS many, sum(l.debit_cents) AS debit, sum(l.credit_cents) AS credit
                   FROM finance_line l WHERE l.entry_id BETWEEN low AND high GROUP BY l.entry_id) t
             ON t.entry_id = s.entry_id
     WHERE (t.many = e.line_count AND t.debit = t.credit AND t.debit = e.amount_cents) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_balanced', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("finance", "0006_guards_by_range")]

    operations = [
        migrations.RunSQL(LINK, "DROP FUNCTION finance_link(integer, bigint, bigint);"),
        migrations.RunSQL(TALLY, "DROP FUNCTION finance_settle(integer, bigint, bigint);"),
        migrations.RunSQL(LOCK, "DROP FUNCTION finance_lock_year(integer, text);"),
        migrations.RunSQL(LINES, LINES_BACK),
        migrations.RunSQL(TEXTS, TEXTS_BACK),
        migrations.RunSQL(SEALS, SEALS_BACK),
    ]
