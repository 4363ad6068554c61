"""A matched line keeps its day and its amount: a reconciliation reads them once its fiscal year was removed."""

from django.db import migrations, models

FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE bank_matchedline x SET date = l.date, cents = l.debit_cents - l.credit_cents
  FROM finance_line l WHERE l.entry_id = x.entry_id AND l.position = x.position;
"""
# Whoever adds it: the day and the amount are the line's.
KEEP = """
CREATE FUNCTION bank_keep_matched_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT l.date, l.debit_cents - l.credit_cents INTO NEW.date, NEW.cents
      FROM finance_line l WHERE l.entry_id = NEW.entry_id AND l.position = NEW.position;
    RETURN NEW;
END $$;
CREATE TRIGGER bank_keep_matched_day BEFORE INSERT ON bank_matchedline
    FOR EACH ROW EXECUTE FUNCTION bank_keep_matched_day();
"""
KEEP_BACK = """
DROP TRIGGER bank_keep_matched_day ON bank_matchedline;
DROP FUNCTION bank_keep_matched_day();
"""


class Migration(migrations.Migration):
    dependencies = [("bank", "0002_guards"), ("finance", "0015_tombstones")]

    operations = [
        migrations.AddField("matchedline", "date", models.DateField(null=True)),
        migrations.AddField("matchedline", "cents", models.BigIntegerField(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("matchedline", "date", models.DateField()),
        migrations.AlterField("matchedline", "cents", models.BigIntegerField()),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
