"""What a check before closing finds. Pure: codes and values, worded elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a check names, with the page that shows it, to those who have the *right*.

    cents: what it weighs, None when it has no amount.
    """

    label: str
    cents: int | None = None
    url_name: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    right: str = "read"


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found; nothing when it passes. count: of all, more than those named when there are many.

    is_blocking: nobody can accept it, it must be put right. is_idle: there was nothing to look at: it proves nothing.
    """

    code: str
    is_blocking: bool
    found: Sequence[Found] = ()
    count: int = 0
    is_idle: bool = False

    @property
    def is_passed(self) -> bool:
        return not self.found

    @property
    def more(self) -> int:
        """How many are not named."""
        return max(self.count - len(self.found), 0)

    @property
    def fingerprint(self) -> str:
        """What a person's acceptance holds for: another amount, another line, and it must be given again."""
        facts = "\n".join(f"{one.label}\t{one.cents}" for one in self.found)
        return hashlib.sha256(f"{self.code}\n{self.count}\n{facts}".encode()).hexdigest()


def check(
    code: str, found: Sequence[Found], *, is_blocking: bool = False, count: int | None = None, is_idle: bool = False
) -> Check:
    """Return the check of that code, naming the first of what was found; what found something was not idle."""
    many = len(found) if count is None else count
    return Check(code, is_blocking, tuple(found[:SHOWN]), many, is_idle and not found)
