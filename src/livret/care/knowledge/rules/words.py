"""The words of what somebody typed, ready to be looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# What people type first says what they mean; the rest of a long text would only blur it.
MOST_WORDS: Final = 24
LONGEST_WORD: Final = 40
SHORTEST_BEGINNING: Final = 3
_FURTHEST: Final = 4_000
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word to look for; is_beginning: it may go on, since the person is still typing it."""

    text: str
    is_beginning: bool = False


def words_in(typed: str) -> tuple[Word, ...]:
    """Return the first different words of *typed*, in their order, letters and digits only.

    The last word of all is a beginning when nothing stands after it and it is long enough to mean something. Empty
    when *typed* holds no word. Whatever stands between words, operators of a search included, has no meaning.
    """
    found = [match.group()[:LONGEST_WORD].lower() for match in _WORD.finditer(typed[:_FURTHEST])]
    kept = list(dict.fromkeys(found))[:MOST_WORDS]
    last = kept[-1] if kept and found[-1] == kept[-1] and not typed[-1:].isspace() else ""
    return tuple(Word(word, word == last and len(word) >= SHORTEST_BEGINNING) for word in kept)
