"""What a sealed ledger refers to does not change its name."""

from django.db import migrations

FINAL = """
CREATE FUNCTION company_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: % of %', TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
END $$;
CREATE TRIGGER company_siren_is_final BEFORE UPDATE OF siren ON company_company
    FOR EACH ROW WHEN (NEW.siren <> OLD.siren) EXECUTE FUNCTION company_refuse_change('company_siren_is_final', 'siren');
"""
FINAL_BACK = """
DROP TRIGGER company_siren_is_final ON company_company;
DROP FUNCTION company_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [("company", "0001_initial")]

    operations = [migrations.RunSQL(FINAL, FINAL_BACK)]
