"""The French of the interface is typeset: its apostrophes, its spaces before punctuation, its sobriety."""

import re

import pytest

from tests.consistency.messages import catalogues

STRAIGHT_APOSTROPHE = r"\w'\w"
NO_SPACE_BEFORE = r"[^\s\u202f\u00a0?!][?!;](?=\s|$)"
SPACE_THAT_BREAKS = r"[\w’»)] (?:[?!;:%»])(?=\s|$)|« "
BOAST = r"avec succès"
FAULT = re.compile("|".join((STRAIGHT_APOSTROPHE, NO_SPACE_BEFORE, SPACE_THAT_BREAKS, BOAST)))


def said(folder):
    for message in catalogues("fr")[folder]:
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        yield from (re.sub(r"<[^>]*>|&\w+;|https?://\S+", " ", text) for text in words if message.id)


@pytest.mark.parametrize("folder", sorted(catalogues("fr")), ids=str)
def test_the_french_is_typeset(folder):
    assert [text for text in said(folder) if FAULT.search(text)] == []


@pytest.mark.parametrize(
    ("text", "is_faulty"),
    [
        ("Pourquoi\u202f?", False),
        ("Pourquoi ?", True),
        ("Pourquoi?", True),
        ("L’heure\u00a0: 14\u00a0h", False),
        ("L'heure", True),
        ("Enregistré avec succès", True),
        ("«\u00a0Care\u00a0»", False),
        ("« Care »", True),
    ],
)
def test_a_fault_of_typography_is_seen(text, is_faulty):
    assert bool(FAULT.search(text)) == is_faulty
