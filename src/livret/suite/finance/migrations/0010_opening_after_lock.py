"""The lock of a period lets the opening balances in: they are of the year before, and no return changes by them.

Only an entry of a journal of that kind, on the first day of its year, comes in; a closed year takes none. Who may post
one there is for the services: the carry-forward does, nothing typed or imported.
"""

from importlib import import_module

from django.db import migrations

EARLIER = "livret.suite.finance.migrations."
ENTRIES = import_module(EARLIER + "0005_full_guards").ENTRIES
LINES = import_module(EARLIER + "0007_one_entry").LINES

OPENING = """EXISTS (SELECT 1 FROM finance_journal o
                        WHERE o.id = {row}.journal_id AND o.kind = 'opening' AND {row}.date = y.first_day)"""


def with_openings(guard, row):
    """Return the function *guard*, whose rows added are named *row*, with the opening balances let in."""
    bounds, broken = (
        f"(k.locked_until IS NULL OR {row}.date >= k.locked_until)",
        f"WHEN {row}.date < k.locked_until THEN",
    )
    kept = f"{bounds[:-1]}\n                 OR {OPENING.format(row=row)})"
    return guard.replace(bounds, kept).replace(broken, f"WHEN NOT {kept} THEN")


class Migration(migrations.Migration):
    dependencies = [("finance", "0009_one_draft")]

    operations = [
        migrations.RunSQL(with_openings(ENTRIES, "a"), ENTRIES),
        migrations.RunSQL(with_openings(LINES, "l"), LINES),
    ]
