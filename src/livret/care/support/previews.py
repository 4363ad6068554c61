"""What a file shows at a glance: an image made smaller and written anew, or the first lines of a text.

Nothing of the original bytes of an image reaches the browser: it is decoded, turned upright and encoded again.
"""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from livret.care.support.models import Attachment
from livret.core.blobs import store

IMAGE, TEXT = "image", "text"
KINDS: Final = {
    "image/png": IMAGE,
    "image/jpeg": IMAGE,
    "image/gif": IMAGE,
    "image/webp": IMAGE,
    "text/plain": TEXT,
}
DECODED: Final = ("PNG", "JPEG", "GIF", "WEBP")
LONGEST_SIDE: Final = 960
SMALL: Final = "small-960.webp"
MOST_PIXELS: Final = 50_000_000  # 200 megabytes once decoded, at four bytes a pixel.
MOST_SIDE: Final = 20_000  # Each line costs memory of its own: one pixel wide, fifty million high takes gigabytes.
MOST_LINES: Final = 40
HEAD_BYTES: Final = 16_384
LATIN: Final = "cp1252"


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown, and as which type."""

    content: bytes
    content_type: str


def preview_kind(content_type: str) -> str:
    """Return "image" or "text" for a file that can be shown at a glance, empty for any other."""
    return KINDS.get(content_type, "")


def attachment_preview(file: Attachment) -> Preview | None:
    """Return what *file* shows at a glance; None when its kind shows nothing or its content cannot be decoded."""
    owner, kind = str(file.request.client.uuid), preview_kind(file.content_type)
    if not kind:
        return None
    if kind == IMAGE:
        small = store.derived(file.digest, owner=owner, name=SMALL, make=_small)
        return Preview(small, "image/webp") if small else None
    with store.open_blob(file.digest, owner=owner) as content:
        return text_preview(content.read(HEAD_BYTES))


def _small(content: BinaryIO) -> bytes:
    drawn = image_preview(content.read())
    return drawn.content if drawn else b""


def image_preview(content: bytes) -> Preview | None:
    """Return an image of at most 960 pixels a side as WebP, None when it cannot be decoded or is a bomb."""
    try:
        with Image.open(io.BytesIO(content), formats=DECODED) as image:
            if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_SIDE:
                return None
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # Before it is turned, which makes a copy.
            upright = ImageOps.exif_transpose(image)
            small = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
            encoded = io.BytesIO()
            small.save(encoded, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None
    return Preview(encoded.getvalue(), "image/webp")


def text_preview(head: bytes) -> Preview:
    """Return the first lines of a text as UTF-8; *head*: its beginning, which may stop within a letter."""
    lines = _decoded(head).splitlines()
    shown = "\n".join(lines[:MOST_LINES])
    return Preview(shown.encode(), "text/plain; charset=utf-8")


def _decoded(head: bytes) -> str:
    """Return *head* as letters: UTF-16 with its mark, else UTF-8, else the encoding of old French files."""
    is_whole = len(head) < HEAD_BYTES
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return codecs.getincrementaldecoder("utf-16")("replace").decode(head, is_whole)
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(head, is_whole)
    except UnicodeDecodeError:
        return head.decode(LATIN, "replace")
