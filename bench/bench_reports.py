"""Seconds and memory of a general ledger as files, at 17,000 and 170,000 lines, beside the layout library's own table.

Usage: python bench/bench_reports.py [LINES]   (default 17,000, then ten times that; each in a process of its own)

17,000 lines are those of a complaint in the open: 4 min and 2.4 GB for the PDF of a general ledger (odoo/odoo 26830).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date

import typst

from livret.suite.finance.statements.files.paper import write_paper
from livret.suite.finance.statements.files.table import write_csv
from livret.suite.finance.statements.files.words import cell_text
from livret.suite.finance.statements.files.workbook import write_xlsx
from livret.suite.finance.statements.rules.sheets import AMOUNT, CODE, DAY, TEXT, Column, Row, Sheet

LINES = 17_000
COLUMNS = (
    Column("Date", DAY, 8), Column("Journal", CODE, 5), Column("Écriture", CODE, 10), Column("Auxiliaire", CODE, 8),
    Column("Pièce", TEXT, 10), Column("Libellé", TEXT, 28), Column("Lettrage", CODE, 5), Column("Débit", AMOUNT, 11),
    Column("Crédit", AMOUNT, 11), Column("Solde", AMOUNT, 12),
)  # fmt: skip
PEER = """#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4", flipped: true)
#set text(7pt)
#table(columns: 10, stroke: none, ..data.flatten())
"""
WRITERS = {"CSV": write_csv, "workbook": write_xlsx, "PDF": write_paper}
PEER_NAME = "PDF by the layout library"


def rows(count: int) -> Iterator[Row]:
    for rank in range(count):
        label = f"Facture de prestations n° {rank}"
        cells = (date(2025, 1, 15), "VE", f"VE-{rank:06d}", f"C{rank % 2000:05d}", f"FA-{rank}", label, "AA")
        yield Row((*cells, 120_000 + rank, None, 1_000 * rank))


def write(name: str, count: int) -> None:
    """Write one file and print its CPU seconds, its size and the memory that the process grew to."""
    start = time.process_time()
    with tempfile.TemporaryFile() as stream:
        if name == PEER_NAME:
            told = [[cell_text(*pair) for pair in zip(COLUMNS, row.cells, strict=True)] for row in rows(count)]
            stream.write(typst.compile(PEER.encode(), sys_inputs={"data": json.dumps(told)}, format="pdf"))
        else:
            WRITERS[name](Sheet("Grand livre", "grand-livre", ("Ateliers Lumen",), COLUMNS, rows(count)), stream)
        size = stream.tell()
    spent = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:28} {count:>9,} lines {spent:8.2f} s CPU {size / 1e6:7.1f} MB {memory:>6,} MB of memory")


def main() -> None:
    if len(sys.argv) > 2:
        return write(sys.argv[1], int(sys.argv[2]))
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else LINES
    for name, count in [*((name, n) for n in (lines, 10 * lines) for name in WRITERS), (PEER_NAME, lines)]:
        subprocess.run([sys.executable, __file__, name, str(count)], check=True)
    return None


if __name__ == "__main__":
    main()
