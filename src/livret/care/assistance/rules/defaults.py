"""What the publisher sets, and the wordings of the consent, read once from their data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from livret.kernel.errors import BadData

FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class RemoteDefaults:
    """Minutes: to answer a proposal, to start after an agreement, and how long a session may be."""

    answer_minutes: int
    start_minutes: int
    shortest_minutes: int
    longest_minutes: int


@dataclass(frozen=True, slots=True)
class WebDefaults:
    """Minutes before the beginning at which the link opens, how long a session may be, how many places it may have."""

    join_before_minutes: int
    shortest_minutes: int
    longest_minutes: int
    largest_capacity: int


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person agrees to, in one version, by language; in use from a day on."""

    version: str
    from_on: date
    en: tuple[str, ...]
    fr: tuple[str, ...]

    def lines(self, language: str) -> tuple[str, ...]:
        return self.en if language == "en" else self.fr


@cache
def remote_defaults() -> RemoteDefaults:
    return RemoteDefaults(**_read("defaults.toml")["remote"])


@cache
def web_defaults() -> WebDefaults:
    return WebDefaults(**_read("defaults.toml")["web"])


@cache
def wordings() -> tuple[Wording, ...]:
    """Return every version of the consent, the oldest first. Raises BadData when two begin on the same day."""
    rows = _read("consent.toml")["wording"]
    made = [Wording(row["version"], row["from_on"], tuple(row["en"]), tuple(row["fr"])) for row in rows]
    if len({wording.from_on for wording in made}) != len(made) or len({one.version for one in made}) != len(made):
        raise BadData("consent.toml", "wording", "two versions have the same name or begin on the same day")
    return tuple(sorted(made, key=lambda wording: wording.from_on))


def wording_on(day: date) -> Wording:
    """Return the wording in use on *day*. Raises LookupError before the first one."""
    begun = [wording for wording in wordings() if wording.from_on <= day]
    if not begun:
        raise LookupError(f"no wording of the consent is in use on {day}")
    return begun[-1]


def wording_named(version: str) -> Wording:
    """Return one version, for agreements of the past. Raises KeyError."""
    return {wording.version: wording for wording in wordings()}[version]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
