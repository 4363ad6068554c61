"""What an import checks row by row at its end is checked by set, or cannot happen at all.

A balance of an auxiliary lost its reference: the lines it sums were checked, and an auxiliary account is never removed
(it is closed). The check of letterings reads the lines between the first and last lettered one, not the whole table.
Entries just added are found by their ids alone: the index of a year's days would be read whole for each part of a file.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE TRIGGER finance_auxiliary_is_kept BEFORE DELETE ON finance_auxiliaryaccount
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('auxiliary_is_kept');
"""
KEPT_BACK = "DROP TRIGGER finance_auxiliary_is_kept ON finance_auxiliaryaccount;"

OF_YEAR = "e.fiscal_year_id = of_year AND e.id"
LINK = import_module("livret.suite.finance.migrations.0007_one_entry").LINK.replace(
    "CREATE F", "CREATE OR REPLACE F", 1
)
LINK_BY_ID = LINK.replace(OF_YEAR, "e.fiscal_year_id + 0 = of_year AND e.id")

SEALED = """
CREATE OR REPLACE FUNCTION finance_require_seals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT e.id INTO broken
      FROM finance_entry e
      LEFT JOIN finance_seal s ON s.entry_id = e.id AND s.entry_id BETWEEN NEW.first_id AND NEW.last_id
     WHERE {year} = NEW.fiscal_year_id AND e.id BETWEEN NEW.first_id AND NEW.last_id AND s.entry_id IS NULL
     LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_sealed_at_commit', 'entry ' || broken); END IF;
    DELETE FROM finance_addition WHERE id = NEW.id;
    RETURN NULL;
END $$;
"""

CHECK = """
CREATE OR REPLACE FUNCTION finance_check_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record{bounds};
BEGIN{find}
    SELECT CASE WHEN NOT s.of_one THEN 'lettering_of_one_account' ELSE 'lettering_sums_to_zero_or_partial' END AS guard,
           s.id
      INTO broken
      FROM (SELECT g.id, g.is_partial, sum(l.debit_cents - l.credit_cents) <> 0 AS is_open,
                   bool_and(l.account_id = g.account_id AND l.company_id = g.company_id
                            AND l.auxiliary_id IS NOT DISTINCT FROM g.auxiliary_id
                            AND l.fiscal_year_id = g.fiscal_year_id) AS of_one
              FROM finance_lettering g
              JOIN finance_letteredline m ON m.lettering_id = g.id{between}
              LEFT JOIN finance_line l ON l.entry_id = m.entry_id AND l.position = m.position{within}
             WHERE g.id = ANY (NEW.letterings) GROUP BY g.id) s
     WHERE (s.of_one AND s.is_open = s.is_partial) IS NOT TRUE LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse(broken.guard, 'lettering ' || broken.id); END IF;
    SELECT m.lettering_id AS id INTO broken
      FROM finance_letteredline m LEFT JOIN finance_lettering g ON g.id = m.lettering_id{known}
     WHERE m.lettering_id = ANY (NEW.letterings) AND g.id IS NULL{between} LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('lettered_line_has_its_lettering', 'lettering ' || broken.id); END IF;
    DELETE FROM finance_letteringchange WHERE id = NEW.id;
    RETURN NULL;
END $$;
"""
BOUNDED = {
    "bounds": "; low bigint; high bigint",
    "find": """
    -- OFFSET 0 keeps the planner from looking for the lowest among all lettered lines, one after the other.
    SELECT min(m.entry_id), max(m.entry_id) INTO low, high
      FROM (SELECT entry_id FROM finance_letteredline WHERE lettering_id = ANY (NEW.letterings) OFFSET 0) m;""",
    "between": """
                                            AND m.entry_id BETWEEN low AND high""",
    "known": """
                                                                     AND g.id = ANY (NEW.letterings)""",
    "within": """
                                       AND l.entry_id BETWEEN low AND high""",
}


class Migration(migrations.Migration):
    dependencies = [("finance", "0010_opening_after_lock")]

    operations = [
        migrations.AlterField(
            "auxiliarybalance",
            "auxiliary",
            models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.auxiliaryaccount",
            ),
        ),
        migrations.RunSQL(KEPT, KEPT_BACK),
        migrations.RunSQL(LINK_BY_ID, LINK),
        migrations.RunSQL(SEALED.format(year="e.fiscal_year_id + 0"), SEALED.format(year="e.fiscal_year_id")),
        migrations.RunSQL(CHECK.format(**BOUNDED), CHECK.format(bounds="", find="", between="", known="", within="")),
    ]
