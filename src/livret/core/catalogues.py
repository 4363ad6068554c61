"""Message catalogues: compiled from their .po when a process starts, so that no binary stands in the tree."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def compile_catalogues() -> int:
    """Write the .mo of every .po of the package that is newer; return how many were written.

    Processes that start together may each write one: it is put in place whole, under a name of its own until then.
    """
    written = 0
    for source in PACKAGE.glob("**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        _compile(source, target)
        written += 1
    return written


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parts[-3])
    partial = target.with_name(f"{uuid4().hex}.partial")
    try:
        with partial.open("wb") as stream:
            write_mo(stream, catalogue)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
