"""The name of a FEC: SirenFECAAAAMMJJ, where the day is the closing of the fiscal year.

Source: LPF, art. A47 A-1, IX. The extension is free; .txt is the custom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from stdnum.fr import siren as siren_numbers

from .catalogue import Findings

_NAME = re.compile(r"FEC(20[0-9]{2})([0-9]{2})([0-9]{2})", re.ASCII | re.IGNORECASE)
_EXACT = re.compile(r"([0-9]{9})FEC[0-9]{8}(?:\.[A-Za-z0-9]{1,4})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameFacts:
    """What a file name says: the SIREN and the closing day, None where it does not."""

    siren: str | None
    closing: date | None


def read_name(name: str, findings: Findings) -> NameFacts:
    """Return what *name* (a path or a name) says, adding what departs from the article."""
    base = PurePath(name.replace("\\", "/")).name
    found, exact = _NAME.search(base), _EXACT.fullmatch(base)
    if found is None:
        findings.add("name-unrecognised", value=base)
        return NameFacts(None, None)
    if exact is None:
        findings.add("name-form", value=base)
    elif not siren_numbers.is_valid(exact[1]):
        findings.add("name-siren", value=exact[1])
    return NameFacts(exact[1] if exact else None, _closing(found, findings))


def _closing(found: re.Match[str], findings: Findings) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        findings.add("name-date", value="".join(found.groups()))
        return None


def file_name(siren: str, closing: date) -> str:
    """Return the official name, with the customary extension. Raises ValueError on a wrong SIREN."""
    if not siren_numbers.is_valid(siren):
        raise ValueError(f"file_name wants a SIREN of nine digits with a valid key, got {siren!r}")
    return f"{siren_numbers.compact(siren)}FEC{closing:%Y%m%d}.txt"
