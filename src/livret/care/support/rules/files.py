"""Files that travel with a request: told by their content, refused when disguised, dangerous or too large."""

from __future__ import annotations

import codecs
import lzma
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO

import filetype

from livret.care.support.rules.defaults import FileKind, FileLimits

NAME_LENGTH = 120
HEAD_BYTES = 8192
TEXT = "text"
_MACROS = ("vbaproject.bin", "basic/", "scripts/")
_OFFICE = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_OPEN = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_MOST_ZIP_ENTRIES = 10_000


class Refused(StrEnum):
    """Why a file is not taken."""

    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    TOO_LARGE_TOGETHER = "too_large_together"
    EMPTY = "empty"
    NOT_ACCEPTED = "not_accepted"
    DISGUISED = "disguised"
    MACROS = "macros"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as it arrives: the name it goes by, its size in bytes, its content from the start."""

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that was checked, with the name and type it is kept under."""

    name: str
    type: str
    incoming: Incoming


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """A file that is refused. found: what its content shows, empty when nothing is recognised."""

    name: str
    reason: Refused
    found: str = ""
    size: int = 0


def check_files(
    files: Sequence[Incoming], *, limits: FileLimits, kinds: Sequence[FileKind]
) -> tuple[list[Accepted], list[FileRefusal]]:
    """Return the files taken and those refused; nothing is kept when one is refused, that is the caller's rule."""
    refused: list[FileRefusal] = []
    accepted: list[Accepted] = []
    if len(files) > limits.max_files:
        refused.append(FileRefusal("", Refused.TOO_MANY, size=len(files)))
    total = sum(file.size for file in files)
    if total > limits.max_total_bytes:
        refused.append(FileRefusal("", Refused.TOO_LARGE_TOGETHER, size=total))
    for file in files if not refused else ():
        found = check_file(file, limits=limits, kinds=kinds)
        if isinstance(found, Accepted):
            accepted.append(found)
        else:
            refused.append(found)
    return accepted, refused


def check_file(file: Incoming, *, limits: FileLimits, kinds: Sequence[FileKind]) -> Accepted | FileRefusal:
    """Return *file* as accepted, or why not. Its content is read and put back to its start."""
    name = clean_name(file.name)
    if file.size == 0:
        return FileRefusal(name, Refused.EMPTY)
    if file.size > limits.max_file_bytes:
        return FileRefusal(name, Refused.TOO_LARGE, size=file.size)
    extension = extension_of(name)
    kind = next((kind for kind in kinds if extension in kind.extensions), None)
    if kind is None:
        return FileRefusal(name, Refused.NOT_ACCEPTED, extension)
    found = content_kind(file.content)
    if found == "macros":
        return FileRefusal(name, Refused.MACROS)
    if found not in (kind.key, *kind.extensions):
        return FileRefusal(name, Refused.DISGUISED, found)
    return Accepted(name, kind.type, file)


def clean_name(name: str) -> str:
    """Return the last part of *name* without control, invisible or direction marks, 120 characters at most."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    path = PurePosixPath(shown or "file")
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
        return TEXT if _is_text(head, content) else ""
    finally:
        content.seek(0)


def _zip_kind(content: BinaryIO) -> str:
    """Return the office kind of a zip archive by the parts it holds, "zip" for any other."""
    try:
        content.seek(0)
        with zipfile.ZipFile(content) as archive:
            names = [name.lower() for name in archive.namelist()]
            if len(names) > _MOST_ZIP_ENTRIES:
                return "zip"  # No document of an office has so many parts; one could hide its macros behind them.
            if any(mark in name for name in names for mark in _MACROS):
                return "macros"
            for kind, folder in _OFFICE.items():
                if "[content_types].xml" in names and any(name.startswith(folder) for name in names):
                    return kind
            mime = archive.open("mimetype").read(100).decode("ascii", "replace") if "mimetype" in names else ""
            return next((kind for kind, declared in _OPEN.items() if mime.strip() == declared), "zip")
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, LookupError, RuntimeError, ValueError):
        return "zip"


def _is_text(head: bytes, content: BinaryIO) -> bool:
    """Tell whether the content reads as text: no control character but those of layout, UTF-16 only with its mark."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _is_utf16_text(head)
    content.seek(0)
    return all(not _has_control(chunk) for chunk in iter(lambda: content.read(1 << 20), b""))


def _is_utf16_text(head: bytes) -> bool:
    """Tell whether *head*, which may stop within a letter, reads as UTF-16 without control characters."""
    try:
        letters = codecs.getincrementaldecoder("utf-16")().decode(head)
    except UnicodeDecodeError:
        return False
    return not any(letter < " " and letter not in "\t\n\r\f" for letter in letters)


_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 26}) + b"\x7f"


def _has_control(chunk: bytes) -> bool:
    return len(chunk.translate(None, _CONTROLS)) != len(chunk)
