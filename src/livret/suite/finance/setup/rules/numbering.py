"""Numbers that books propose: of a general account from its root, of the next auxiliary from the last one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from types import MappingProxyType

USUAL_LENGTH = 6
USUAL_PREFIXES = MappingProxyType({"customer": "C", "supplier": "F", "employee": "S", "other": "T"})
USUAL_ACCOUNTS = MappingProxyType({"customer": "411", "supplier": "401", "employee": "421", "other": "467"})
USUAL_WIDTH = 5


def usual_length(numbers: Iterable[str]) -> int:
    """Return the length that most of a company's accounts have; six when it has none."""
    counted = Counter(len(number) for number in numbers if number.isdecimal())
    return counted.most_common(1)[0][0] if counted else USUAL_LENGTH


def padded(number: str, length: int) -> str:
    """Return an account of the chart as long as those of the company: 411 is 411000."""
    return number.ljust(length, "0")


def following_number(last: str, kind: str) -> str:
    """Return the number after *last*, its final digits plus one on as many places; the first of *kind* after none."""
    found = re.fullmatch(r"(.*?)([0-9]+)", last)
    if not found:
        return USUAL_PREFIXES[kind] + "1".rjust(USUAL_WIDTH, "0")
    body, digits = found.groups()
    return f"{body}{int(digits) + 1:0{len(digits)}d}"
