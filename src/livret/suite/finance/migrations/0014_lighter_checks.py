"""A chunk of an import is checked and chained with less work; what is refused, and the seals, are as before.

The step of the chain is a function that the server need not start an executor for. Lines are first looked at by year
and account; only when something seems wrong is each line looked at, to name the one that is refused.
"""

from importlib import import_module

from django.db import migrations

STEP = """
CREATE OR REPLACE FUNCTION finance_chain_step(state bytea, head bytea, digest bytea) RETURNS bytea
LANGUAGE {language} IMMUTABLE AS $$ {body} $$;
"""
IN_PLPGSQL = {"language": "plpgsql", "body": "BEGIN RETURN sha256(coalesce(state, head) || digest); END"}
IN_SQL = {"language": "sql", "body": "SELECT sha256(coalesce(state, head) || digest)"}

EARLIER = "livret.suite.finance.migrations."
LINES = import_module(EARLIER + "0010_opening_after_lock").with_openings(
    import_module(EARLIER + "0007_one_entry").LINES, "l"
)
SEEMS_WRONG = """
        EXISTS (SELECT FROM finance_seal WHERE entry_id BETWEEN low AND high)
     OR EXISTS (SELECT FROM (SELECT fiscal_year_id, company_id, account_id, min(date) AS first, max(date) AS last
                               FROM added GROUP BY 1, 2, 3) g
                  LEFT JOIN company_fiscalyear y ON y.id = g.fiscal_year_id
                  LEFT JOIN finance_yearledger k ON k.fiscal_year_id = g.fiscal_year_id
                  LEFT JOIN finance_chartaccount a ON a.id = g.account_id
                 WHERE (a.company_id = g.company_id AND g.first >= y.first_day AND g.last <= y.last_day
                        AND (k.locked_until IS NULL OR g.first >= k.locked_until)
                        AND (a.valid_from IS NULL OR y.first_day >= a.valid_from)
                        AND (a.valid_until IS NULL OR y.first_day < a.valid_until)) IS NOT TRUE)
     OR EXISTS (SELECT FROM added l
                  LEFT JOIN finance_entry e ON e.id = l.entry_id AND e.id BETWEEN low AND high
                  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
                 WHERE (e.company_id = l.company_id AND e.fiscal_year_id = l.fiscal_year_id
                        AND e.journal_id = l.journal_id
                        AND (l.auxiliary_id IS NULL OR x.company_id = l.company_id)) IS NOT TRUE)
"""
FOUND_RANGE = "SELECT min(entry_id), max(entry_id) INTO low, high FROM added;\n"
LIGHTER = LINES.replace(
    FOUND_RANGE,
    f"{FOUND_RANGE}    IF low < high THEN\n        IF NOT ({SEEMS_WRONG}) THEN RETURN NULL; END IF;\n    END IF;\n",
)


class Migration(migrations.Migration):
    dependencies = [("finance", "0013_undone_imports")]

    operations = [
        migrations.RunSQL(STEP.format(**IN_PLPGSQL), STEP.format(**IN_SQL)),
        migrations.RunSQL(LIGHTER, LINES),
    ]
