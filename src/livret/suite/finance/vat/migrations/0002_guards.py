"""What was filed stays: the return, its shares and its adjustments."""

from django.db import migrations

FILED = """
CREATE FUNCTION vat_guard_shares() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint;
BEGIN
    SELECT c.vat_return_id INTO broken
      FROM (SELECT DISTINCT vat_return_id FROM changed) c
      LEFT JOIN vat_return r ON r.id = c.vat_return_id
     WHERE (r.state <> 'filed') IS NOT TRUE LIMIT 1;
    IF FOUND THEN PERFORM finance_refuse('vat_filed_shares_are_final', 'return ' || broken); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vat_filed_shares_are_final AFTER INSERT ON vat_share REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION vat_guard_shares();
CREATE TRIGGER vat_filed_shares_stay AFTER DELETE ON vat_share REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION vat_guard_shares();
CREATE TRIGGER vat_shares_are_not_changed BEFORE UPDATE ON vat_share
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('vat_filed_shares_are_final');

CREATE TRIGGER vat_filed_return_is_final BEFORE UPDATE OR DELETE ON vat_return
    FOR EACH ROW WHEN (OLD.state = 'filed') EXECUTE FUNCTION finance_refuse_change('vat_filed_return_is_final');

CREATE FUNCTION vat_guard_adjustments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM vat_return WHERE id = NEW.vat_return_id AND state = 'filed';
    IF FOUND THEN PERFORM finance_refuse('vat_filed_return_is_final', 'return ' || NEW.vat_return_id); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER vat_adjustment_before_filing BEFORE INSERT ON vat_adjustment
    FOR EACH ROW EXECUTE FUNCTION vat_guard_adjustments();
"""
FILED_BACK = """
DROP TRIGGER vat_adjustment_before_filing ON vat_adjustment;
DROP FUNCTION vat_guard_adjustments();
DROP TRIGGER vat_filed_return_is_final ON vat_return;
DROP TRIGGER vat_shares_are_not_changed ON vat_share;
DROP TRIGGER vat_filed_shares_stay ON vat_share;
DROP TRIGGER vat_filed_shares_are_final ON vat_share;
DROP FUNCTION vat_guard_shares();
"""
FINAL = "".join(
    f"""
CREATE TRIGGER vat_act_is_final BEFORE UPDATE OR DELETE ON vat_{table}
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('vat_acts_are_final');
"""
    for table in ("adjustment", "filing")
)
FINAL_BACK = "".join(f"DROP TRIGGER vat_act_is_final ON vat_{table};\n" for table in ("adjustment", "filing"))


class Migration(migrations.Migration):

    dependencies = [("vat", "0001_initial"), ("finance", "0005_full_guards")]

    operations = [migrations.RunSQL(FILED, FILED_BACK), migrations.RunSQL(FINAL, FINAL_BACK)]
