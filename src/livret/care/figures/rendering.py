"""The page of a report, drawn from its data file alone: the same data give the same bytes."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from json import loads
from pathlib import Path

import typst

PAGES = Path(__file__).with_name("pages")
LAYOUT = 1  # Of new reports; each layout once used stays as it is.
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


def renderer() -> str:
    """Return the library that draws, with its version: another version may place a line elsewhere."""
    return f"typst {version('typst')}"


def pdf_of(data: bytes, *, layout: int) -> bytes:
    """Return the report that *data* tells, as PDF/A-2a and PDF/UA-1, in its *layout*.

    The date inside the file is that of the freezing, the fonts are those that the library brings: nothing of the
    machine or of the moment enters.
    """
    frozen_at = datetime.fromisoformat(loads(data)["frozen_at"])
    return typst.compile(
        (PAGES / f"report-{layout}.typ").read_bytes(),
        sys_inputs={"data": data.decode()},
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=int(frozen_at.timestamp()),
    )
