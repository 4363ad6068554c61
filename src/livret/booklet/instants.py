"""Instants as whole seconds of the Unix epoch, and back as local time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

PARIS = "Europe/Paris"
FIRST_YEAR, LAST_YEAR = 1982, 2199

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
EARLIEST = (datetime(FIRST_YEAR, 1, 2, tzinfo=UTC) - _EPOCH) // _SECOND
LATEST = (datetime(LAST_YEAR, 12, 31, tzinfo=UTC) - _EPOCH) // _SECOND


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises ValueError on a name that the system's zone data does not hold."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def seconds_of(instant: datetime) -> int:
    """Return the epoch second that holds *instant*; parts of a second are dropped.

    Raises ValueError on an instant without a zone, or outside the years 1982 to 2199 in which holidays are computed.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise ValueError(f"an instant needs its time zone, got {instant.isoformat()}")
    seconds = (instant - _EPOCH) // _SECOND
    if not EARLIEST <= seconds < LATEST:
        raise ValueError(f"an instant must fall between {FIRST_YEAR} and {LAST_YEAR}, got {instant.isoformat()}")
    return seconds


def instant_of(seconds: int, zone: tzinfo) -> datetime:
    """Return the local time of an epoch second."""
    return datetime.fromtimestamp(seconds, zone)


def midnight(day: date, zone: tzinfo) -> int:
    """Return the epoch second at which the local *day* begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def at_wall_time(day: date, like: datetime, zone: tzinfo) -> datetime:
    """Return *day* at the wall time of *like*; an hour that the spring change skips moves forward by that hour.

    Of an hour that autumn shows twice, the first is meant.
    """
    wall = datetime.combine(day, like.time().replace(fold=0), tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)


def local_date(instant: datetime, zone: tzinfo) -> date:
    """Return the day on the wall of *zone*. Raises ValueError on an instant without a zone."""
    return instant_of(seconds_of(instant), zone).date()
