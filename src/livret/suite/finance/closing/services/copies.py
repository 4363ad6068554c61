"""The readable copies of a year, as tables that any spreadsheet opens, and the text that its seals are made of.

They are written by the database's own COPY, a stream of bytes: constant memory at any size.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Protocol

from django.db import connections
from django.db.backends.utils import CursorWrapper

from livret.core.tenancy.context import current_alias
from livret.suite.company.models import FiscalYear


class Into(Protocol):
    """Where bytes are written."""

    def write(self, data: Any, /) -> object: ...


MONEY = "replace((({cents}) / 100.0)::numeric(20, 2)::text, '.', ',')"
# A text that begins like a formula is quoted: a spreadsheet takes it for words.
WORDS = "CASE WHEN {text} ~ '^[=+@\\t\\r-]' THEN '''' || {text} ELSE {text} END"


def _money(cents: str) -> str:
    return MONEY.format(cents=cents)


def _words(text: str) -> str:
    return WORDS.format(text=text)


LINE = f"""
       {_words("j.code")} AS "Journal",
       {_words("finance_reference(j.code, e.number, t.source_number)")} AS "Ecriture",
       l.date AS "Date", {_words("a.number")} AS "Compte", {_words("a.label")} AS "Intitule",
       {_words("x.number")} AS "Auxiliaire", {_words("x.label")} AS "Tiers",
       {_words("CASE WHEN lt.entry_id IS NULL THEN t.piece_ref ELSE lt.piece_ref END")} AS "Piece",
       {_words("coalesce(lt.label, t.label)")} AS "Libelle",
       {_money("l.debit_cents")} AS "Debit", {_money("l.credit_cents")} AS "Credit",
       {_words("g.code")} AS "Lettrage", e.validated_on AS "Validation"
  FROM finance_entry e
  JOIN finance_entrytext t ON t.entry_id = e.id
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_line l ON l.entry_id = e.id
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE e.fiscal_year_id = %(year)s
"""
BALANCE = f"""
SELECT {_words("a.number")} AS "Compte", {_words("a.label")} AS "Intitule", {_money("sum(b.debit_cents)")} AS "Debit",
       {_money("sum(b.credit_cents)")} AS "Credit",
       {_money("greatest(sum(b.debit_cents - b.credit_cents), 0)")} AS "Solde debiteur",
       {_money("greatest(sum(b.credit_cents - b.debit_cents), 0)")} AS "Solde crediteur"
  FROM finance_balance b JOIN finance_chartaccount a ON a.id = b.account_id
 WHERE b.fiscal_year_id = %(year)s GROUP BY a.number, a.label ORDER BY a.number
"""  # noqa: S608 - pieces of ours.
AUXILIARIES = f"""
SELECT {_words("a.number")} AS "Compte", {_words("x.number")} AS "Auxiliaire", {_words("x.label")} AS "Tiers",
       {_money("sum(b.debit_cents)")} AS "Debit", {_money("sum(b.credit_cents)")} AS "Credit",
       {_money("sum(b.debit_cents - b.credit_cents)")} AS "Solde"
  FROM finance_auxiliarybalance b
  JOIN finance_chartaccount a ON a.id = b.account_id
  JOIN finance_auxiliaryaccount x ON x.id = b.auxiliary_id
 WHERE b.fiscal_year_id = %(year)s GROUP BY a.number, x.number, x.label ORDER BY a.number, x.number
"""  # noqa: S608 - pieces of ours.
TABLES = (
    ("balance.csv", BALANCE),
    ("balance-auxiliaire.csv", AUXILIARIES),
    ("grand-livre.csv", f"SELECT {LINE} ORDER BY a.number, l.date, l.entry_id, l.position"),
    ("journaux.csv", f"SELECT {LINE} ORDER BY j.code, e.number, l.position"),
)


def readable(year: FiscalYear) -> Iterator[tuple[str, Callable[[Into], object]]]:
    """Yield the name of each readable file with what writes it."""
    for name, query in TABLES:
        yield name, partial(write_table, query, {"year": year.pk})


def write_table(query: str, facts: dict[str, Any], into: Into) -> None:
    """Write the rows of *query* to *into* as CSV with a header, fields parted by semicolons, in UTF-8 with its mark."""
    into.write(b"\xef\xbb\xbf")
    statement = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER true, DELIMITER ';', ENCODING 'UTF8')"
    with connections[current_alias()].cursor() as sql, sql.copy(statement, facts) as rows:
        for chunk in rows:
            into.write(bytes(chunk))


BATCH = 5_000
SEALS = """
SELECT j.code, e.number, encode(s.hash, 'hex'),
       json_build_array(1, c.siren, y.first_day, y.last_day, j.code, e.number,
                        finance_reference(j.code, e.number, t.source_number),
                        e.date, e.validated_on, t.label, t.piece_ref, t.piece_date)::text || chr(10) ||
       (SELECT string_agg(json_build_array(l.position, a.number, x.number, l.date, l.debit_cents, l.credit_cents,
                                           lt.label, lt.piece_ref, lt.piece_date, lc.amount::text, lc.currency)::text,
                          chr(10) ORDER BY l.position)
          FROM finance_line l
          JOIN finance_chartaccount a ON a.id = l.account_id
          LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
          LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
          LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
         WHERE l.entry_id = e.id)
  FROM finance_entry e
  JOIN company_company c ON c.id = e.company_id
  JOIN company_fiscalyear y ON y.id = e.fiscal_year_id
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_entrytext t ON t.entry_id = e.id
  LEFT JOIN finance_seal s ON s.entry_id = e.id
 WHERE e.fiscal_year_id = %(year)s AND e.journal_id = %(journal)s AND e.number > %(after)s
 ORDER BY e.number LIMIT %(batch)s
"""
JOURNALS = """
SELECT c.journal_id FROM finance_journalcounter c JOIN finance_journal j ON j.id = c.journal_id
 WHERE c.fiscal_year_id = %s ORDER BY j.code
"""


def write_seals(sql: CursorWrapper, year: FiscalYear, into: Into) -> None:
    """Write each entry of *year*, by journal and number: one JSON array of journal, number, seal, and sealed text."""
    sql.execute(JOURNALS, [year.pk])
    for (journal,) in sql.fetchall():
        after = 0
        while True:
            sql.execute(SEALS, {"year": year.pk, "journal": journal, "after": after, "batch": BATCH})
            rows = sql.fetchall()
            if not rows:
                break
            into.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
            after = rows[-1][1]
