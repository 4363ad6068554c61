"""Where one movement stands, read from the books."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.suite.finance.bank.models import Movement
from livret.suite.finance.bank.queries.sql import DRAFTED, TREATED
from livret.suite.finance.models import Entry


@dataclass(frozen=True, slots=True)
class Treatment:
    """An entry that holds a movement. how: "posted" for its own entry, "matched" for one that was there.

    "kept" for a match that nobody can take back: the fiscal year of an entry was purged.
    """

    entry_id: int
    how: str


def treatments_of(movement: Movement) -> list[Treatment]:
    """Return the entries in which *movement* stands in the books; none while it is left to treat."""
    facts = {"company": movement.bank_account.company_id, "movement": movement.pk}
    with connections[current_alias()].cursor() as sql:
        query = f"SELECT DISTINCT t.entry_id, t.how FROM ({TREATED}) t WHERE t.movement_id = %(movement)s ORDER BY 1"  # noqa: S608 - pieces of ours.
        sql.execute(query, facts)
        found = [Treatment(*row) for row in sql.fetchall()]
    matched = [one.entry_id for one in found if one.how == "matched"]
    if entries_stand(matched):
        return found
    return [Treatment(one.entry_id, "kept") if one.how == "matched" else one for one in found]


def entries_stand(entries: Collection[int]) -> bool:
    """Tell whether all these entries are there, none of them gone with its fiscal year."""
    return Entry.objects.filter(pk__in=entries).count() == len(set(entries))


def draft_of(movement: Movement) -> int | None:
    """Return the draft (its id) that waits to put *movement* in the books, None without one."""
    facts = {"company": movement.bank_account.company_id, "movement": movement.pk}
    with connections[current_alias()].cursor() as sql:
        sql.execute(f"SELECT d.draft_id FROM ({DRAFTED}) d WHERE d.movement_id = %(movement)s LIMIT 1", facts)  # noqa: S608 - pieces of ours.
        row = sql.fetchone()
    return int(row[0]) if row else None
