"""The FEC (fichier des écritures comptables): read with tolerance, checked strictly, written to the letter.

`check` gives a Report, `read` gives typed lines, `write` makes the official file, `file_name` and `description` what
goes with it. Pure: bytes in, values out, bounded memory, no clock, no Django.

Source: LPF, art. A47 A-1; BOI-CF-IOR-60-40-20; the administration's tester (DGFiP, Test Compta Demat).
"""

from __future__ import annotations

from collections.abc import Iterator

from .catalogue import Findings
from .check import EntriesFound, LinesFound, Report, check, check_entries, check_lines, report_of, unread
from .description import description
from .line import FecLine
from .naming import NameFacts, file_name, read_name
from .reader import Reader
from .source import Readable, Unreadable, unreadable
from .writer import write

__all__ = [
    "EntriesFound",
    "FecLine",
    "Findings",
    "LinesFound",
    "NameFacts",
    "Readable",
    "Report",
    "Unreadable",
    "check",
    "check_entries",
    "check_lines",
    "description",
    "file_name",
    "read",
    "read_name",
    "report_of",
    "unread",
    "unreadable",
    "write",
]


def read(stream: Readable, *, findings: Findings | None = None, lang: str = "fr") -> Iterator[FecLine]:
    """Yield the typed lines of the FEC in *stream*, in bounded memory, whatever its form.

    findings: gathers the remarks on form and values, if given. Only a file that `check` calls valid is sure to be read
    as it was meant. Raises Unreadable when the file is no FEC.
    """
    for batch in Reader(stream, findings or Findings(lang), lang=lang).batches():
        yield from batch.lines()
