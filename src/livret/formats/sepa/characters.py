"""The characters that every bank of the SEPA schemes takes."""

from __future__ import annotations

import string
import unicodedata
from types import MappingProxyType

ALLOWED = frozenset(string.ascii_letters + string.digits + "/-?:().,'+ ")
SPELT = MappingProxyType(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"’": "'", "‘": "'", "“": "'", "”": "'", "«": "'", "»": "'", "–": "-", "—": "-", "&": "+", "_": "-", "€": "EUR"}
)


def latin(text: str) -> str:
    """Return *text* in the characters that every bank takes: accents dropped, others spelt or left out, blanks single.

    Slashes are single, and neither first nor last.
    Source: EPC217-08, SEPA requirements for an extended character set, basic Latin set; the spelling is ours.
    """
    spelt = "".join(SPELT.get(char, char) for char in text)
    bare = "".join(char for char in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(char))
    kept = "".join(char if char in ALLOWED else " " for char in bare)
    while "//" in kept:
        kept = kept.replace("//", "/")
    return " ".join(kept.split()).strip("/ ")
