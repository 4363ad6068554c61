"""Versions of the software, as numbers separated by points."""

from __future__ import annotations

import re
from typing import Final

FORM: Final = r"\d{1,5}(?:\.\d{1,5}){0,3}"


def is_version(text: str) -> bool:
    """Tell whether *text* is one to four numbers separated by points."""
    return re.fullmatch(FORM, text, re.ASCII) is not None


def is_older(written: str, running: str) -> bool:
    """Tell whether *written* comes before *running*; a missing number counts as zero.

    running: may carry a suffix (1.4.0rc1), which counts for nothing. False when one of them is no version.
    """
    numbers = _numbers(written), _numbers(running)
    return bool(numbers[0] and numbers[1]) and numbers[0] < numbers[1]


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(FORM, version, re.ASCII)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    return (*numbers, *[0] * (4 - len(numbers))) if numbers else ()
