"""The FEC of a fiscal year, written in batches of entries: constant memory at any size."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from livret.core.tenancy.context import current_alias
from livret.formats import fec
from livret.formats.fec.writer import Writable
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Journal

BATCH = 5_000
NEXT_ENTRIES = """
SELECT max(id) FROM (SELECT id FROM finance_entry WHERE fiscal_year_id = %(year)s AND id > %(after)s
                      ORDER BY id LIMIT %(batch)s) batch
"""
LINES = """
SELECT j.code, j.label, finance_reference(j.code, e.number, t.source_number), l.date, a.number, a.label,
       coalesce(x.number, ''), coalesce(x.label, ''),
       CASE WHEN lt.entry_id IS NULL THEN t.piece_ref ELSE lt.piece_ref END,
       CASE WHEN lt.entry_id IS NULL THEN t.piece_date ELSE lt.piece_date END,
       coalesce(lt.label, t.label), l.debit_cents, l.credit_cents, coalesce(g.code, ''), m.lettered_on,
       e.validated_on, trim_scale(lc.amount), coalesce(lc.currency, '')
  FROM finance_entry e
  JOIN finance_entrytext t ON t.entry_id = e.id
  JOIN finance_journal j ON j.id = e.journal_id
  JOIN finance_line l ON l.entry_id = e.id
  JOIN finance_chartaccount a ON a.id = l.account_id
  LEFT JOIN finance_auxiliaryaccount x ON x.id = l.auxiliary_id
  LEFT JOIN finance_linetext lt ON lt.entry_id = l.entry_id AND lt.position = l.position
  LEFT JOIN finance_linecurrency lc ON lc.entry_id = l.entry_id AND lc.position = l.position
  LEFT JOIN finance_letteredline m ON m.entry_id = l.entry_id AND m.position = l.position
  LEFT JOIN finance_lettering g ON g.id = m.lettering_id
 WHERE e.fiscal_year_id = %(year)s AND e.id > %(after)s AND e.id <= %(until)s
 ORDER BY e.id, l.position
"""


def fec_lines(year: FiscalYear) -> Iterator[fec.FecLine]:
    """Yield the lines of *year* in the order of validation. Source: LPF, art. A47 A-1, VII."""
    after, number = 0, 1
    while (until := _next(year, after)) is not None:
        with connections[current_alias()].cursor() as sql:
            sql.execute(LINES, {"year": year.pk, "after": after, "until": until})
            rows = sql.fetchall()
        for row in rows:
            number += 1
            yield fec.FecLine(number, *row)
        after = until


def _next(year: FiscalYear, after: int) -> int | None:
    with connections[current_alias()].cursor() as sql:
        sql.execute(NEXT_ENTRIES, {"year": year.pk, "after": after, "batch": BATCH})
        found: int | None = sql.fetchone()[0]
    return found


def write_fec(year: FiscalYear, stream: Writable, *, charset: str = "iso-8859-15", separator: str = "\t") -> int:
    """Write the FEC of *year* to *stream* and return its number of lines."""
    return fec.write(fec_lines(year), stream, charset=charset, separator=separator)


def fec_name(year: FiscalYear) -> str:
    return fec.file_name(year.company.siren, year.last_day)


def fec_description(year: FiscalYear, *, charset: str = "iso-8859-15", separator: str = "\t") -> str:
    """Return the notice that the law wants beside the file."""
    journals = dict(Journal.objects.filter(company=year.company_id).values_list("code", "label"))
    return fec.description(
        year.company.siren, closing=year.last_day, journals=journals, separator=separator, charset=charset
    )
