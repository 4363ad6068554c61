"""What a check of an official file found, with the place of each remark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is: an ERROR makes the file invalid, a WARNING and an INFO do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a file.

    line: from 1, the header included, None for the whole file; column: the official name of the field, or None;
    code: stable, lower case, hyphens; message: what was wrong with which value, why, what to do next.
    """

    line: int | None
    column: str | None
    code: str
    severity: Severity
    message: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def is_valid(findings: Iterable[Finding], *, strict: bool = False) -> bool:
    """Tell whether no finding is an error; with *strict*, warnings count as errors."""
    refused = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return not any(finding.severity in refused for finding in findings)
