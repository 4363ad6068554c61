"""What a bank statement says, whatever the format it came in: typed values, the words of findings, and the sums.

`camt`, `cfonb` and `ofx` read bytes into these values; `bank.reading` tells which of them a file is for. Pure: bytes
in, values out, bounded memory, no clock, no Django.
"""

from __future__ import annotations

from .catalogue import Findings
from .check import checked
from .statement import (
    AccountRef,
    Balance,
    Detail,
    Head,
    Item,
    Movement,
    Readable,
    Statement,
    Tail,
    Unreadable,
    gathered,
)

__all__ = [
    "AccountRef",
    "Balance",
    "Detail",
    "Findings",
    "Head",
    "Item",
    "Movement",
    "Readable",
    "Statement",
    "Tail",
    "Unreadable",
    "checked",
    "gathered",
]
