"""What was said about a question stays as it was said."""

from django.db import migrations

FINAL = """
CREATE TRIGGER review_message_is_final BEFORE UPDATE OR DELETE ON review_message
    FOR EACH ROW EXECUTE FUNCTION finance_refuse_change('review_messages_are_final');
"""
FINAL_BACK = "DROP TRIGGER review_message_is_final ON review_message;"


class Migration(migrations.Migration):

    dependencies = [("review", "0001_initial"), ("finance", "0003_guards")]

    operations = [migrations.RunSQL(FINAL, FINAL_BACK)]
