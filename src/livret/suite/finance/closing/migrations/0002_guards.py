"""A closed year is closed for good, and with it what answers what in its accounts."""

from django.db import migrations

YEARS = """
CREATE TRIGGER fiscal_year_closed_is_final BEFORE UPDATE OR DELETE ON company_fiscalyear
    FOR EACH ROW WHEN (OLD.state = 'closed')
    EXECUTE FUNCTION finance_refuse_change('fiscal_year_closed_is_final');
"""
YEARS_BACK = "DROP TRIGGER fiscal_year_closed_is_final ON company_fiscalyear;"

LETTERINGS = """
CREATE FUNCTION closing_guard_letterings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken record;
BEGIN
    -- A closing waits for the letterings that are being made, and they for it.
    PERFORM 1 FROM company_fiscalyear WHERE id IN (SELECT fiscal_year_id FROM changed) ORDER BY id FOR SHARE;
    SELECT c.id INTO broken
      FROM changed c JOIN company_fiscalyear y ON y.id = c.fiscal_year_id WHERE y.state = 'closed' LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('lettering_in_open_year', 'lettering ' || broken.id); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER closing_guard_letterings AFTER INSERT ON finance_lettering REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION closing_guard_letterings();
CREATE TRIGGER closing_guard_letterings_gone AFTER DELETE ON finance_lettering REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION closing_guard_letterings();
"""
LETTERINGS_BACK = """
DROP TRIGGER closing_guard_letterings_gone ON finance_lettering;
DROP TRIGGER closing_guard_letterings ON finance_lettering;
DROP FUNCTION closing_guard_letterings();
"""

ACTS = ("acceptedwarning", "cutoff", "carryforward", "carriedline", "yearclosing", "archive")
FINAL = "".join(
    f"""
CREATE TRIGGER closing_act_is_final BEFORE UPDATE OR DELETE ON closing_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('closing_acts_are_final');
"""
    for table in ACTS
)
FINAL_BACK = "".join(f"DROP TRIGGER closing_act_is_final ON closing_{table};\n" for table in ACTS)


class Migration(migrations.Migration):

    dependencies = [("closing", "0001_initial"), ("finance", "0005_full_guards"), ("company", "0002_guards")]

    operations = [
        migrations.RunSQL(YEARS, YEARS_BACK),
        migrations.RunSQL(LETTERINGS, LETTERINGS_BACK),
        migrations.RunSQL(FINAL, FINAL_BACK),
    ]
