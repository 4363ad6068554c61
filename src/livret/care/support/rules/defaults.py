"""What the publisher starts with, read once from `defaults.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parents[1] / "defaults.toml"


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How many files one message may carry, and how large, in bytes."""

    max_files: int
    max_file_bytes: int
    max_total_bytes: int


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file accepted: the extensions it goes by and the type it is served with."""

    key: str
    extensions: tuple[str, ...]
    type: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values of `defaults.toml`; demonstration_hours: a calendar as `livret.booklet` writes it."""

    close_share: Fraction
    alert_shares: tuple[Fraction, ...]
    limits: FileLimits
    demonstration_hours: Mapping[str, Any]
    kinds: tuple[FileKind, ...]

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(extension for kind in self.kinds for extension in kind.extensions)


@cache
def defaults() -> Defaults:
    """Return the values of the data file. Raises KeyError or TypeError when the file misses or adds one."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kinds = (FileKind(key, tuple(row["extensions"]), row["type"]) for key, row in raw["files"].items())
    return Defaults(
        Fraction(raw["queue"]["close_share"]),
        tuple(sorted(Fraction(share) for share in raw["queue"]["alert_shares"])),
        FileLimits(**raw["attachments"]),
        raw["demonstration_hours"],
        tuple(kinds),
    )
