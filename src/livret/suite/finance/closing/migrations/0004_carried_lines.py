"""The model of carried lines goes to the ledger, where every room may read it; its table stays as it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("closing", "0003_undone_imports"), ("finance", "0012_carried_lines")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("CarriedLine")])]
