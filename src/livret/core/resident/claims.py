"""Effects that happen once, however often a job runs."""

from __future__ import annotations

from django.db import connections

from livret.core.resident.models import Claim
from livret.core.tenancy.context import current_alias


def claim(key: str) -> bool:
    """Take *key* in the transaction that runs now; False when an earlier run took it and committed.

    A second run that comes while the first is still open waits for it. Raises RuntimeError outside a transaction.
    """
    alias = current_alias()
    if not connections[alias].in_atomic_block:
        raise RuntimeError(f"claims.claim({key!r}) must run in the transaction of the effect it protects")
    with connections[alias].cursor() as cursor:
        insert = f"INSERT INTO {Claim._meta.db_table} (key) VALUES (%s) ON CONFLICT DO NOTHING"  # noqa: S608
        cursor.execute(insert, [key])
        return bool(cursor.rowcount == 1)
