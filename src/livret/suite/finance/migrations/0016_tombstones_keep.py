"""What other years and the bank still read of a removed year is kept on its tombstone: sums, about nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finance", "0015_tombstones")]

    operations = [
        migrations.AddField("yeartombstone", "sides", models.JSONField(default=dict)),
        migrations.AddField("yeartombstone", "openings", models.JSONField(default=dict)),
    ]
