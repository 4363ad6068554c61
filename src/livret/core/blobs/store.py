"""The content-addressed store: the same bytes of one owner are kept once, and never overwritten."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.conf import settings

_OWNER = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """What was stored: the SHA-256 of the content, in hexadecimal, and its size in bytes."""

    digest: str
    size: int


def put(chunks: Iterable[bytes], *, owner: str) -> Blob:
    """Store the bytes of *chunks* for *owner* (the UUID of a client or environment), on disk when this returns."""
    folder = folder_of(owner)
    for part in (folder.parent, folder):  # Whose files there are, and of what content, is nobody else's to list.
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix="partial-", delete=False) as partial:
        try:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                partial.write(chunk)
            partial.flush()
            os.fsync(partial.fileno())
            with locked(folder):
                _keep(Path(partial.name), path(digest.hexdigest(), owner=owner))
        except BaseException:
            Path(partial.name).unlink()
            raise
    return Blob(digest.hexdigest(), size)


def _keep(partial: Path, target: Path) -> None:
    """Give the finished file its name, for good even if the machine stops now; the same content keeps the first.

    The first is dated anew, and no longer noted as unused: whoever tidies up leaves what was stored a moment ago.
    """
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        os.utime(target)
        unused(target).unlink(missing_ok=True)
        partial.unlink()
        return
    partial.replace(target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


@contextmanager
def locked(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold the lock of an owner's files: together with others who store, alone to take one away."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def unused(blob: Path) -> Path:
    """Return where it is noted since when nothing refers to *blob*."""
    return blob.with_name(f"{blob.name}.unused")


def open_blob(digest: str, *, owner: str) -> BinaryIO:
    """Open a stored file. Raises FileNotFoundError when *owner* has no such content."""
    return path(digest, owner=owner).open("rb")


def derived(digest: str, *, owner: str, name: str, make: Callable[[BinaryIO], bytes]) -> bytes:
    """Return what *make* draws from a stored file, drawn once and kept beside it under *name*, as long as it is.

    name: changes when the drawing does. Raises FileNotFoundError when *owner* has no such content.
    """
    source = path(digest, owner=owner)
    kept = source.with_name(f"{source.name}.{name}")
    with suppress(FileNotFoundError):
        return kept.read_bytes()
    with source.open("rb") as stream:
        content = make(stream)
    with suppress(OSError), locked(folder_of(owner)):  # Without room, or without its source, it is drawn again.
        if source.exists():
            partial = kept.with_name(f"{kept.name}.{uuid4().hex}")
            partial.write_bytes(content)
            partial.replace(kept)
    return content


def path(digest: str, *, owner: str) -> Path:
    """Return where the content stands. Raises ValueError on what is no digest, so that no path can be smuggled in."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"a digest is 64 hexadecimal characters, got {digest[:80]!r}")
    return folder_of(owner) / digest[:2] / digest


def folder_of(owner: str) -> Path:
    if not _OWNER.fullmatch(owner):
        raise ValueError(f"an owner is a UUID, got {owner[:80]!r}")
    return Path(settings.STATE_FOLDER) / "blobs" / owner
