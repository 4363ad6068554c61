"""The one place that reads the time; rules and services take it as an argument.

In a demonstration the clock may be shifted (LIVRET_DEMO_NOW, an instant in ISO 8601 from which time runs); every page
then says so. Time runs from the moment that the first process read it, which it tells to those that it starts.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from livret.core import environ

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """Return the instant, in UTC."""
    return shift() + datetime.now(UTC)  # In that order: the first reading is not before the instant wanted.


def today() -> date:
    """Return the day in Paris."""
    return now().astimezone(PARIS).date()


@cache
def shift() -> timedelta:
    """Return how far the demonstration clock is from the real one. Raises BadSetting on a bad LIVRET_DEMO_NOW."""
    wanted = _instant("LIVRET_DEMO_NOW")
    if wanted is None:
        return timedelta(0)
    # Without a common beginning, the clock of a worker started again after a crash would go back.
    since = _instant("LIVRET_DEMO_SINCE") or datetime.now(UTC)
    os.environ["LIVRET_DEMO_SINCE"] = since.isoformat()
    return wanted - since


def _instant(variable: str) -> datetime | None:
    value = environ.text(variable)
    if not value:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise environ.BadSetting(f"{variable} must be an ISO 8601 instant, got {value!r}") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)


def is_shifted() -> bool:
    return shift() != timedelta(0)
