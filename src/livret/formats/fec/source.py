"""The bytes of a FEC: refuse what is not flat text, find the line ends, and yield decoded lines in bounded memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Protocol

from livret.kernel.errors import Refusal
from livret.kernel.findings import Finding

from .catalogue import Findings

CHUNK_BYTES = 1 << 18
LINE_BYTES = 1 << 16

_SIGNATURES = {
    b"PK\x03\x04": "ZIP / XLSX / ODS",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"BZh": "BZIP2",
    b"\xfd7zXZ": "XZ",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"SQLite format 3": "SQLite",
}
_EBCDIC_JOURNAL = "journal".encode("cp500")
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\r\n")
_SPACES = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))
_UTF8_PAIR = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")
_CP1252_ONLY = bytes(range(0x80, 0xA0))


class Readable(Protocol):
    """Anything that gives bytes: an open file, an upload, a pipe."""

    def read(self, size: int, /) -> bytes: ...


class Unreadable(Refusal):
    """The file is not a FEC at all: nothing of it can be checked or read. `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


def unreadable(code: str, *, lang: str = "fr", line: int | None = None, **values: str | int) -> Unreadable:
    """Return the refusal for *code*, worded in *lang*."""
    found = Findings(lang)
    found.add(code, line=line, column=None, **values)
    return Unreadable(found.result()[0])


class Source:
    """Decoded lines of a byte stream, batch by batch.

    charset: what was found so far; dropped: numbers of the lines of the batch that were too long and left blank.

    Lines end with LF or CR LF, or with CR alone when the first line does. UTF-8 is believed as long as it decodes;
    otherwise bytes 0x80 to 0x9F tell Windows-1252 from ISO 8859-15. A choice made is kept, and departures are found.
    Source: LPF, art. A47 A-1, VI and XII.
    """

    def __init__(self, stream: Readable, findings: Findings, *, lang: str = "fr") -> None:
        self.charset = "ascii"
        self.dropped: set[int] = set()
        self._stream = stream
        self._findings = findings
        self._lang = lang
        self._next_line = 1

    def batches(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (number of the first line, lines without their ends). Raises Unreadable."""
        head = self._head()
        end = _line_end(head)
        for piece in self._pieces(head, end):
            lines = self._decoded(piece, end).split("\n")
            yield self._next_line, lines
            self._next_line += len(lines)
            self.dropped.clear()

    def _head(self) -> bytes:
        head = _read_fully(self._stream, CHUNK_BYTES)
        if not head:
            raise unreadable("file-empty", lang=self._lang)
        head = self._without_mark(head)
        if kind := next((kind for mark, kind in _SIGNATURES.items() if head.startswith(mark)), None):
            raise unreadable("file-binary", lang=self._lang, kind=kind)
        if head.lstrip()[:5].lower() == b"<?xml":
            raise unreadable("file-xml", lang=self._lang)
        if head[: len(_EBCDIC_JOURNAL)].translate(_EBCDIC_LOWER) == _EBCDIC_JOURNAL:
            raise unreadable("file-binary", lang=self._lang, kind="EBCDIC")
        return head

    def _without_mark(self, head: bytes) -> bytes:
        if head.startswith(codecs.BOM_UTF8):
            self._findings.add("bom", line=1)
            self.charset = "utf-8"
            return head[len(codecs.BOM_UTF8) :]
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._findings.add("charset-utf16", line=1)
            recoded = _Recoded(head, self._stream)
            self._stream, self.charset = recoded, "utf-16"
            return _read_fully(recoded, CHUNK_BYTES)
        return head

    def _pieces(self, head: bytes, end: bytes) -> Iterator[bytes]:
        """Yield whole lines without the last end; a line over the limit is left blank and found."""
        rest = b""
        chunk = head
        while chunk:
            piece, found, rest = (rest + chunk).rpartition(end)
            if found:
                yield self._without_long_lines(piece, end)
            if len(rest) > LINE_BYTES:
                self._too_long(self._next_line)
                rest = self._skip_to(end)
                yield b""
            chunk = self._stream.read(CHUNK_BYTES)
        if rest:
            yield self._without_long_lines(rest.removesuffix(end), end)

    def _without_long_lines(self, piece: bytes, end: bytes) -> bytes:
        if len(piece) <= LINE_BYTES:
            return piece
        lines = piece.split(end)
        if max(map(len, lines)) <= LINE_BYTES:
            return piece
        for row, line in enumerate(lines):
            if len(line) > LINE_BYTES:
                self._too_long(self._next_line + row)
                lines[row] = b""
        return end.join(lines)

    def _too_long(self, line: int) -> None:
        if line == 1:
            raise unreadable("header-too-long", lang=self._lang, line=1, value=LINE_BYTES)
        self._findings.add("line-too-long", line=line, value=LINE_BYTES)
        self.dropped.add(line)

    def _skip_to(self, end: bytes) -> bytes:
        while chunk := self._stream.read(CHUNK_BYTES):
            if end in chunk:
                return chunk.partition(end)[2]
        return b""

    def _decoded(self, piece: bytes, end: bytes) -> str:
        if end == b"\r":
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        elif b"\r" in piece or piece.endswith(b"\r"):
            piece = piece.replace(b"\r\n", b"\n").removesuffix(b"\r")
        piece = self._without_controls(piece)
        if piece.isascii():
            return piece.decode("ascii")
        return self._decoded_accents(piece)

    def _without_controls(self, piece: bytes) -> bytes:
        if b"\r" not in piece and len(piece.translate(None, _CONTROLS)) == len(piece):
            return piece
        clean = piece.translate(_SPACES).replace(b"\r", b" ")
        for row, (before, after) in enumerate(zip(piece.split(b"\n"), clean.split(b"\n"), strict=True)):
            if before != after:
                self._findings.add("control-character", line=self._next_line + row)
        return clean

    def _decoded_accents(self, piece: bytes) -> str:
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError:
            return self._decoded_otherwise(piece)
        if self.charset == "ascii":
            self.charset = "utf-8"
        elif self.charset not in {"utf-8", "utf-16"}:
            self._findings.add("charset-mixed", line=self._next_line, value="UTF-8")
        return text

    def _decoded_otherwise(self, piece: bytes) -> str:
        if self.charset == "ascii":
            self.charset = "utf-8" if _is_mostly_utf8(piece) else "iso-8859-15"
        if self.charset in {"iso-8859-15", "cp1252"} and not _UTF8_PAIR.search(piece):
            self.charset = "cp1252" if _is_cp1252(piece) else self.charset
            return self._decoded_bytes(piece)
        return "\n".join(self._decoded_line(line, self._next_line + row) for row, line in enumerate(piece.split(b"\n")))

    def _decoded_line(self, line: bytes, number: int) -> str:
        charset = "utf-8" if _is_utf8(line) else "cp1252" if _is_cp1252(line) else "iso-8859-15"
        if not line.isascii() and (charset == "utf-8") is not (self.charset == "utf-8"):
            self._findings.add("charset-mixed", line=number, value=charset.upper())
        return line.decode(charset, "replace")

    def _decoded_bytes(self, piece: bytes) -> str:
        text = piece.decode(self.charset, "replace")
        if "\ufffd" in text:
            for row, line in enumerate(text.split("\n")):
                if "\ufffd" in line:
                    self._findings.add("charset-undecodable", line=self._next_line + row)
        return text


class _Recoded:
    """A stream of UTF-16 read as UTF-8."""

    def __init__(self, head: bytes, stream: Readable) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._pending = self._decoder.decode(head).encode("utf-8", "replace")
        self._stream = stream

    def read(self, size: int) -> bytes:
        while not self._pending:
            chunk = self._stream.read(size)
            if not chunk:
                return b""
            self._pending = self._decoder.decode(chunk).encode("utf-8", "replace")
        pending, self._pending = self._pending, b""
        return pending


_EBCDIC_LOWER = bytes.maketrans("JOURNAL".encode("cp500"), _EBCDIC_JOURNAL)


def _read_fully(stream: Readable, size: int) -> bytes:
    """Return *size* bytes, or fewer at the end of the file: a pipe gives what it has."""
    parts: list[bytes] = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _line_end(head: bytes) -> bytes:
    first = head.find(b"\n")
    carriage = head.find(b"\r")
    return b"\r" if carriage >= 0 and (first < 0 or carriage + 1 < first) else b"\n"


def _is_cp1252(piece: bytes) -> bool:
    return len(piece.translate(None, _CP1252_ONLY)) < len(piece)


def _is_mostly_utf8(piece: bytes) -> bool:
    accented = [line for line in piece.split(b"\n") if not line.isascii()]
    return 2 * sum(map(_is_utf8, accented)) > len(accented)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
