"""The one place that reads the time; rules and services take it as an argument.

In a demonstration the clock may be shifted (LIVRET_DEMO_NOW, an instant in ISO 8601 at which the process starts to
count); every page then says so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from livret.core import environ

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the instant, in UTC."""
    return datetime.now(UTC) + shift()


def today() -> date:
    """Return the day in Paris."""
    return now().astimezone(PARIS).date()


@cache
def shift() -> timedelta:
    """Return how far the demonstration clock is from the real one. Raises BadSetting on a bad LIVRET_DEMO_NOW."""
    value = environ.text("LIVRET_DEMO_NOW")
    if not value:
        return timedelta(0)
    try:
        wanted = datetime.fromisoformat(value)
    except ValueError as error:
        raise environ.BadSetting(f"LIVRET_DEMO_NOW must be an ISO 8601 instant, got {value!r}") from error
    if wanted.tzinfo is None:
        wanted = wanted.replace(tzinfo=PARIS)
    return wanted - datetime.now(UTC)


def is_shifted() -> bool:
    return shift() != timedelta(0)
