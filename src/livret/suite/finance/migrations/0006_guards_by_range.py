"""The guards of insertions look only at the range of entries that a statement concerns, whatever the tables hold.

A statement adds to entries whose ids lie close together. Said so, the planner reads that range of the large tables,
once, in the order of their keys, for one entry as for twenty thousand. Balances by day and by auxiliary lose the
references that the balance of the same account and year holds already: they were checked row by row.
"""

import django.db.models.deletion
from django.db import migrations, models

LINES = """
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
LINES_BACK = """
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

TEXTS = """
CREATE OR REPLACE FUNCTION finance_guard_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
    SELECT added.entry_id INTO broken
      FROM added JOIN finance_seal s ON s.entry_id = added.entry_id AND s.entry_id BETWEEN low AND high LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_sealed_takes_no_text', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION finance_guard_currencies() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record; low bigint; high bigint;
BEGIN
    SELECT min(entry_id), max(entry_id) INTO low, high FROM added;
    -- A file may hold one without the other, as it came; what is written here never does.
    SELECT c.entry_id, c.position INTO broken
      FROM added c JOIN finance_entry e ON e.id = c.entry_id AND e.id BETWEEN low AND high
     WHERE e.import_run_id IS NULL AND (c.amount IS NULL OR c.currency = '') LIMIT 1;
    IF FOUND THEN
        PERFORM finance_refuse('line_currency_with_amount', 'entry ' || broken.entry_id || ' line ' || broken.position);
    END IF;
    RETURN NULL;
END $$;
"""
TEXTS_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_texts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT added.entry_id INTO broken FROM added JOIN finance_seal s ON s.entry_id = added.entry_id LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('entry_sealed_takes_no_text', 'entry ' || broken); END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION finance_guard_currencies() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

SEALS = """
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
SEALS_BACK = """
CREATE OR REPLACE FUNCTION finance_guard_seals() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

# The same as before; every part of it is immutable, so that the planner puts it in the query and calls nothing.
REFERENCE = """
CREATE OR REPLACE FUNCTION finance_reference(code text, number bigint, source text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN source <> '' THEN source
                WHEN number < 1000000 THEN code || '-' || lpad(number::text, 6, '0')
                ELSE code || '-' || number::text END
$$;
"""


def unchecked(to):
    """Return a reference to *to* that the database does not check row by row."""
    return models.ForeignKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to
    )


class Migration(migrations.Migration):

    dependencies = [("finance", "0005_full_guards")]

    operations = [
        migrations.AlterField("daybalance", "fiscal_year", unchecked("company.fiscalyear")),
        migrations.AlterField("daybalance", "account", unchecked("finance.chartaccount")),
        migrations.AlterField("auxiliarybalance", "fiscal_year", unchecked("company.fiscalyear")),
        migrations.AlterField("auxiliarybalance", "account", unchecked("finance.chartaccount")),
        migrations.RunSQL(REFERENCE, migrations.RunSQL.noop),
        migrations.RunSQL(LINES, LINES_BACK),
        migrations.RunSQL(TEXTS, TEXTS_BACK),
        migrations.RunSQL(SEALS, SEALS_BACK),
    ]
