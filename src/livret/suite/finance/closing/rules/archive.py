"""The archive of a fiscal year: what its manifest says, and proving it again from its own bytes alone. Pure."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from livret.formats import fec

FORM = "livret-archive-1"
MANIFEST, SEALS = "manifest.json", "seals.jsonl"
CHUNK = 1 << 20
START = bytes(32)
MOST_MANIFEST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """Something in an archive that is not what its manifest says. place: a file or a journal."""

    code: str
    place: str
    expected: str = ""
    found: str = ""


@dataclass(slots=True)
class Verdict:
    """What an archive says of itself and what is wrong with it; whole when nothing is."""

    manifest: Mapping[str, Any] = field(default_factory=dict)
    faults: list[ArchiveFault] = field(default_factory=list)
    entries: int = 0
    lines: int = 0
    debit_cents: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.faults

    def add(self, code: str, place: str, expected: object = "", found: object = "") -> None:
        self.faults.append(ArchiveFault(code, place, str(expected), str(found)))


def verify(stream: BinaryIO) -> Verdict:
    """Return the verdict on an archive, read in constant memory.

    Every file against its size and SHA-256, every seal computed again from the text of its entry and the seal before,
    the last of each journal against the manifest's heads, the totals of lines and of the FEC against the manifest's.
    """
    verdict = Verdict()
    try:
        with zipfile.ZipFile(stream) as box:
            _verify(box, verdict)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        verdict.add("unreadable", "zip", found=type(error).__name__)
    return verdict


def _verify(box: zipfile.ZipFile, verdict: Verdict) -> None:
    manifest = _manifest(box, verdict)
    if manifest is None:
        return
    verdict.manifest = manifest
    try:
        _verify_files(box, verdict)
        _verify_seals(box, verdict)
        _verify_fec(box, verdict)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        verdict.add("unreadable", MANIFEST, found=f"{type(error).__name__} {error}")


def _manifest(box: zipfile.ZipFile, verdict: Verdict) -> Mapping[str, Any] | None:
    try:
        if box.getinfo(MANIFEST).file_size > MOST_MANIFEST_BYTES:
            raise ValueError("too large")
        found = json.loads(box.read(MANIFEST))
        if found["form"] != FORM:
            verdict.add("form", MANIFEST, FORM, found["form"])
            return None
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        verdict.add("unreadable", MANIFEST, found=type(error).__name__)
        return None
    return dict(found)


def _verify_files(box: zipfile.ZipFile, verdict: Verdict) -> None:
    told = {one["name"]: one for one in verdict.manifest["files"]}
    held = [name for name in box.namelist() if name != MANIFEST]
    for name in sorted(told.keys() - set(held)):
        verdict.add("missing", name)
    for name in sorted(set(held) - told.keys()):
        verdict.add("unknown", name)
    for name in sorted({name for name in held if held.count(name) > 1}):
        verdict.add("twice", name)
    for name in sorted(told.keys() & set(held)):
        digest, size = _hashed(box, name)
        if (digest, size) != (told[name]["sha256"], told[name]["bytes"]):
            verdict.add("changed", name, told[name]["sha256"], digest)


def _hashed(box: zipfile.ZipFile, name: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with box.open(name) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def _verify_seals(box: zipfile.ZipFile, verdict: Verdict) -> None:
    """Follow each chain from its start to the head that the manifest tells."""
    heads: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    with box.open(SEALS) as stream:
        for row in stream:
            journal, number, seal, text = json.loads(row)
            before = heads.get(journal, (0, START.hex()))
            digest = hashlib.sha256(text.encode()).digest()
            whole = hashlib.sha256(bytes.fromhex(before[1]) + digest).hexdigest()
            if journal not in broken and (number != before[0] + 1 or seal != whole):
                broken.add(journal)
                verdict.add("seal", f"{journal} {number}", whole, seal)
            heads[journal] = (number, seal)
            _count(verdict, text)
    told = {one["journal"]: (one["entries"], one["head"]) for one in verdict.manifest["journals"]}
    for journal in sorted(told.keys() | heads.keys()):
        if told.get(journal) != heads.get(journal):
            verdict.add("head", journal, told.get(journal), heads.get(journal))
    _compare(verdict, SEALS, verdict.entries, verdict.lines, verdict.debit_cents)


def seals_at(stream: BinaryIO, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the seals, in hexadecimal, that an archive holds of some entries, by journal and number."""
    found = {}
    with zipfile.ZipFile(stream) as box, box.open(SEALS) as rows:
        for row in rows:
            journal, number, seal, _text = json.loads(row)
            if (journal, number) in wanted:
                found[journal, number] = seal
    return found


def _count(verdict: Verdict, text: str) -> None:
    rows = [json.loads(row) for row in text.split("\n")]
    verdict.entries += 1
    verdict.lines += len(rows) - 1
    verdict.debit_cents += sum(row[4] for row in rows[1:])


def _verify_fec(box: zipfile.ZipFile, verdict: Verdict) -> None:
    name = verdict.manifest["fec"]
    lines, debit = 0, 0
    with box.open(name) as stream:
        for line in fec.read(stream):
            lines += 1
            debit += line.debit_cents
    _compare(verdict, name, None, lines, debit)


def _compare(verdict: Verdict, place: str, entries: int | None, lines: int, debit: int) -> None:
    totals = verdict.manifest["totals"]
    found = {"entries": totals["entries"] if entries is None else entries, "lines": lines, "debit_cents": debit}
    for key, value in found.items():
        if totals[key] != value:
            verdict.add("total", f"{place} {key}", totals[key], value)
