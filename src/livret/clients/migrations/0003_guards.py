"""Named guards that a table constraint cannot say."""

from django.db import migrations

OWN_CLIENT = """
ALTER TABLE clients_accessaccount ADD CONSTRAINT access_account_and_client UNIQUE (id, client_id);
ALTER TABLE clients_saasadministrator ADD CONSTRAINT saas_administrator_of_own_client
    FOREIGN KEY (account_id, client_id) REFERENCES clients_accessaccount (id, client_id) DEFERRABLE INITIALLY DEFERRED;
"""
OWN_CLIENT_BACK = """
ALTER TABLE clients_saasadministrator DROP CONSTRAINT saas_administrator_of_own_client;
ALTER TABLE clients_accessaccount DROP CONSTRAINT access_account_and_client;
"""

AT_LEAST_ONE = """
CREATE FUNCTION clients_check_administrators() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bare integer;
BEGIN
    SELECT count(*) INTO bare FROM clients_contract c
     WHERE c.client_id = coalesce(NEW.client_id, OLD.client_id)
       AND NOT coalesce((SELECT range_agg(daterange(a.from_on, a.until_on)) FROM clients_saasadministrator a
                          WHERE a.client_id = c.client_id), '{}'::datemultirange)
               @> daterange(c.starts_on, c.ends_until);
    IF bare > 0 THEN
        RAISE EXCEPTION 'a contract has days without a SaaS administrator'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'saas_administrator_at_least_one';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER saas_administrator_at_least_one AFTER INSERT OR UPDATE OR DELETE ON clients_saasadministrator
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clients_check_administrators();
CREATE CONSTRAINT TRIGGER saas_administrator_at_least_one AFTER INSERT OR UPDATE ON clients_contract
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION clients_check_administrators();
"""
AT_LEAST_ONE_BACK = """
DROP TRIGGER saas_administrator_at_least_one ON clients_contract;
DROP TRIGGER saas_administrator_at_least_one ON clients_saasadministrator;
DROP FUNCTION clients_check_administrators();
"""

SEATS = """
CREATE FUNCTION clients_check_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE allowed integer; held integer;
BEGIN
    SELECT named_users INTO allowed FROM clients_contract WHERE id = NEW.contract_id FOR UPDATE;
    SELECT count(DISTINCT account_id) INTO held FROM clients_seat
     WHERE contract_id = NEW.contract_id AND state <> 'freed';
    IF held > allowed THEN
        RAISE EXCEPTION '% named users for % ordered', held, allowed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_within_ordered_named_users';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER seat_within_ordered_named_users AFTER INSERT OR UPDATE ON clients_seat
    FOR EACH ROW WHEN (NEW.state <> 'freed') EXECUTE FUNCTION clients_check_seats();
"""
SEATS_BACK = "DROP TRIGGER seat_within_ordered_named_users ON clients_seat; DROP FUNCTION clients_check_seats();"

STAFF = """
CREATE FUNCTION clients_check_staff_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM clients_accessaccount WHERE id = NEW.account_id AND client_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a person of a client cannot hold a role of the publisher'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_role_of_publisher_only';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER staff_role_of_publisher_only AFTER INSERT OR UPDATE ON clients_staffrole
    FOR EACH ROW EXECUTE FUNCTION clients_check_staff_role();
"""
STAFF_BACK = "DROP TRIGGER staff_role_of_publisher_only ON clients_staffrole; DROP FUNCTION clients_check_staff_role();"


class Migration(migrations.Migration):

    dependencies = [("clients", "0002_contracts")]

    operations = [
        migrations.RunSQL(OWN_CLIENT, OWN_CLIENT_BACK),
        migrations.RunSQL(AT_LEAST_ONE, AT_LEAST_ONE_BACK),
        migrations.RunSQL(SEATS, SEATS_BACK),
        migrations.RunSQL(STAFF, STAFF_BACK),
    ]
