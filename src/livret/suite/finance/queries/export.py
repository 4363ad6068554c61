"""The FEC of a fiscal year: the database formats its lines, block by block, in constant memory at any size."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from livret.core.tenancy.context import current_alias
from livret.formats import fec
from livret.formats.fec.writer import Writable, head, transcoded
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Journal

ENTRIES = 20_000  # How many entries a statement formats: a sort that fits in memory.
BLOCK_BYTES = 1 << 18
# First and last number of each journal lie in its unique index; ids follow the order of validation.
BOUNDS = """
SELECT min(e.id), max(e.id)
  FROM finance_journalcounter c
 CROSS JOIN LATERAL (VALUES (1::bigint), (c.last_number)) n (number)
  JOIN finance_entry e ON e.fiscal_year_id = c.fiscal_year_id AND e.journal_id = c.journal_id AND e.number = n.number
 WHERE c.fiscal_year_id = %(year)s
"""
EUROS = """
CASE WHEN {0} < 0 THEN '-' ELSE '' END || abs({0}) / 100 || ',' || right((100 + abs({0}) % 100)::text, 2)
""".strip()
DAY = "replace({0}::text, '-', '')"
# Every value is text or NULL: what COPY writes of it is what the file holds, but for its escapes.
LINES = f"""
SELECT j.code, j.label, finance_reference(j.code, e.number, t.source_number), {DAY.format("l.date")},
       a.number, a.label, x.number, x.label,
       CASE WHEN lt.entry_id IS NULL THEN t.piece_ref ELSE lt.piece_ref END,
       {DAY.format("CASE WHEN lt.entry_id IS NULL THEN t.piece_date ELSE lt.piece_date END")},
       coalesce(lt.label, t.label), {EUROS.format("l.debit_cents")}, {EUROS.format("l.credit_cents")},
       g.code, {DAY.format("m.lettered_on")}, {DAY.format("e.validated_on")},
       replace(trim_scale(lc.amount)::text, '.', ','), lc.currency
  FROM finance_entry e
  JOIN finance_entrytext t ON t.entry_id = e.id AND t.entry_id BETWEEN {{first}} AND {{last}}
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_line l ON l.entry_id = e.id AND l.entry_id BETWEEN {{first}} AND {{last}}
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
                               AND lt.entry_id BETWEEN {{first}} AND {{last}}
  LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
                                   AND lc.entry_id BETWEEN {{first}} AND {{last}}
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
                                  AND m.entry_id BETWEEN {{first}} AND {{last}}
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE e.fiscal_year_id = {{year}} AND e.id BETWEEN {{first}} AND {{last}}
 ORDER BY e.id, l.position
"""  # noqa: S608 - made of constants and numbers.
COPY = "COPY ({lines}) TO STDOUT (DELIMITER '{separator}', NULL '')"
# Days are written year first whatever the server's habit; the tables are large and the ranges narrow.
SETTINGS = {"datestyle": "ISO, YMD", "work_mem": "64MB", "enable_seqscan": "off", "enable_nestloop": "off"}


def write_fec(year: FiscalYear, stream: Writable, *, charset: str = "iso-8859-15", separator: str = "\t") -> int:
    """Write the FEC of *year* to *stream*, as the books stand now, and return its number of lines.

    Lines are in the order of validation. Raises ValueError on another separator or charset than those of
    `formats.fec.write`. Source: LPF, art. A47 A-1, VII.
    """
    stream.write(head(charset=charset, separator=separator))
    count = 0
    for block in _blocks(year, separator):
        count += block.count(b"\n")
        stream.write(transcoded(block, charset=charset, separator=separator))
    return count


def fec_lines(year: FiscalYear) -> Iterator[fec.FecLine]:
    """Yield the lines of *year* in the order of validation."""
    for block in _blocks(year, "\t"):
        text = head(charset="utf-8", separator="\t") + transcoded(block, charset="utf-8", separator="\t")
        yield from fec.read(io.BytesIO(text))


def _blocks(year: FiscalYear, separator: str) -> Iterator[bytes]:
    """Yield whole lines as COPY writes them."""
    with _snapshot() as sql:
        sql.execute(BOUNDS, {"year": year.pk})
        first, last = sql.fetchone()
        kept = _set(sql, SETTINGS)
        for start in range(first, last + 1, ENTRIES) if first else ():
            bounds = {"year": year.pk, "first": start, "last": min(start + ENTRIES - 1, last)}
            yield from _copied(sql, COPY.format(lines=LINES.format(**bounds), separator=separator))
        _set(sql, kept)


def _set(sql: CursorWrapper, settings: Mapping[str, str]) -> dict[str, str]:
    """Change settings of the transaction that runs now and return what they were."""
    kept = {}
    for name, value in settings.items():
        sql.execute("SELECT current_setting(%s), set_config(%s, %s, true)", [name, name, value])
        kept[name] = sql.fetchone()[0]
    return kept


def _copied(sql: CursorWrapper, statement: str) -> Iterator[bytes]:
    rows: list[bytes] = []
    size = 0
    with connections[current_alias()].wrap_database_errors, sql.copy(statement) as copy:
        for row in copy:
            rows.append(bytes(row))
            size += len(row)
            if size > BLOCK_BYTES:
                yield b"".join(rows)
                rows, size = [], 0
    if rows:
        yield b"".join(rows)


@contextmanager
def _snapshot() -> Iterator[CursorWrapper]:
    """Read the books as they stand at one moment, however long it takes.

    Inside a transaction of the caller, each statement sees what is committed by then: entries stay, letters may change.
    """
    alias = current_alias()
    is_outermost = not connections[alias].in_atomic_block
    with transaction.atomic(using=alias), connections[alias].cursor() as sql:
        if is_outermost:
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield sql


def fec_name(year: FiscalYear) -> str:
    return fec.file_name(year.company.siren, year.last_day)


def fec_description(year: FiscalYear, *, charset: str = "iso-8859-15", separator: str = "\t") -> str:
    """Return the notice that the law wants beside the file."""
    journals = dict(Journal.objects.filter(company=year.company_id).values_list("code", "label"))
    return fec.description(
        year.company.siren, closing=year.last_day, journals=journals, separator=separator, charset=charset
    )
