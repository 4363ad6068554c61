"""The part of a text where the words somebody looks for stand closest together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

WIDTH: Final = 160
_WORD: Final = re.compile(r"[^\W_]+")
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_SHORT: Final = 3

Piece = tuple[str, bool]


def folded(word: str) -> str:
    """Return *word* in small letters without its accents."""
    parted = unicodedata.normalize("NFD", word.lower().translate(_LIGATURES))
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def excerpt(text: str, stems: Collection[str]) -> tuple[Piece, ...]:
    """Return about WIDTH characters of *text* as pieces, each with whether it is a word that begins with a stem.

    stems: words without their endings; one shorter than three letters must be the whole word. Put together, the pieces
    are a part of *text* with its white space made single. Empty when the text holds none of them.
    """
    plain = " ".join(text.split())
    hits = [(at.start(), at.end(), stem) for at in _WORD.finditer(plain) if (stem := _stem_of(at.group(), stems))]
    if not hits:
        return ()
    first = max(range(len(hits)), key=lambda start: (_different(hits, start), -start))
    begins = _back_to_a_word(plain, hits[first][0] - WIDTH // 4)
    return tuple(_pieces(plain, hits, begins, min(begins + WIDTH, len(plain))))


def _stem_of(word: str, stems: Collection[str]) -> str:
    seen = folded(word)
    found = (stem for stem in map(folded, stems) if (seen.startswith(stem) if len(stem) >= _SHORT else seen == stem))
    return next(found, "")


def _different(hits: list[tuple[int, int, str]], start: int) -> int:
    furthest = hits[start][0] + WIDTH * 3 // 4
    return len({stem for begins, _ends, stem in hits[start : start + WIDTH] if begins < furthest})


def _back_to_a_word(text: str, at: int) -> int:
    return text.find(" ", at) + 1 if at > 0 else 0


def _pieces(text: str, hits: list[tuple[int, int, str]], at: int, end: int) -> Iterator[Piece]:
    last = text.rfind(" ", at, end) if end < len(text) else end
    for begins, ends, _stem in hits:
        if at <= begins and ends <= last:
            yield from ((text[at:begins], False),) if begins > at else ()
            yield text[begins:ends], True
            at = ends
    yield from ((text[at:last], False),) if last > at else ()
