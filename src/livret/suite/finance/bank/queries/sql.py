"""The words in SQL for what is treated: read from the entries and the matches, written nowhere."""

from __future__ import annotations

# An entry that was reversed is out of the books, unless its reversal stands for a movement of its own.
REVERSED = """EXISTS (SELECT FROM finance_entry back WHERE back.reverses_id = {entry}{until}
    AND NOT EXISTS (SELECT FROM bank_matchedline own WHERE own.entry_id = back.id))"""
UNTIL = " AND back.date <= %(on)s"


def _reversed(entry: str, *, at_a_day: bool) -> str:
    return REVERSED.format(entry=entry, until=UNTIL if at_a_day else "")


def _treated(*, at_a_day: bool) -> str:
    return f"""
    SELECT split_part(o.key, '.', 1)::bigint AS movement_id, o.entry_id, 'posted' AS how
      FROM finance_entryorigin o
     WHERE o.company_id = %(company)s AND o.room = 'bank' AND NOT {_reversed("o.entry_id", at_a_day=at_a_day)}
    UNION ALL
    SELECT x.movement_id, x.entry_id, 'matched'
      FROM bank_matchedline x JOIN bank_movement xm ON xm.id = x.movement_id
      JOIN bank_bankaccount xa ON xa.id = xm.bank_account_id
     WHERE xa.company_id = %(company)s
"""  # noqa: S608 - pieces of ours.


def _free_line(*, at_a_day: bool) -> str:
    return f"""
  FROM finance_line l
  JOIN finance_journal j ON j.id = l.journal_id AND j.kind <> 'opening'
  JOIN finance_entry e ON e.id = l.entry_id
 WHERE l.account_id = %(account)s
   AND NOT EXISTS (SELECT FROM bank_matchedline x WHERE x.entry_id = l.entry_id AND x.position = l.position)
   AND NOT EXISTS (SELECT FROM finance_entryorigin o WHERE o.entry_id = l.entry_id AND o.room = 'bank')
   AND (EXISTS (SELECT FROM bank_matchedline x WHERE x.entry_id = l.entry_id)
        OR (NOT {_reversed("l.entry_id", at_a_day=at_a_day)}
            AND NOT (e.reverses_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM bank_matchedline x WHERE x.entry_id = e.reverses_id))))
"""  # noqa: S608 - pieces of ours.


# Movements in the books: by an entry that bears their origin, or by a match with posted lines. A match holds until
# somebody takes it back, whatever became of the entry: of a reversed one, the other lines and the reversal stand alone.
TREATED = _treated(at_a_day=False)
DRAFTED = """
    SELECT split_part(d.origin_key, '.', 1)::bigint AS movement_id, d.id AS draft_id
      FROM finance_draftentry d WHERE d.company_id = %(company)s AND d.origin_room = 'bank'
"""
# Lines of the ledger account of a bank account that no movement stands for. Opening balances are no movements.
FREE_LINE = _free_line(at_a_day=False)
# The same as the books stood on the day %(on)s: what was reversed later was not reversed yet.
TREATED_THEN, FREE_LINE_THEN = _treated(at_a_day=True), _free_line(at_a_day=True)
