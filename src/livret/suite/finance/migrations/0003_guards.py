"""What must never be false in the ledger and a table constraint cannot say, each with the name that is reported.

The guards of insertions run once for each statement, over all its rows.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION finance_refuse(guard text, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: %', guard, what USING ERRCODE = 'check_violation', CONSTRAINT = guard;
END $$;
"""
REFUSE_BACK = "DROP FUNCTION finance_refuse(text, text);"

ENTRIES = """
CREATE FUNCTION finance_guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
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
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_entries AFTER INSERT ON finance_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_entries();
"""
ENTRIES_BACK = "DROP TRIGGER finance_guard_entries ON finance_entry; DROP FUNCTION finance_guard_entries();"

LINES = """
CREATE FUNCTION finance_guard_lines() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER finance_guard_lines AFTER INSERT ON finance_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_lines();

CREATE FUNCTION finance_guard_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT added.entry_id INTO broken FROM added JOIN finance_seal s ON s.entry_id = added.entry_id LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_sealed_takes_no_text', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_texts AFTER INSERT ON finance_entrytext REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_texts();
CREATE TRIGGER finance_guard_texts AFTER INSERT ON finance_linetext REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_texts();
CREATE TRIGGER finance_guard_texts AFTER INSERT ON finance_linecurrency REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_texts();
"""
LINES_BACK = """
DROP TRIGGER finance_guard_lines ON finance_line;
DROP TRIGGER finance_guard_texts ON finance_entrytext;
DROP TRIGGER finance_guard_texts ON finance_linetext;
DROP TRIGGER finance_guard_texts ON finance_linecurrency;
DROP FUNCTION finance_guard_lines();
DROP FUNCTION finance_guard_texts();
"""

SEALS = """
ALTER TABLE finance_seal ADD CONSTRAINT seal_is_sha256 CHECK (octet_length(hash) = 32);
ALTER TABLE finance_journalcounter ADD CONSTRAINT journal_head_is_sha256 CHECK (octet_length(head) = 32);

CREATE FUNCTION finance_guard_seals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT s.entry_id INTO broken
      FROM added s
      LEFT JOIN finance_entry e ON e.id = s.entry_id
      CROSS JOIN LATERAL (SELECT count(*) AS many, sum(debit_cents) AS debit, sum(credit_cents) AS credit
                            FROM finance_line l WHERE l.entry_id = s.entry_id) t
     WHERE (t.many = e.line_count AND t.debit = t.credit AND t.debit = e.amount_cents) IS NOT TRUE
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_balanced', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_seals AFTER INSERT ON finance_seal REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION finance_guard_seals();

CREATE FUNCTION finance_require_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM finance_seal WHERE entry_id = NEW.id) THEN
        PERFORM finance_refuse('entry_sealed_at_commit', 'entry ' || NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_sealed_at_commit AFTER INSERT ON finance_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_require_seal();
"""
SEALS_BACK = """
DROP TRIGGER entry_sealed_at_commit ON finance_entry;
DROP FUNCTION finance_require_seal();
DROP TRIGGER finance_guard_seals ON finance_seal;
DROP FUNCTION finance_guard_seals();
ALTER TABLE finance_journalcounter DROP CONSTRAINT journal_head_is_sha256;
ALTER TABLE finance_seal DROP CONSTRAINT seal_is_sha256;
"""

POSTED = ("entry", "entrytext", "line", "linetext", "linecurrency", "seal")
FINAL = "".join(
    [
        """
CREATE FUNCTION finance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM finance_refuse(TG_ARGV[0], lower(TG_OP) || ' of ' || TG_TABLE_NAME);
    RETURN NULL;
END $$;
""",
        *(
            f"""
CREATE TRIGGER finance_posted_is_final BEFORE UPDATE OR DELETE ON finance_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('posted_rows_are_final');
CREATE TRIGGER finance_posted_is_not_emptied BEFORE TRUNCATE ON finance_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_change('posted_rows_are_final');
"""
            for table in POSTED
        ),
        *(
            f"""
CREATE TRIGGER finance_name_is_final BEFORE UPDATE OF {column}, company_id ON finance_{table}
    FOR EACH ROW WHEN (NEW.{column} <> OLD.{column} OR NEW.company_id <> OLD.company_id)
    EXECUTE FUNCTION finance_refuse_change('{table}_{column}_is_final');
"""
            for table, column in (("chartaccount", "number"), ("auxiliaryaccount", "number"), ("journal", "code"))
        ),
    ]
)
FINAL_BACK = "".join(
    [
        *(
            f"""
DROP TRIGGER finance_posted_is_final ON finance_{table};
DROP TRIGGER finance_posted_is_not_emptied ON finance_{table};
"""
            for table in POSTED
        ),
        *(
            f"DROP TRIGGER finance_name_is_final ON finance_{table};\n"
            for table in ("chartaccount", "auxiliaryaccount", "journal")
        ),
        "DROP FUNCTION finance_refuse_change();",
    ]
)


class Migration(migrations.Migration):

    dependencies = [("finance", "0002_chain")]

    operations = [
        migrations.RunSQL(REFUSE, REFUSE_BACK),
        migrations.RunSQL(ENTRIES, ENTRIES_BACK),
        migrations.RunSQL(LINES, LINES_BACK),
        migrations.RunSQL(SEALS, SEALS_BACK),
        migrations.RunSQL(FINAL, FINAL_BACK),
    ]
