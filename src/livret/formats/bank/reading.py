"""Telling the format of a statement by its first bytes, and reading it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from livret.formats import camt, cfonb, ofx

from .catalogue import Findings
from .check import checked
from .statement import Item, Readable

HEAD_BYTES = 4096
LARGEST_BYTES = 512_000_000
FORMATS = {"camt": "CAMT.053", "cfonb": "CFONB120", "ofx": "OFX"}
_READERS = {"camt": camt.read, "cfonb": cfonb.read, "ofx": ofx.read}
_OFX = re.compile(rb"OFXHEADER|<OFX>", re.I)


def kind_of(head: bytes) -> str:
    """Return "camt", "cfonb" or "ofx" for the first bytes of a file, "" when it is none of them."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "camt"
    if _OFX.search(text):
        return "ofx"
    if text.startswith(b"<"):
        return "camt"
    return "cfonb" if text[:2] in (b"01", b"04", b"05", b"07") else ""


def read(stream: Readable, findings: Findings) -> Iterator[Item]:
    """Yield what the statements in *stream* hold, their sums checked, in bounded memory.

    Raises Unreadable when the file is no statement, or where it stops making sense; what was yielded before holds.
    """
    source = Bounded(stream, findings)
    if not source.head.strip():
        raise findings.unreadable("file-empty")
    kind = kind_of(source.head)
    if not kind:
        raise findings.unreadable("format-unknown", value=source.head[:40].decode("latin-1"))
    yield from checked(_READERS[kind](source, findings), findings)


class Bounded:
    """A stream whose first bytes were looked at, and that ends in a refusal beyond the largest size."""

    def __init__(self, stream: Readable, findings: Findings) -> None:
        self._stream, self._findings = stream, findings
        self.head = _head(stream)
        self._given, self._start = 0, self.head

    def read(self, size: int, /) -> bytes:
        if self._start:
            piece, self._start = self._start[:size], self._start[size:]
        else:
            piece = self._stream.read(size)
        self._given += len(piece)
        if self._given > LARGEST_BYTES:
            raise self._findings.unreadable("file-too-large", limit=LARGEST_BYTES // 1_000_000)
        return piece


def _head(stream: Readable) -> bytes:
    """Return the first bytes of *stream*, however few it gives at a time."""
    head = b""
    while len(head) < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - len(head))):
        head += piece
    return head
