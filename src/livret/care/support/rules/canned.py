"""Canned answers: words kept for answers that come again, with places that are filled for the request at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The places that may stand in a canned answer, as their French authors write them: {{prenom}}.
PLACES = ("client", "prenom", "nom", "numero", "objet", "produit", "echeance", "code_appel", "technicien")
_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def unknown_places(body: str) -> list[str]:
    """Return the names in *body* that stand for nothing, in their order, each once."""
    names = (match.group(1) for match in _PLACE.finditer(body))
    return list(dict.fromkeys(name for name in names if name not in PLACES))


def filled(body: str, facts: Mapping[str, str]) -> str:
    """Return *body* with its places filled; a place without a fact keeps its braces, so that the author sees it.

    What is filled in is never read again for places, nor as Markdown.
    """
    return _PLACE.sub(lambda match: _plain(facts.get(match.group(1), "")) or match.group(0), body)


def _plain(value: str) -> str:
    """Return *value* as Markdown that shows exactly it."""
    return re.sub(r"([\\`*_\[\]<>#~|])", r"\\\1", value)
