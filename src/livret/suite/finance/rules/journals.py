"""What a journal is for, guessed from its code when a file brings it."""

from __future__ import annotations

from types import MappingProxyType

# A file names its journals but not their kind; these codes are the custom, and the client may correct the guess.
_CUSTOM = MappingProxyType(
    {
        "opening": ("AN", "RAN", "OUV", "NOUVEAU"),
        "sales": ("VE", "VT", "VEN", "VTE", "VENTE"),
        "purchases": ("AC", "HA", "ACH", "ACHAT"),
        "bank": ("BQ", "BA", "BAN", "BNQ", "BANQUE", "CA", "CAI", "CAISSE", "TR"),
    }
)
UNNAMED = "DIV"


def guessed_kind(code: str) -> str:
    """Return the kind that *code* customarily has, `general` when it tells nothing; trailing digits do not count."""
    bare = code.upper().rstrip("0123456789")
    return next((kind for kind, codes in _CUSTOM.items() if bare in codes), "general")
