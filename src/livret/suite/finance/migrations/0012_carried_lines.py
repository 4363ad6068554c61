"""Which line an opening stands for is a fact of the ledger: its model comes here from closing, its table stays."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finance", "0011_set_checks")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CarriedLine",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "entry_id", "position", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("position", models.IntegerField()),
                        ("source_position", models.IntegerField()),
                        ("cents", models.BigIntegerField()),
                        (
                            "entry",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="finance.entry",
                            ),
                        ),
                        (
                            "source_entry",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="finance.entry",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "closing_carriedline",
                        "indexes": [
                            models.Index(fields=["source_entry", "source_position"], name="carried_line_by_source")
                        ],
                    },
                )
            ]
        )
    ]
