"""The keys of letterings are proved by the check at commit, once for each statement, not once for each line and key."""

import django.db.models.deletion
from django.db import migrations, models


CHECK = """
CREATE OR REPLACE FUNCTION finance_check_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
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
    SELECT m.lettering_id AS id INTO broken
      FROM finance_letteredline m LEFT JOIN finance_lettering g ON g.id = m.lettering_id
     WHERE m.lettering_id = ANY (NEW.letterings) AND g.id IS NULL LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('lettered_line_has_its_lettering', 'lettering ' || broken.id); END IF;
    DELETE FROM finance_letteringchange WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER finance_note_letterings_gone AFTER DELETE ON finance_lettering REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION finance_note_letterings();
"""
CHECK_BACK = """
DROP TRIGGER finance_note_letterings_gone ON finance_lettering;
CREATE OR REPLACE FUNCTION finance_check_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):

    dependencies = [
        ('company', '0002_guards'),
        ('finance', '0007_one_entry'),
    ]

    operations = [
        migrations.AlterField(
            model_name='letteredline',
            name='lettering',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='finance.lettering'),
        ),
        migrations.AlterField(
            model_name='lettering',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='finance.chartaccount'),
        ),
        migrations.AlterField(
            model_name='lettering',
            name='auxiliary',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='finance.auxiliaryaccount'),
        ),
        migrations.AlterField(
            model_name='lettering',
            name='company',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='company.company'),
        ),
        migrations.AlterField(
            model_name='lettering',
            name='fiscal_year',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='company.fiscalyear'),
        ),
        migrations.AlterField(
            model_name='lettering',
            name='import_run',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='finance.importrun'),
        ),
        migrations.RunSQL(CHECK, CHECK_BACK),
    ]
