"""What was said about the entries of a year goes with them, when closing removes that year, and never otherwise."""

from django.db import migrations

REMOVAL = """
DROP TRIGGER review_message_is_final ON review_message;
CREATE TRIGGER review_message_is_final BEFORE UPDATE ON review_message
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('review_messages_are_final');
CREATE TRIGGER review_message_stays BEFORE DELETE ON review_message
    FOR EACH STATEMENT EXECUTE FUNCTION finance_refuse_removal('review_messages_are_final');
"""
REMOVAL_BACK = """
DROP TRIGGER review_message_stays ON review_message;
DROP TRIGGER review_message_is_final ON review_message;
CREATE TRIGGER review_message_is_final BEFORE UPDATE OR DELETE ON review_message
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('review_messages_are_final');
"""


class Migration(migrations.Migration):
    dependencies = [("review", "0002_guards"), ("finance", "0015_tombstones"), ("closing", "0005_purge")]

    operations = [migrations.RunSQL(REMOVAL, REMOVAL_BACK)]
