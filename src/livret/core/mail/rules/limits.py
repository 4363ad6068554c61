"""What the publisher sets for incoming mail, read once from `incoming.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "incoming.toml"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of one mail is read; see the data file for each."""

    raw_bytes: int
    boundaries: int
    delimiters: int
    header_characters: int
    header_bytes: int
    text_characters: int
    files: int
    smallest_inline_bytes: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The values of `incoming.toml`."""

    bounds: Bounds
    replies_per_hour: int
    mails_per_run: int
    timeout_s: int


@cache
def limits() -> Limits:
    """Return the values of the data file. Raises KeyError or TypeError when it misses or adds one."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Limits(Bounds(**raw["bounds"]), **raw["loop"], **raw["fetching"])
