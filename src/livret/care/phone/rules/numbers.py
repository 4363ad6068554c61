"""Telephone numbers: as they are kept, compared and shown."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.\-/()\u00a0\u202f]")
_NUMBER = re.compile(r"\+?[0-9]{3,15}")
_FRENCH = re.compile(r"(?:\+33|0033)([1-9][0-9]{8})")
_SHOWN_DIGITS = 2


def dialled(text: str) -> str:
    """Return a number as it is compared: digits alone, French ones from their 0; empty when *text* is none.

    Source of the lengths: ITU-T E.164, 15 digits at most.
    """
    bare = _SEPARATORS.sub("", text)
    if not bare.isascii() or _NUMBER.fullmatch(bare) is None:
        return ""
    french = _FRENCH.fullmatch(bare)
    return f"0{french[1]}" if french else bare


def spaced(number: str) -> str:
    """Return a number as it is read aloud: French ones by their usual groups, others as they are."""
    if len(number) != 10 or not number.startswith("0"):
        return number
    if number.startswith("08"):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    return " ".join(number[at : at + 2] for at in range(0, 10, 2))


def masked(number: str) -> str:
    """Return a number of which only the end shows, empty for none."""
    return f"••• {number[-_SHOWN_DIGITS:]}" if number else ""
