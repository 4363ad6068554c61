"""An independent way to count open time: look at the wall clock of every step, one after the other."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import holidays as peer

UTC = ZoneInfo("UTC")
FRENCH = peer.country_holidays("FR", years=range(2008, 2041))


def is_open(week, at, *, closed_on_holidays=False):
    """Tell whether the wall clock of *at* stands inside the hours of *week*, seven lists of seconds."""
    if closed_on_holidays and at.date() in FRENCH:
        return False
    wall = at.hour * 3600 + at.minute * 60 + at.second
    return any(opens <= wall < closes for opens, closes in week[at.weekday()])


def open_seconds(week, start, end, *, tz, step, pauses=(), closed_on_holidays=False):
    """Count open, unpaused seconds in [start, end) by steps of *step* seconds that divide every time given."""
    at, total = start.astimezone(UTC), 0
    while at < end:
        paused = any(a <= at and (b is None or at < b) for a, b in pauses)
        if not paused and is_open(week, at.astimezone(tz), closed_on_holidays=closed_on_holidays):
            total += step
        at += timedelta(seconds=step)
    return total


def instants(first, count, step):
    """Return *count* instants from *first* on."""
    return [datetime.fromtimestamp(first.timestamp() + n * step, UTC) for n in range(count)]
