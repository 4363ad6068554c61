"""The words of a movement as they are compared: capitals, no accents, figures apart."""

from __future__ import annotations

import hashlib
import re
import unicodedata

SIGNATURE_LENGTH = 200
SHORTEST_REF = 3
_APART = re.compile(r"[^A-Z0-9]+")


def plain(text: str) -> str:
    """Return *text* in capitals without accents; æ, œ and ß are written out."""
    folded = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE").upper()
    return "".join(mark for mark in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(mark))


def words_of(*texts: str) -> str:
    """Return the words of *texts*, one space between, signs left out."""
    return " ".join(_APART.sub(" ", plain(text)).strip() for text in texts if text).strip()


def refs_of(*texts: str) -> str:
    """Return the words that hold figures, each with its signs left out: FA-2026/012 gives FA2026012."""
    found = (_APART.sub("", word) for text in texts for word in plain(text).split())
    kept = (word for word in found if len(word) >= SHORTEST_REF and any(mark.isdigit() for mark in word))
    return " ".join(dict.fromkeys(kept))


def signature_of(words: str) -> str:
    """Return the words without figures: what two movements of the same kind have in common."""
    return " ".join(word for word in words.split() if word.isalpha())[:SIGNATURE_LENGTH].strip()


def identity_of(*parts: object) -> str:
    """Return 32 hexadecimal digits that stand for *parts*."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:32]
