"""Business-time operations per second, beside a naive stepping from day to day in the same run.

Usage: python bench/bench_booklet.py [OPERATIONS]   (default 100,000; the naive baseline runs a tenth of them)
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from livret.booklet import latest, required
from livret.booklet.availability import Cause, Outage, month_availability
from livret.booklet.calendar import Calendar
from livret.booklet.clock import business_days_end, due, elapsed
from livret.booklet.holidays import public_holidays

PARIS = ZoneInfo("Europe/Paris")
ENVIRONMENTS = 1000
SEED = 2026


def naive_due(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    """Return when a target falls due, found by walking the opening hours of one day after the other."""
    day, left = start.astimezone(PARIS).date(), seconds
    while True:
        hours = () if day in public_holidays(day.year) else calendar.week[day.weekday()]
        for opens, closes in hours:
            opening = datetime(day.year, day.month, day.day, opens // 3600, opens % 3600 // 60, tzinfo=PARIS)
            closing = datetime(day.year, day.month, day.day, closes // 3600, closes % 3600 // 60, tzinfo=PARIS)
            begin = max(opening, start)
            available = int((closing.astimezone(UTC) - begin.astimezone(UTC)).total_seconds())
            if begin < closing and left <= available:
                return (begin.astimezone(UTC) + timedelta(seconds=left)).astimezone(PARIS)
            left -= max(available, 0)
        day += timedelta(days=1)


def starts(count: int) -> list[datetime]:
    """Return instants over three years, the same in every run."""
    chance, first = random.Random(SEED), datetime(2025, 1, 1, tzinfo=UTC)
    return [first + timedelta(seconds=chance.randrange(3 * 365 * 86_400)) for _ in range(count)]


def rate(work: Callable[[datetime], object], instants: Sequence[datetime]) -> float:
    """Return how many of *instants* are worked through in a second."""
    began = time.perf_counter()
    for instant in instants:
        work(instant)
    return len(instants) / (time.perf_counter() - began)


def availability_rate(count: int) -> float:
    """Return how many environments' months are measured in a second, three interruptions each."""
    care, chance = latest("care"), random.Random(SEED)
    fleet = [[_outage(chance) for _ in range(3)] for _ in range(count)]
    began = time.perf_counter()
    for outages in fleet:
        month_availability(care, date(2026, 11, 1), outages)
    return count / (time.perf_counter() - began)


def _outage(chance: random.Random) -> Outage:
    start = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(29 * 86_400))
    causes = (Cause.UNPLANNED, Cause.PLANNED_MAINTENANCE, Cause.URGENT_MAINTENANCE)
    return Outage(chance.choice(causes), start, start + timedelta(minutes=chance.randrange(1, 400)))


def main(count: int) -> None:
    """Print each figure, with its ratio to the baseline where that baseline does the same work."""
    care = latest("care")
    hours, business_days = required(care.support.hours), care.support.business_days.value
    instants, few = starts(count), starts(max(count // 10, 1))
    for start in few[:500]:
        assert due(hours, start, seconds=28_800).at == naive_due(hours, start, 28_800)
    pause = [(instants[0], instants[0] + timedelta(days=2))]
    short, long = 8 * 3600, 400 * 8 * 3600
    naive_short = rate(lambda start: naive_due(hours, start, short), few)
    naive_long = rate(lambda start: naive_due(hours, start, long), few[: max(len(few) // 50, 1)])
    rows = [
        ("due, 8 business hours", rate(lambda s: due(hours, s, seconds=short), instants), naive_short),
        (
            "due, 8 business hours, one pause",
            rate(lambda s: due(hours, s, seconds=short, pauses=pause), instants),
            naive_short,
        ),
        ("due, 400 business days in hours", rate(lambda s: due(hours, s, seconds=long), instants), naive_long),
        ("elapsed, up to 3 years", rate(lambda s: elapsed(hours, s, instants[0]), instants), naive_long),
    ]
    print(f"business time, {count:,} operations; baseline: naive stepping from day to day")
    print(f"  baseline, 8 business hours: {naive_short:,.0f}/s; 400 business days in hours: {naive_long:,.0f}/s")
    for name, measured, baseline in rows:
        print(f"  {name}: {measured:,.0f}/s, {measured / baseline:.1f} x the baseline")
    alone = [
        ("6 business days, every reading", lambda s: business_days_end(hours, s, days=6, business_days=business_days)),
        ("due, 8 business hours, with its working", lambda s: due(hours, s, seconds=short).working()),
    ]
    for name, work in alone:
        print(f"  {name}: {rate(work, few):,.0f}/s")
    months = availability_rate(ENVIRONMENTS)
    print(
        f"  month of availability, 3 interruptions: {months:,.0f}/s, {ENVIRONMENTS:,} in {ENVIRONMENTS / months:.2f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
