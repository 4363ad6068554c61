"""The detail of a closed year may be removed, by one function of closing that names that year, and by nothing else.

The guards against removal run once for each statement, and ask for the year that is being removed: it is told by that
function alone, which runs as the owner of the tables. Whoever else deletes a posted row is refused as before, and so
is who names a year that was removed and deletes the entries or lines of another.
An entry may outlive the one that it reverses: that the latter was there is checked when the entry is added.
"""

import django.db.models.deletion
from django.db import migrations, models

PURGED = """
CREATE FUNCTION finance_purged_year() RETURNS integer LANGUAGE sql STABLE AS $$
    -- Only the owner of the tables says so, however it came to be whoever acts: nobody else's word counts.
    SELECT nullif(current_setting('finance.purged_year', true), '')::integer
      FROM pg_catalog.pg_class
     WHERE oid = 'public.finance_entry'::regclass AND pg_catalog.pg_get_userbyid(relowner) = current_user
$$;
CREATE FUNCTION finance_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM finance_yeartombstone WHERE fiscal_year_id = finance_purged_year()) THEN
        PERFORM finance_refuse(TG_ARGV[0], lower(TG_OP) || ' of ' || TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION finance_refuse_removal_of_others() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE purged integer := finance_purged_year(); broken record;
BEGIN
    SELECT fiscal_year_id INTO broken FROM gone WHERE fiscal_year_id IS DISTINCT FROM purged LIMIT 1;
    IF FOUND THEN
        PERFORM finance_refuse(TG_ARGV[0], 'delete of ' || TG_TABLE_NAME || ' of year ' || broken.fiscal_year_id);
    END IF;
    RETURN NULL;
END $$;
"""
PURGED_BACK = """
DROP FUNCTION finance_refuse_removal_of_others();
DROP FUNCTION finance_refuse_removal();
DROP FUNCTION finance_purged_year();
"""

POSTED = ("entry", "entrytext", "line", "linetext", "linecurrency", "seal", "entryorigin", "linedue", "linevat")
REMOVAL = "".join(
    f"""
DROP TRIGGER finance_posted_is_final ON finance_{table};
CREATE TRIGGER finance_posted_is_final BEFORE UPDATE ON finance_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('posted_rows_are_final');
CREATE TRIGGER finance_posted_stays BEFORE DELETE ON finance_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_removal('posted_rows_are_final');
"""
    for table in POSTED
)
REMOVAL_BACK = "".join(
    f"""
DROP TRIGGER finance_posted_stays ON finance_{table};
DROP TRIGGER finance_posted_is_final ON finance_{table};
CREATE TRIGGER finance_posted_is_final BEFORE UPDATE OR DELETE ON finance_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('posted_rows_are_final');
"""
    for table in POSTED
)
# These two say of which year they are: a statement that names one year takes no row of another.
OTHERS = "".join(
    f"""
CREATE TRIGGER finance_posted_of_others_stays AFTER DELETE ON finance_{table} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_removal_of_others('posted_rows_are_final');
"""
    for table in ("entry", "line")
)
OTHERS_BACK = "".join(
    f"DROP TRIGGER finance_posted_of_others_stays ON finance_{table};\n" for table in ("entry", "line")
)

REVERSED = """
CREATE FUNCTION finance_guard_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM finance_entry WHERE id = NEW.reverses_id AND company_id = NEW.company_id;
    IF NOT FOUND THEN PERFORM finance_refuse('entry_reverses_one_of_its_company', 'entry ' || NEW.id); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_guard_reversal AFTER INSERT ON finance_entry
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION finance_guard_reversal();
"""
REVERSED_BACK = """
DROP TRIGGER finance_guard_reversal ON finance_entry;
DROP FUNCTION finance_guard_reversal();
"""

STONES = """
CREATE TRIGGER tombstone_is_final BEFORE UPDATE OR DELETE ON finance_yeartombstone
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('tombstone_is_final');
CREATE TRIGGER tombstone_is_not_emptied BEFORE TRUNCATE ON finance_yeartombstone
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_change('tombstone_is_final');
CREATE FUNCTION finance_require_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The year is closed, held what the tombstone says, and holds none of it any more; closed, it takes nothing new.
    PERFORM 1 FROM finance_yearledger k JOIN company_fiscalyear y ON y.id = k.fiscal_year_id
      WHERE k.fiscal_year_id = NEW.fiscal_year_id AND y.state = 'closed'
        AND k.entries = NEW.entries AND k.lines = NEW.lines
        AND NOT EXISTS (SELECT FROM finance_entry e WHERE e.fiscal_year_id = k.fiscal_year_id);
    IF NOT FOUND THEN
        PERFORM finance_refuse('tombstone_of_a_removed_year', 'fiscal year ' || NEW.fiscal_year_id);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tombstone_of_a_removed_year AFTER INSERT ON finance_yeartombstone
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_require_removal();
"""
STONES_BACK = """
DROP TRIGGER tombstone_of_a_removed_year ON finance_yeartombstone;
DROP FUNCTION finance_require_removal();
DROP TRIGGER tombstone_is_not_emptied ON finance_yeartombstone;
DROP TRIGGER tombstone_is_final ON finance_yeartombstone;
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0014_lighter_checks"), ("company", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="YearTombstone",
            fields=[
                (
                    "fiscal_year",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="tombstone",
                        serialize=False,
                        to="company.fiscalyear",
                    ),
                ),
                ("heads", models.JSONField()),
                ("entries", models.BigIntegerField()),
                ("lines", models.BigIntegerField()),
                ("debit_cents", models.BigIntegerField()),
                ("first_entry", models.BigIntegerField()),
                ("last_entry", models.BigIntegerField()),
                ("archive_digest", models.CharField(max_length=64)),
                ("kept_until", models.DateField()),
                ("source", models.CharField(max_length=400)),
                ("author_id", models.UUIDField()),
                ("author_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("archive_digest__regex", "^[0-9a-f]{64}$")),
                        name="tombstone_archive_is_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="tombstone_says_which_law"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entries__gte", 1), ("lines__gte", 1)), name="tombstone_of_some_entries"
                    ),
                ],
            },
        ),
        migrations.AlterField(
            "entry",
            "reverses",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="finance.entry",
            ),
        ),
        migrations.RunSQL(STONES, STONES_BACK),
        migrations.RunSQL(PURGED, PURGED_BACK),
        migrations.RunSQL(REMOVAL, REMOVAL_BACK),
        migrations.RunSQL(OTHERS, OTHERS_BACK),
        migrations.RunSQL(REVERSED, REVERSED_BACK),
    ]
