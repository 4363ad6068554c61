"""Documents behind entries: told by their content, refused when disguised, dangerous or too large. No Django."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype

MOST_FILES, LARGEST_BYTES, LARGEST_TOGETHER_BYTES = 10, 20_000_000, 50_000_000
NAME_LENGTH, HEAD_BYTES, MOST_PARTS = 120, 8192, 10_000
TEXT = "text"
KINDS = {
    "pdf": ("application/pdf", {"pdf"}),
    "png": ("image/png", {"png"}),
    "jpg": ("image/jpeg", {"jpg"}),
    "jpeg": ("image/jpeg", {"jpg"}),
    "webp": ("image/webp", {"webp"}),
    "xml": ("application/xml", {TEXT, "xml"}),
    "csv": ("text/csv", {TEXT}),
    "txt": ("text/plain", {TEXT}),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", {"xlsx"}),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", {"docx"}),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", {"ods"}),
    "odt": ("application/vnd.oasis.opendocument.text", {"odt"}),
}
IMAGES = frozenset({"image/png", "image/jpeg", "image/webp"})
PDF = "application/pdf"
_OFFICE = {"word/": "docx", "xl/": "xlsx"}
_OPEN = {"application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods"}
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13}) + b"\x7f"


class Refused(StrEnum):
    """Why a document is not taken."""

    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    TOO_LARGE_TOGETHER = "too_large_together"
    EMPTY = "empty"
    NOT_ACCEPTED = "not_accepted"
    DISGUISED = "disguised"
    MACROS = "macros"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document as it arrives: the name it goes by, its size in bytes, its content from the start."""

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that is refused. found: its extension or what its content shows."""

    name: str
    reason: Refused
    found: str = ""


def refusals(files: list[Incoming]) -> list[Refusal]:
    """Return why *files* are not taken, none when all are; their contents are read and put back to the start."""
    if len(files) > MOST_FILES:
        return [Refusal("", Refused.TOO_MANY, str(len(files)))]
    if sum(file.size for file in files) > LARGEST_TOGETHER_BYTES:
        return [Refusal("", Refused.TOO_LARGE_TOGETHER)]
    return [refusal for file in files if (refusal := _refusal(file))]


def _refusal(file: Incoming) -> Refusal | None:
    name = clean_name(file.name)
    if file.size == 0:
        return Refusal(name, Refused.EMPTY)
    if file.size > LARGEST_BYTES:
        return Refusal(name, Refused.TOO_LARGE)
    extension = extension_of(name)
    if extension not in KINDS:
        return Refusal(name, Refused.NOT_ACCEPTED, extension)
    found = content_kind(file.content)
    if found == "macros":
        return Refusal(name, Refused.MACROS)
    return None if found in KINDS[extension][1] else Refusal(name, Refused.DISGUISED, found)


def media_type(name: str) -> str:
    """Return the type that an accepted document is kept under."""
    return KINDS[extension_of(clean_name(name))][0]


def clean_name(name: str) -> str:
    """Return the last part of *name* without control, invisible or direction marks, 120 characters at most."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    path = PurePosixPath(shown or "document")
    return path.stem[: NAME_LENGTH - len(path.suffix[:20])] + path.suffix[:20]


def extension_of(name: str) -> str:
    return PurePosixPath(name).suffix.lstrip(".").lower()


def content_kind(content: BinaryIO) -> str:
    """Return what the content shows: an extension, "text", "macros" for an office file that holds some, or ""."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    try:
        if head.startswith(b"PK"):
            return _zip_kind(content)
        guessed = filetype.guess_extension(head)
        if guessed:
            return str(guessed)
        return TEXT if len(head.translate(None, _CONTROLS)) == len(head) else ""
    finally:
        content.seek(0)


def _zip_kind(content: BinaryIO) -> str:
    try:
        content.seek(0)
        with zipfile.ZipFile(content) as archive:
            names = [name.lower() for name in archive.namelist()]
            if len(names) > MOST_PARTS:
                return "zip"  # No document of an office has so many parts; one could hide its macros behind them.
            if any(mark in name for name in names for mark in _MACROS):
                return "macros"
            found = next((kind for part, kind in _OFFICE.items() if any(n.startswith(part) for n in names)), "")
            if found and "[content_types].xml" in names:
                return found
            mime = archive.open("mimetype").read(100).decode("ascii", "replace").strip() if "mimetype" in names else ""
            return _OPEN.get(mime, "zip")
    except (zipfile.BadZipFile, EOFError, OSError, LookupError, RuntimeError, ValueError):
        return "zip"
