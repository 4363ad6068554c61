"""The number that identifies a French company."""

from __future__ import annotations

from stdnum.fr import siren as standard

DIGITS = 9


def normalised_siren(typed: str) -> str:
    """Return the nine digits of *typed*, without spaces, dots or hyphens; the rest is kept as it was typed."""
    return "".join(character for character in typed if character not in " .-\u00a0\u202f")


def siren_fault(typed: str) -> str:
    """Return what is wrong with a SIREN: `length`, `digits`, `checksum`, or an empty string when it is right.

    Source: code de commerce, art. R. 123-221 (nine digits); the check digit follows ISO/IEC 7812-1 (Luhn).
    """
    number = normalised_siren(typed)
    if not number.isascii() or not number.isdigit():
        return "digits"
    if len(number) != DIGITS:
        return "length"
    return "" if standard.is_valid(number) else "checksum"
