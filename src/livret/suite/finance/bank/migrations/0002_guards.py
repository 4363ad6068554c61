"""What must never be false of matches and a table constraint cannot say: each with the name that is reported."""

from django.db import migrations

MATCHES = """
CREATE FUNCTION bank_check_matches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken bigint; asked bigint := coalesce(NEW.movement_id, OLD.movement_id);
BEGIN
    SELECT m.id INTO broken
      FROM bank_movement m
      JOIN bank_bankaccount a ON a.id = m.bank_account_id
      CROSS JOIN LATERAL (
        SELECT count(*) AS many, coalesce(sum(l.debit_cents - l.credit_cents), 0) AS cents,
               coalesce(bool_and(l.account_id = a.account_id), true) AS at_home, count(l.entry_id) AS found
          FROM bank_matchedline x
          LEFT JOIN finance_line l ON l.entry_id = x.entry_id AND l.position = x.position
         WHERE x.movement_id = m.id) t
     WHERE m.id = asked AND t.many > 0 AND NOT (t.cents = m.cents AND t.at_home AND t.found = t.many);
    IF FOUND THEN PERFORM finance_refuse('bank_match_sums_to_movement', 'movement ' || broken); END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bank_check_matches AFTER INSERT OR UPDATE OR DELETE ON bank_matchedline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bank_check_matches();
"""
MATCHES_BACK = """
DROP TRIGGER bank_check_matches ON bank_matchedline;
DROP FUNCTION bank_check_matches();
"""


class Migration(migrations.Migration):
    dependencies = [("bank", "0001_initial"), ("finance", "0005_full_guards")]

    operations = [migrations.RunSQL(MATCHES, MATCHES_BACK)]
