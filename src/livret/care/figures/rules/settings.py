"""What the publisher sets about its figures, read once from the file beside the code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[1] / "defaults.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """The publisher's choices; the file says what each is."""

    information_months: int
    close_misses: int
    forecast_weeks: int
    tested_weeks: int
    forecast_days: int
    bucket_bounds_s: tuple[int, ...]


@cache
def settings() -> Settings:
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Settings(**{**read, "bucket_bounds_s": tuple(read["bucket_bounds_s"])})
