"""The one door by which the detail of a closed year goes: a function that names the year, and proves what it can.

It runs as the owner of the tables, whose right to delete the application has not. What rooms above closing hold about
entries goes with them: the names of those tables are looked up when the function runs.
"""

from django.db import migrations, models

OWN = ("carriedline", "cutoff", "acceptedwarning")
REMOVAL = "".join(
    f"""
DROP TRIGGER closing_act_is_final ON closing_{table};
CREATE TRIGGER closing_act_is_final BEFORE UPDATE ON closing_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('closing_acts_are_final');
CREATE TRIGGER closing_act_stays BEFORE DELETE ON closing_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_removal('closing_acts_are_final');
"""
    for table in OWN
)
REMOVAL_BACK = "".join(
    f"""
DROP TRIGGER closing_act_stays ON closing_{table};
DROP TRIGGER closing_act_is_final ON closing_{table};
CREATE TRIGGER closing_act_is_final BEFORE UPDATE OR DELETE ON closing_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('closing_acts_are_final');
"""
    for table in OWN
)

LETTERINGS = """
CREATE OR REPLACE FUNCTION closing_guard_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    -- A closing waits for the letterings that are being made, and they for it.
    PERFORM 1 FROM company_fiscalyear WHERE id IN (SELECT fiscal_year_id FROM changed) ORDER BY id FOR SHARE;
    SELECT c.id INTO broken
      FROM changed c JOIN company_fiscalyear y ON y.id = c.fiscal_year_id WHERE y.state = 'closed'{but} LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('lettering_in_open_year', 'lettering ' || broken.id); END IF;
    RETURN NULL;
END $$;
"""
BUT = """
       AND NOT (TG_OP = 'DELETE' AND y.id IS NOT DISTINCT FROM finance_purged_year())"""

# By entry: what is keyed by an entry of the year. The entries themselves come last.
BY_ENTRY = (
    "finance_linetext",
    "finance_linecurrency",
    "finance_linedue",
    "finance_linevat",
    "finance_linesection",
    "finance_attachment",
    "finance_letteredline",
    "lettering_autoline",
    "finance_seal",
    "finance_entrytext",
)
BY_YEAR = (
    "finance_lettering",
    "finance_letteringevent",
    "finance_auxiliarybalance",
    "closing_cutoff",
    "closing_acceptedwarning",
    "statements_reportfile",
)

PURGE = f"""
CREATE FUNCTION finance_purge_year(of_year integer, today date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stone finance_yeartombstone; held company_fiscalyear; told jsonb; gone jsonb := '{{}}';
    low bigint; high bigint; many bigint; debit numeric; name text;
BEGIN
    PERFORM 1 FROM finance_yearledger WHERE fiscal_year_id = of_year FOR UPDATE;
    SELECT * INTO held FROM company_fiscalyear WHERE id = of_year FOR SHARE;
    IF held.state IS DISTINCT FROM 'closed' THEN
        PERFORM finance_refuse('purge_of_a_closed_year', 'fiscal year ' || of_year);
    END IF;
    SELECT * INTO stone FROM finance_yeartombstone WHERE fiscal_year_id = of_year;
    IF NOT FOUND THEN PERFORM finance_refuse('purge_has_its_tombstone', 'fiscal year ' || of_year); END IF;
    SELECT count(*) INTO many FROM closing_archive
     WHERE fiscal_year_id = of_year AND digest = stone.archive_digest AND is_definitive AND entries = stone.entries
       AND lines = stone.lines AND debit_cents = stone.debit_cents AND keep_until <= stone.kept_until;
    IF many = 0 THEN PERFORM finance_refuse('purge_leaves_an_archive', 'fiscal year ' || of_year); END IF;
    -- Ten years at the least, whatever the application says of the law (C. com., art. L. 123-22).
    IF (stone.kept_until < least(today, current_date)
        AND stone.kept_until >= held.last_day + interval '10 years') IS NOT TRUE THEN
        PERFORM finance_refuse('purge_after_the_legal_years', 'kept until ' || stone.kept_until);
    END IF;
    PERFORM 1 FROM company_fiscalyear y JOIN finance_yearledger k ON k.fiscal_year_id = y.id AND k.entries > 0
      WHERE y.company_id = held.company_id AND y.last_day < held.first_day
        AND NOT EXISTS (SELECT FROM finance_yeartombstone s WHERE s.fiscal_year_id = y.id);
    IF FOUND THEN PERFORM finance_refuse('purge_of_the_oldest_year', 'fiscal year ' || of_year); END IF;
    SELECT jsonb_agg(jsonb_build_object('journal', j.code, 'entries', c.last_number, 'head', encode(s.hash, 'hex'))
                     ORDER BY j.code)
      INTO told
      FROM finance_journalcounter c
      JOIN finance_journal j ON j.id = c.journal_id
      LEFT JOIN finance_entry e ON e.fiscal_year_id = of_year AND e.journal_id = j.id AND e.number = c.last_number
      LEFT JOIN finance_seal s ON s.entry_id = e.id AND s.hash = c.head
     WHERE c.fiscal_year_id = of_year AND c.last_number > 0;
    IF told IS DISTINCT FROM stone.heads THEN
        PERFORM finance_refuse('purge_tombstone_is_true', 'heads of fiscal year ' || of_year);
    END IF;
    SELECT min(id), max(id) INTO low, high FROM finance_entry WHERE fiscal_year_id = of_year;
    IF low IS DISTINCT FROM stone.first_entry OR high IS DISTINCT FROM stone.last_entry THEN
        PERFORM finance_refuse('purge_tombstone_is_true', 'entries of fiscal year ' || of_year);
    END IF;

    PERFORM set_config('finance.purged_year', of_year::text, true);
    DELETE FROM review_message m USING review_question q, finance_entry e
     WHERE m.question_id = q.id AND e.id = q.entry_id AND e.fiscal_year_id = of_year;
    DELETE FROM review_question q USING finance_entry e WHERE e.id = q.entry_id AND e.fiscal_year_id = of_year;
    GET DIAGNOSTICS many = ROW_COUNT;
    gone := gone || jsonb_build_object('review_question', many);
    DELETE FROM closing_carriedline c USING finance_entry e
     WHERE e.fiscal_year_id = of_year AND e.id BETWEEN low AND high
       AND c.source_entry_id = e.id AND c.source_entry_id BETWEEN low AND high;
    GET DIAGNOSTICS many = ROW_COUNT;
    gone := gone || jsonb_build_object('closing_carriedline', many);
    FOREACH name IN ARRAY ARRAY{list(BY_ENTRY)!r} || ARRAY['closing_carriedline'] LOOP
        EXECUTE format('DELETE FROM %I t USING finance_entry e WHERE e.fiscal_year_id = $1 AND e.id BETWEEN $2 AND $3 '
                       'AND t.entry_id = e.id AND t.entry_id BETWEEN $2 AND $3', name) USING of_year, low, high;
        GET DIAGNOSTICS many = ROW_COUNT;
        gone := gone || jsonb_build_object(name, coalesce((gone->>name)::bigint, 0) + many);
    END LOOP;
    DELETE FROM lettering_autogroup g USING lettering_autorun r WHERE r.id = g.run_id AND r.fiscal_year_id = of_year;
    DELETE FROM lettering_autorun WHERE fiscal_year_id = of_year;
    FOREACH name IN ARRAY ARRAY{list(BY_YEAR)!r} LOOP
        EXECUTE format('DELETE FROM %I WHERE fiscal_year_id = $1', name) USING of_year;
        GET DIAGNOSTICS many = ROW_COUNT;
        gone := gone || jsonb_build_object(name, many);
    END LOOP;
    UPDATE finance_importrun SET findings = '[]' WHERE fiscal_year_id = of_year AND findings <> '[]';
    IF ((gone->>'finance_seal')::bigint = stone.entries
        AND (gone->>'finance_entrytext')::bigint = stone.entries) IS NOT TRUE THEN
        PERFORM finance_refuse('purge_tombstone_is_true', 'seals of fiscal year ' || of_year);
    END IF;
    WITH line AS (
        DELETE FROM finance_line WHERE entry_id BETWEEN low AND high AND fiscal_year_id = of_year RETURNING debit_cents
    )
    SELECT count(*), sum(debit_cents) INTO many, debit FROM line;
    IF (many = stone.lines AND debit = stone.debit_cents) IS NOT TRUE THEN
        PERFORM finance_refuse('purge_tombstone_is_true', 'lines of fiscal year ' || of_year);
    END IF;
    gone := gone || jsonb_build_object('finance_line', many);
    DELETE FROM finance_entry WHERE fiscal_year_id = of_year AND id BETWEEN low AND high;
    GET DIAGNOSTICS many = ROW_COUNT;
    IF many <> stone.entries THEN
        PERFORM finance_refuse('purge_tombstone_is_true', 'entries of fiscal year ' || of_year);
    END IF;
    PERFORM set_config('finance.purged_year', '', true);
    RETURN gone || jsonb_build_object('finance_entry', many);
END $$;
REVOKE EXECUTE ON FUNCTION finance_purge_year(integer, date) FROM PUBLIC;
"""  # noqa: S608 - names of ours.
PURGE_BACK = "DROP FUNCTION finance_purge_year(integer, date);"

KINDS = [
    ("verification", "Verification of the seals"),
    ("carry", "Provisional carry-forward"),
    ("closing", "Definitive closing"),
    ("archive", "Archive"),
    ("archive-check", "Verification of an archive"),
    ("import-undoing", "Undoing of an import"),
    ("purge", "Purge after the legal years"),
]


class Migration(migrations.Migration):
    dependencies = [("closing", "0004_carried_lines"), ("finance", "0015_tombstones")]

    operations = [
        migrations.AlterField("closingwork", "kind", models.CharField(choices=KINDS, max_length=16)),
        migrations.RunSQL(REMOVAL, REMOVAL_BACK),
        migrations.RunSQL(LETTERINGS.replace("{but}", BUT), LETTERINGS.replace("{but}", "")),
        migrations.RunSQL(PURGE, PURGE_BACK),
    ]
