from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_reports")]

    operations = [
        migrations.AddField(
            "reportfile", "refusal", models.CharField(blank=True, default="", max_length=2000), preserve_default=False
        ),
        migrations.AlterField(
            "reportfile",
            "state",
            models.CharField(
                choices=[("asked", "Being written"), ("ready", "Ready"), ("refused", "Report refused")],
                default="asked",
                max_length=8,
            ),
        ),
    ]
