"""The content-addressed store: the same bytes of one owner are kept once, and never overwritten."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

_OWNER = re.compile(r"[0-9a-f-]{36}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """What was stored: the SHA-256 of the content, in hexadecimal, and its size in bytes."""

    digest: str
    size: int


def put(chunks: Iterable[bytes], *, owner: str) -> Blob:
    """Store the bytes of *chunks* for *owner* (the UUID of a client or environment), on disk when this returns."""
    folder = _folder(owner)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix="partial-", delete=False) as partial:
        try:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                partial.write(chunk)
            partial.flush()
            os.fsync(partial.fileno())
        except BaseException:
            Path(partial.name).unlink()
            raise
    target = path(digest.hexdigest(), owner=owner)
    target.parent.mkdir(exist_ok=True)
    Path(partial.name).replace(target)
    return Blob(digest.hexdigest(), size)


def open_blob(digest: str, *, owner: str) -> BinaryIO:
    """Open a stored file. Raises FileNotFoundError when *owner* has no such content."""
    return path(digest, owner=owner).open("rb")


def path(digest: str, *, owner: str) -> Path:
    """Return where the content stands. Raises ValueError on what is no digest, so that no path can be smuggled in."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"a digest is 64 hexadecimal characters, got {digest[:80]!r}")
    return _folder(owner) / digest[:2] / digest


def _folder(owner: str) -> Path:
    if not _OWNER.fullmatch(owner):
        raise ValueError(f"an owner is a UUID, got {owner[:80]!r}")
    return Path(settings.STATE_FOLDER) / "blobs" / owner
