"""Documents behind drafts and entries: attached, shown small, taken off a draft; never off an entry."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias, current_place
from livret.core.ui.figures import size_text
from livret.kernel.errors import Refusal
from livret.suite.finance.entry.rules import documents as rules
from livret.suite.finance.entry.rules.documents import Incoming, Refused
from livret.suite.finance.models import Attachment, DraftEntry, Entry

CHUNK = 1 << 20
LONGEST_SIDE, MOST_PIXELS, MOST_SIDE = 640, 50_000_000, 20_000
MOST_DECODED = 25_000_000  # A hundred megabytes at four bytes a pixel.
SMALL = "small-640.webp"
DECODED = ("PNG", "JPEG", "WEBP")


class DocumentsRefused(Refusal):
    """Some documents are not taken, so none was; the message says which and why."""

    def __init__(self, refusals: Sequence[rules.Refusal]) -> None:
        super().__init__(" ".join([*map(_worded, refusals), _("Nothing was attached.")]))


class PartOfTheBooks(Refusal):
    """The document stands behind a validated entry."""

    def __init__(self) -> None:
        super().__init__(_("This document stands behind a validated entry: it stays with it. You may add another."))


def _worded(refusal: rules.Refusal) -> str:
    words = {
        Refused.TOO_MANY: _("%(found)s documents were sent; %(most)s at most can be sent together."),
        Refused.TOO_LARGE: _("“%(name)s” is larger than %(largest)s."),
        Refused.TOO_LARGE_TOGETHER: _("The documents are larger than %(together)s together."),
        Refused.EMPTY: _("“%(name)s” is empty."),
        Refused.NOT_ACCEPTED: _("“%(name)s” is of a kind that is not taken: send one of %(kinds)s."),
        Refused.DISGUISED: _("“%(name)s” does not hold what its name says. Save it again in the kind that it names."),
        Refused.MACROS: _("“%(name)s” holds macros. Save it without them."),
    }
    facts = {"name": refusal.name, "found": refusal.found, "most": rules.MOST_FILES, "kinds": ", ".join(rules.KINDS)}
    sizes = {"largest": _size(rules.LARGEST_BYTES), "together": _size(rules.LARGEST_TOGETHER_BYTES)}
    return words[refusal.reason] % {**facts, **sizes}


def _size(octets: int) -> str:
    return size_text(octets, language=(get_language() or "fr")[:2])


def attach(files: Sequence[Incoming], *, to: DraftEntry | Entry, by: Actor, at: datetime) -> list[Attachment]:
    """Keep *files* behind a draft or a validated entry, all or none. Raises DocumentsRefused."""
    if refused := rules.refusals(list(files)):
        raise DocumentsRefused(refused)
    blobs = [store.put(_chunks(file.content), owner=_owner()) for file in files]
    where: dict[str, Any] = {"draft": to} if isinstance(to, DraftEntry) else {"entry": to}
    who = {"author_id": by.id, "author_name": by.name, "attached_at": at}
    with transaction.atomic(using=current_alias()):
        kept = [
            Attachment.objects.create(
                company_id=to.company_id,
                digest=blob.digest,
                name=rules.clean_name(file.name),
                media_type=rules.media_type(file.name),
                size=blob.size,
                **where,
                **who,
            )
            for file, blob in zip(files, blobs, strict=True)
        ]
        record("finance.document.attached", to, by=by, at=at, detail={"digests": [blob.digest for blob in blobs]})
    return kept


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    return iter(lambda: content.read(CHUNK), b"")


def _owner() -> str:
    return str(current_place().environment_id)


def take_off(document: Attachment, *, by: Actor, at: datetime) -> None:
    """Take a document off a draft. Raises PartOfTheBooks when the draft was validated, even a moment ago."""
    with transaction.atomic(using=current_alias()):
        held = Attachment.objects.select_for_update(of=("self",)).filter(pk=document.pk, draft__isnull=False).first()
        if held is None or held.draft is None:
            raise PartOfTheBooks
        record("finance.document.taken_off", held.draft, by=by, at=at, detail={"digest": held.digest})
        held.delete()


def open_document(document: Attachment) -> BinaryIO:
    return store.open_blob(document.digest, owner=_owner())


def small_image(document: Attachment) -> bytes | None:
    """Return an image of at most 640 pixels a side, decoded and written anew as WebP; None when it cannot be.

    It is decoded once, however often it is asked for, and so is found out one that cannot be.
    """
    if document.media_type not in rules.IMAGES:
        return None
    return store.derived(document.digest, owner=_owner(), name=SMALL, make=_small) or None


def _small(content: BinaryIO) -> bytes:
    """Return the small image, nothing when it cannot be decoded or would take too much memory to."""
    try:
        with Image.open(content, formats=DECODED) as image:
            if image.width * image.height > MOST_PIXELS or max(image.size) > MOST_SIDE:
                return b""
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # A photograph is read at a fraction of its size.
            if image.width * image.height > MOST_DECODED:
                return b""
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            encoded = io.BytesIO()
            upright.convert("RGBA" if upright.has_transparency_data else "RGB").save(encoded, "WEBP", quality=80)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return b""
    return encoded.getvalue()
