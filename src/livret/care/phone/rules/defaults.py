"""What the publisher starts with, read once from `defaults.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "defaults.toml"


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """How many call codes that do not exist are looked at, and within how many seconds."""

    by_number: int
    withheld: int
    window_s: int
    by_system: int
    system_window_s: int


@dataclass(frozen=True, slots=True)
class CallTimes:
    """How long the caller's number is kept, and within which bounds a system reports calls."""

    number_kept_days: int
    late_report_s: int
    clock_ahead_s: int
    longest_wait_s: int
    longest_call_s: int


@dataclass(frozen=True, slots=True)
class WaitSample:
    """Which calls the expected wait is read from."""

    sample: int
    fewest: int
    present_s: int


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values of `defaults.toml`."""

    codes: CodeLimits
    calls: CallTimes
    wait: WaitSample


@cache
def defaults() -> Defaults:
    """Return the values of the data file. Raises KeyError or TypeError when the file misses or adds one."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Defaults(CodeLimits(**raw["codes"]), CallTimes(**raw["calls"]), WaitSample(**raw["wait"]))
