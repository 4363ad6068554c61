"""The page of a report, drawn from its data file alone: the same data give the same bytes."""

from __future__ import annotations

import re
from datetime import datetime
from importlib.metadata import version
from json import dumps, loads
from pathlib import Path
from typing import Any, Final

import typst

PAGES = Path(__file__).with_name("pages")
LAYOUT = 1  # Of new reports; each layout once used stays as it is.
# What the fonts of the library draw, by ranges: Latin, Greek, Cyrillic, Hebrew, Arabic, punctuation and signs. A page
# of these standards is refused whole for one letter that its fonts lack, such as an emoji in a subject.
DRAWN: Final = (
    (0x09, 0x0A), (0x20, 0x7E), (0xA0, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1),
    (0x3A3, 0x484), (0x487, 0x4FF), (0x5D0, 0x5EA), (0x621, 0x63A), (0x640, 0x64A), (0x1E00, 0x1F15),
    (0x2010, 0x2027), (0x202F, 0x2040), (0x2044, 0x2052), (0x2074, 0x208E), (0x20A0, 0x20C0), (0x2100, 0x211E),
    (0x2122, 0x2122), (0x2153, 0x2184), (0x2190, 0x23FF), (0x2460, 0x2606), (0x2713, 0x2714), (0xFB00, 0xFB06),
    (0xFFFD, 0xFFFD),
)  # fmt: skip
MISSING: Final = "\ufffd"
_UNDRAWN: Final = re.compile("[^" + "".join(f"{chr(first)}-{chr(last)}" for first, last in DRAWN) + "]")
STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]


def renderer() -> str:
    """Return the library that draws, with its version: another version may place a line elsewhere."""
    return f"typst {version('typst')}"


def pdf_of(data: bytes, *, layout: int) -> bytes:
    """Return the report that *data* tells, as PDF/A-2a and PDF/UA-1, in its *layout*.

    The date inside the file is that of the freezing, the fonts are those that the library brings: nothing of the
    machine or of the moment enters. A letter that no font draws is shown as MISSING; the data file keeps it.
    """
    told = loads(data)
    frozen_at = datetime.fromisoformat(told["frozen_at"])
    return typst.compile(
        (PAGES / f"report-{layout}.typ").read_bytes(),
        sys_inputs={"data": dumps(_drawn(told), ensure_ascii=False)},
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=int(frozen_at.timestamp()),
    )


def _drawn(value: Any) -> Any:
    """Return *value*, of a data file, with every text as the fonts can draw it."""
    if isinstance(value, str):
        return _UNDRAWN.sub(MISSING, value)
    if isinstance(value, list):
        return [_drawn(one) for one in value]
    return {key: _drawn(one) for key, one in value.items()} if isinstance(value, dict) else value
