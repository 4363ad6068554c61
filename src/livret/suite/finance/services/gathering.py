"""Bringing together the lines of an entry that stand apart in a file: an entry is one journal and number."""

from __future__ import annotations

import tempfile
from typing import BinaryIO

from django.db import connections
from django.db.backends.utils import CursorWrapper

from livret.core.tenancy.context import current_alias
from livret.formats.fec import Findings, Readable
from livret.formats.fec.fields import OFFICIAL
from livret.formats.fec.reader import Reader
from livret.formats.fec.writer import line_text
from livret.suite.finance.rules.journals import UNNAMED

TABLE = """
CREATE TEMPORARY TABLE scattered (line integer, journal text, number text, content text) ON COMMIT DROP
"""
SORTED = """
COPY (SELECT s.content
        FROM scattered s
        JOIN (SELECT journal, number, min(line) AS first FROM scattered GROUP BY journal, number) f
          ON f.journal = s.journal AND f.number = s.number
       ORDER BY f.first, s.line) TO STDOUT
"""


def gathered(sql: CursorWrapper, stream: Readable) -> BinaryIO:
    """Return a FEC with the lines of *stream*, each entry whole where its first line stands; on disk, of any size."""
    sql.execute(TABLE)
    found = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller.
    with connections[current_alias()].wrap_database_errors:
        _copy_in(sql, stream)
        _write_sorted(sql, found)
    found.seek(0)
    return found


def _copy_in(sql: CursorWrapper, stream: Readable) -> None:
    with sql.copy("COPY scattered FROM STDIN") as copy:
        for batch in Reader(stream, Findings()).batches():
            for line in batch.lines():
                journal = line.journal_code or UNNAMED
                copy.write_row((line.line_number, journal, line.entry_number, line_text(line)))
    sql.execute("ANALYZE scattered")


def _write_sorted(sql: CursorWrapper, found: BinaryIO) -> None:
    found.write("\t".join(OFFICIAL).encode() + b"\r\n")
    with sql.copy(SORTED) as copy:
        for (content,) in copy.rows():
            found.write(content.encode() + b"\r\n")
    sql.execute("DROP TABLE scattered")
