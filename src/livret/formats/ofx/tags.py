"""The tags of an OFX, one by one, whether SGML left them open or XML closed them."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from livret.formats.bank.catalogue import Findings
from livret.formats.bank.statement import Readable

CHUNK_BYTES = 1 << 16
LONGEST_VALUE = 1 << 16
_TAG = re.compile(r"<(/?)([A-Za-z0-9_.:]{1,64})\s*(/?)>([^<]*)")
_ENTITY = re.compile(r"&(#x?[0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos|nbsp);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_CHARSET = re.compile(rb"CHARSET:\s*([A-Za-z0-9-]+)", re.I)
_UTF8 = re.compile(rb"ENCODING:\s*(UTF-?8|UNICODE)|encoding=[\"']utf-?8[\"']", re.I)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag in capitals; value: what follows it, "" for one that holds others."""

    line: int
    name: str
    value: str
    is_end: bool


def tags(stream: Readable, findings: Findings) -> Iterator[Tag]:
    """Yield the tags of *stream* from <OFX> on. Raises Unreadable at what is none, a document type included."""
    held, line, is_open = "", 1, False
    for text, is_last in _texts(stream):
        held += text
        if not is_open:
            start = held.upper().find("<OFX>")
            if "<!" in held[: start if start >= 0 else None]:
                raise findings.unreadable("xml-doctype", line=1)
            if start < 0:
                continue
            line, held, is_open = line + held[:start].count("\n"), held[start:], True
        end = len(held) if is_last else held.rfind("<")
        place = 0
        for found in _TAG.finditer(held, 0, end):
            if held[place : found.start()].strip():
                raise _damaged(held[place : found.start()], line, findings)
            yield _tag(found, line)
            line += held.count("\n", place, found.end())
            place = found.end()
        held = held[place:]
        if len(held) > LONGEST_VALUE or (is_last and held.strip()):
            raise _damaged(held, line, findings)
    if not is_open:
        raise findings.unreadable("no-statement")


def _damaged(text: str, line: int, findings: Findings) -> Exception:
    return findings.unreadable("ofx-malformed", line=line, reason=" ".join(text[:60].split()))


def _tag(found: re.Match[str], line: int) -> Tag:
    end, name, empty, value = found.groups()
    return Tag(line, name.upper(), "" if end or empty else _unescaped(" ".join(value.split())), bool(end or empty))


def _unescaped(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if not name.startswith("#"):
        return _ENTITIES[name]
    number = int(name[2:], 16) if name[1] in "xX" else int(name[1:] if name[1:].isdigit() else "63")
    return chr(number) if 32 <= number < 0xD800 or 0xE000 <= number < 0x110000 else " "


def _texts(stream: Readable) -> Iterator[tuple[str, bool]]:
    first = stream.read(CHUNK_BYTES)
    decoder = codecs.getincrementaldecoder(_charset(first))(errors="replace")
    chunk = first
    while chunk:
        yield decoder.decode(chunk), False
        chunk = stream.read(CHUNK_BYTES)
    yield decoder.decode(b"", final=True), True


def _charset(head: bytes) -> str:
    """Return how the file is written: as its header says, else UTF-8 when its start decodes, else Windows-1252."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    named = _CHARSET.search(head[:4096])
    if _UTF8.search(head[:4096]) and not (named and named[1].isdigit()):
        return "utf-8"
    if named and named[1].upper().endswith(b"8859-1"):
        return "latin-1"
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
