"""What must never be false at the full size of the contract: locks, validity of accounts, currencies, letterings."""

from django.db import migrations

FILLED = """
INSERT INTO finance_daybalance (fiscal_year_id, day, account_id, debit_cents, credit_cents)
SELECT fiscal_year_id, date, account_id, sum(debit_cents), sum(credit_cents) FROM finance_line GROUP BY 1, 2, 3;
UPDATE finance_lettering g SET fiscal_year_id = l.fiscal_year_id
  FROM (SELECT m.lettering_id, min(l.fiscal_year_id) AS fiscal_year_id FROM finance_letteredline m
          JOIN finance_line l ON l.entry_id = m.entry_id AND l.position = m.position GROUP BY 1) l
 WHERE l.lettering_id = g.id;
UPDATE finance_chartaccount SET can_letter = true WHERE number ~ '^(40|41|42|43|441|442|444|4455|447|45|46|47|511|58)';
UPDATE finance_auxiliaryaccount x SET kind = CASE left(k.number, 2) WHEN '41' THEN 'customer' WHEN '40' THEN 'supplier'
       WHEN '42' THEN 'employee' ELSE 'other' END, account_id = k.account_id
  FROM (SELECT DISTINCT ON (b.auxiliary_id) b.auxiliary_id, b.account_id, a.number FROM finance_auxiliarybalance b
          JOIN finance_chartaccount a ON a.id = b.account_id ORDER BY b.auxiliary_id, b.debit_cents + b.credit_cents DESC) k
 WHERE k.auxiliary_id = x.id;
"""

ENTRIES = """
CREATE OR REPLACE FUNCTION finance_guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    -- A closing waits for the entries that are being added, and they for it.
    PERFORM 1 FROM company_fiscalyear WHERE id IN (SELECT fiscal_year_id FROM added) ORDER BY id FOR SHARE;
    PERFORM 1 FROM finance_yearledger WHERE fiscal_year_id IN (SELECT fiscal_year_id FROM added)
      ORDER BY fiscal_year_id FOR SHARE;
    SELECT CASE WHEN y.company_id IS DISTINCT FROM a.company_id OR j.company_id IS DISTINCT FROM a.company_id
                THEN 'entry_of_one_company'
                WHEN y.state <> 'open' THEN 'entry_in_open_year'
                WHEN a.date NOT BETWEEN y.first_day AND y.last_day THEN 'entry_date_in_year'
                ELSE 'entry_after_period_lock' END AS guard, a.id
      INTO broken
      FROM added a
      LEFT JOIN company_fiscalyear y ON y.id = a.fiscal_year_id
      LEFT JOIN finance_journal j ON j.id = a.journal_id
      LEFT JOIN finance_yearledger k ON k.fiscal_year_id = a.fiscal_year_id
     WHERE (y.company_id = a.company_id AND j.company_id = a.company_id AND y.state = 'open'
            AND a.date BETWEEN y.first_day AND y.last_day
            AND (k.locked_until IS NULL OR a.date >= k.locked_until)) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'entry ' || broken.id); END IF;
    SELECT g.* INTO broken
      FROM (SELECT fiscal_year_id, journal_id, min(number) AS low, max(number) AS high, count(*) AS many
              FROM added GROUP BY fiscal_year_id, journal_id) g
     WHERE g.high - g.low + 1 <> g.many
        OR g.low <> 1 + coalesce((SELECT max(e.number) FROM finance_entry e
                                   WHERE e.fiscal_year_id = g.fiscal_year_id AND e.journal_id = g.journal_id
                                     AND e.number < g.low), 0)
     LIMIT 1;
    IF FOUND THEN
        PERFORM finance_refuse('entry_number_dense', broken.many || ' numbers from ' || broken.low || ' to ' || broken.high);
    END IF;
    INSERT INTO finance_addition (fiscal_year_id, first_id, last_id)
    SELECT fiscal_year_id, min(id), max(id) FROM added GROUP BY fiscal_year_id;
    RETURN NULL;
END $$;
"""
ENTRIES_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    -- A closing waits for the entries that are being added, and they for it.
    PERFORM 1 FROM company_fiscalyear WHERE id IN (SELECT fiscal_year_id FROM added) ORDER BY id FOR SHARE;
    SELECT CASE WHEN y.company_id IS DISTINCT FROM a.company_id OR j.company_id IS DISTINCT FROM a.company_id
                THEN 'entry_of_one_company'
                WHEN y.state <> 'open' THEN 'entry_in_open_year'
                WHEN a.date NOT BETWEEN y.first_day AND y.last_day THEN 'entry_date_in_year' END AS guard, a.id
      INTO broken
      FROM added a
      LEFT JOIN company_fiscalyear y ON y.id = a.fiscal_year_id
      LEFT JOIN finance_journal j ON j.id = a.journal_id
     WHERE (y.company_id = a.company_id AND j.company_id = a.company_id AND y.state = 'open'
            AND a.date BETWEEN y.first_day AND y.last_day) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'entry ' || broken.id); END IF;
    SELECT g.* INTO broken
      FROM (SELECT fiscal_year_id, journal_id, min(number) AS low, max(number) AS high, count(*) AS many
              FROM added GROUP BY fiscal_year_id, journal_id) g
     WHERE g.high - g.low + 1 <> g.many
        OR g.low <> 1 + coalesce((SELECT max(e.number) FROM finance_entry e
                                   WHERE e.fiscal_year_id = g.fiscal_year_id AND e.journal_id = g.journal_id
                                     AND e.number < g.low), 0)
     LIMIT 1;
    IF FOUND THEN
        PERFORM finance_refuse('entry_number_dense', broken.many || ' numbers from ' || broken.low || ' to ' || broken.high);
    END IF;
    INSERT INTO finance_addition (fiscal_year_id, first_id, last_id)
    SELECT fiscal_year_id, min(id), max(id) FROM added GROUP BY fiscal_year_id;
    RETURN NULL;
END $$;
"""

LINES = """
CREATE OR REPLACE FUNCTION finance_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    SELECT CASE WHEN s.entry_id IS NOT NULL THEN 'entry_sealed_takes_no_line'
                WHEN l.date NOT BETWEEN y.first_day AND y.last_day THEN 'line_date_in_year'
                WHEN l.date < k.locked_until THEN 'line_after_period_lock'
                WHEN y.first_day < a.valid_from OR y.first_day >= a.valid_until THEN 'line_account_valid_in_year'
                ELSE 'line_agrees_with_entry' END AS guard, l.entry_id, l.position
      INTO broken
      FROM added l
      LEFT JOIN finance_entry e ON e.id = l.entry_id
      LEFT JOIN finance_seal s ON s.entry_id = l.entry_id
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
LINES_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    SELECT CASE WHEN s.entry_id IS NOT NULL THEN 'entry_sealed_takes_no_line'
                WHEN l.date NOT BETWEEN y.first_day AND y.last_day THEN 'line_date_in_year'
                ELSE 'line_agrees_with_entry' END AS guard, l.entry_id, l.position
      INTO broken
      FROM added l
      LEFT JOIN finance_entry e ON e.id = l.entry_id
      LEFT JOIN finance_seal s ON s.entry_id = l.entry_id
      LEFT JOIN company_fiscalyear y ON y.id = l.fiscal_year_id
      LEFT JOIN finance_chartaccount a ON a.id = l.account_id
      LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
     WHERE (s.entry_id IS NULL AND e.company_id = l.company_id AND e.fiscal_year_id = l.fiscal_year_id
            AND e.journal_id = l.journal_id AND a.company_id = l.company_id
            AND (l.auxiliary_id IS NULL OR x.company_id = l.company_id)
            AND l.date BETWEEN y.first_day AND y.last_day) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'entry ' || broken.entry_id || ' line ' || broken.position); END IF;
    RETURN NULL;
END $$;
"""

DETAILS = """
CREATE FUNCTION finance_guard_currencies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    -- A file may hold one without the other, as it came; what is written here never does.
    SELECT c.entry_id, c.position INTO broken
      FROM added c JOIN finance_entry e ON e.id = c.entry_id
     WHERE e.import_run_id IS NULL AND (c.amount IS NULL OR c.currency = '') LIMIT 1;
    IF FOUND THEN
        PERFORM finance_refuse('line_currency_with_amount', 'entry ' || broken.entry_id || ' line ' || broken.position);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_currencies AFTER INSERT ON finance_linecurrency REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_currencies();

CREATE FUNCTION finance_guard_details() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    SELECT d.entry_id, d.position INTO broken
      FROM added d LEFT JOIN finance_line l ON l.entry_id = d.entry_id AND l.position = d.position
     WHERE l.entry_id IS NULL LIMIT 1;
    IF FOUND THEN
        PERFORM finance_refuse('line_detail_of_a_line', 'entry ' || broken.entry_id || ' line ' || broken.position);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_details AFTER INSERT ON finance_linedue REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_details();
CREATE TRIGGER finance_guard_details AFTER INSERT ON finance_linevat REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_details();
CREATE TRIGGER finance_guard_details AFTER INSERT ON finance_linesection REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_details();
CREATE TRIGGER finance_guard_texts AFTER INSERT ON finance_linedue REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_texts();
CREATE TRIGGER finance_guard_texts AFTER INSERT ON finance_linevat REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_texts();
CREATE TRIGGER finance_guard_texts AFTER INSERT ON finance_entryorigin REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_texts();
"""
DETAILS_BACK = """
DROP TRIGGER finance_guard_texts ON finance_entryorigin;
DROP TRIGGER finance_guard_texts ON finance_linevat;
DROP TRIGGER finance_guard_texts ON finance_linedue;
DROP TRIGGER finance_guard_details ON finance_linesection;
DROP TRIGGER finance_guard_details ON finance_linevat;
DROP TRIGGER finance_guard_details ON finance_linedue;
DROP FUNCTION finance_guard_details();
DROP TRIGGER finance_guard_currencies ON finance_linecurrency;
DROP FUNCTION finance_guard_currencies();
"""

DETAIL_TABLES = ("entryorigin", "linedue", "linevat")
FINAL = "".join(
    f"""
CREATE TRIGGER finance_posted_is_final BEFORE UPDATE OR DELETE ON finance_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('posted_rows_are_final');
CREATE TRIGGER finance_posted_is_not_emptied BEFORE TRUNCATE ON finance_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_change('posted_rows_are_final');
"""
    for table in DETAIL_TABLES
)
FINAL_BACK = "".join(
    f"""
DROP TRIGGER finance_posted_is_final ON finance_{table};
DROP TRIGGER finance_posted_is_not_emptied ON finance_{table};
"""
    for table in DETAIL_TABLES
)

VALIDITY = """
CREATE FUNCTION finance_guard_validity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM finance_balance b JOIN company_fiscalyear y ON y.id = b.fiscal_year_id
      WHERE b.account_id = NEW.id AND (y.first_day < NEW.valid_from OR y.first_day >= NEW.valid_until) LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('account_validity_holds_its_lines', 'account ' || NEW.number); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_validity AFTER UPDATE OF valid_from, valid_until ON finance_chartaccount
    FOR EACH ROW EXECUTE FUNCTION finance_guard_validity();
"""
VALIDITY_BACK = """
DROP TRIGGER finance_guard_validity ON finance_chartaccount;
DROP FUNCTION finance_guard_validity();
"""

LETTERINGS = """
-- One row for each statement that changes letterings, until the commit: what the deferred check goes by.
CREATE UNLOGGED TABLE finance_letteringchange (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, letterings bigint[] NOT NULL
);
CREATE FUNCTION finance_note_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'finance_lettering' THEN
        INSERT INTO finance_letteringchange (letterings) SELECT array_agg(id) FROM changed HAVING count(*) > 0;
    ELSE
        INSERT INTO finance_letteringchange (letterings)
        SELECT array_agg(DISTINCT lettering_id) FROM changed HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_note_letterings AFTER INSERT ON finance_letteredline REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION finance_note_letterings();
CREATE TRIGGER finance_note_letterings_gone AFTER DELETE ON finance_letteredline REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION finance_note_letterings();
CREATE TRIGGER finance_note_letterings_changed AFTER UPDATE ON finance_letteredline REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION finance_note_letterings();
CREATE TRIGGER finance_note_letterings AFTER UPDATE ON finance_lettering REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION finance_note_letterings();
CREATE FUNCTION finance_check_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    SELECT CASE WHEN NOT s.of_one THEN 'lettering_of_one_account' ELSE 'lettering_sums_to_zero_or_partial' END AS guard,
           s.id
      INTO broken
      FROM (SELECT g.id, g.is_partial, sum(l.debit_cents - l.credit_cents) <> 0 AS is_open,
                   bool_and(l.account_id = g.account_id AND l.company_id = g.company_id
                            AND l.auxiliary_id IS NOT DISTINCT FROM g.auxiliary_id
                            AND l.fiscal_year_id = g.fiscal_year_id) AS of_one
              FROM finance_lettering g
              JOIN finance_letteredline m ON m.lettering_id = g.id
              LEFT JOIN finance_line l ON l.entry_id = m.entry_id AND l.position = m.position
             WHERE g.id = ANY (NEW.letterings) GROUP BY g.id) s
     WHERE (s.of_one AND s.is_open = s.is_partial) IS NOT TRUE LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'lettering ' || broken.id); END IF;
    DELETE FROM finance_letteringchange WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lettering_checked_at_commit AFTER INSERT ON finance_letteringchange
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_check_letterings();
"""
LETTERINGS_BACK = """
DROP TRIGGER lettering_checked_at_commit ON finance_letteringchange;
DROP FUNCTION finance_check_letterings();
DROP TRIGGER finance_note_letterings ON finance_lettering;
DROP TRIGGER finance_note_letterings_changed ON finance_letteredline;
DROP TRIGGER finance_note_letterings_gone ON finance_letteredline;
DROP TRIGGER finance_note_letterings ON finance_letteredline;
DROP FUNCTION finance_note_letterings();
DROP TABLE finance_letteringchange;
"""


class Migration(migrations.Migration):

    dependencies = [("finance", "0004_full_size")]

    operations = [
        migrations.RunSQL(FILLED, migrations.RunSQL.noop),
        migrations.RunSQL(ENTRIES, ENTRIES_BACK),
        migrations.RunSQL(LINES, LINES_BACK),
        migrations.RunSQL(DETAILS, DETAILS_BACK),
        migrations.RunSQL(FINAL, FINAL_BACK),
        migrations.RunSQL(VALIDITY, VALIDITY_BACK),
        migrations.RunSQL(LETTERINGS, LETTERINGS_BACK),
    ]
