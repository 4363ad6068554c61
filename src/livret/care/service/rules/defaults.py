"""What the publisher starts with, read once from `defaults.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from livret.care.service.rules.notice import Counts

FILE = Path(__file__).resolve().parents[1] / "defaults.toml"


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values of `defaults.toml`; demonstration_hours: a calendar as `livret.booklet` writes it."""

    counts_from: Counts
    categories: tuple[str, ...]
    demonstration_hours: Mapping[str, Any]


@cache
def defaults() -> Defaults:
    """Return the values of the data file. Raises KeyError or ValueError when the file misses one or misspells it."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Defaults(
        Counts(raw["notice"]["counts_from"]), tuple(raw["complaints"]["categories"]), raw["demonstration_hours"]
    )
