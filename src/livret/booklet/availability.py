"""The monthly availability: reference time PRT, counted interruptions TI, and the exact rate TD, in every reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from livret.booklet.instants import instant_of, midnight, seconds_of
from livret.booklet.model import Booklet
from livret.booklet.readings import Downtime
from livret.booklet.spans import Span, clipped, common, length, merged, without
from livret.booklet.windows import is_announced_in_time, maintenance_window
from livret.kernel.periods import add_months

PRODUCTION = "production"
_DISPLAY = Decimal("0.0001")


class Cause(StrEnum):
    """Why a service was interrupted. A DEGRADED one could still be reached and never counts."""

    UNPLANNED = "unplanned"
    PLANNED_MAINTENANCE = "planned_maintenance"
    URGENT_MAINTENANCE = "urgent_maintenance"
    FORCE_MAJEURE = "force_majeure"
    CLIENT_EQUIPMENT = "client_equipment"
    OUTSIDE_PERIMETER = "outside_perimeter"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class Outage:
    """An interruption [start, end), end None while it lasts. Raises ValueError when it would end before it starts."""

    cause: Cause
    start: datetime
    end: datetime | None
    announced_at: datetime | None = None
    environment: str = PRODUCTION

    def __post_init__(self) -> None:
        if self.end is not None and seconds_of(self.end) < seconds_of(self.start):
            raise ValueError(f"an outage cannot end at {self.end}, before it starts at {self.start}")


@dataclass(frozen=True, slots=True)
class CountedSpan:
    """A stretch of reference time touched by an interruption, and whether it lowers the rate."""

    start: datetime
    end: datetime
    seconds: int
    cause: Cause
    is_counted: bool


@dataclass(frozen=True, slots=True)
class MonthAvailability:
    """One month of one environment. Seconds; rates are exact fractions, None before any reference time has passed.

    reference_s and rate: up to now for a month under way; month_reference_s and downtime_left_s: the whole month's.
    """

    reference_s: int
    month_reference_s: int
    downtime_s: int
    downtime_by_reading: dict[Downtime, int]
    rate: Fraction | None
    target: Fraction
    downtime_left_s: int
    can_still_meet: bool
    spans: tuple[CountedSpan, ...]

    @property
    def is_met(self) -> bool | None:
        return None if self.rate is None else self.rate >= self.target

    @property
    def displayed_percent(self) -> str | None:
        """Return the rate in percent with four decimals, half up: for display, never for the verdict."""
        return None if self.rate is None else percent_of(self.rate)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The spans of a month's interruptions, by what each does to the rate; maintenance is split at its window."""

    counted: list[Span]
    excluded: list[Span]
    all: list[Span]


def month_availability(
    booklet: Booklet, month: date, outages: Iterable[Outage], *, as_of: datetime | None = None
) -> MonthAvailability:
    """Return the availability of the civil month that holds *month*, in Paris, with its working.

    as_of: now, for a month under way; outages that last run to it. Without it the month is over.
    TD = (PRT - TI) / PRT. Planned maintenance is left out only for its part inside the booklet's window and when
    announced in time. Source: clauses S-6 and C-6; where causes overlap, and what a window excuses, are readings.
    """
    hours = booklet.availability.measured_hours.value
    first = month.replace(day=1)
    start, end = midnight(first, hours.tz), midnight(add_months(first, 1), hours.tz)
    now = end if as_of is None else min(max(seconds_of(as_of), start), end)
    reference = hours.timeline.spans(start, now)
    measured = [outage for outage in outages if outage.environment in booklet.availability.environments.value]
    kinds = _sorted(booklet, measured, start, now)
    window = maintenance_window(booklet).timeline.spans(start, end) if kinds.all else []
    readings = {
        Downtime.CAUSE_DECIDES: length(common(kinds.counted, reference)),
        Downtime.EXCLUDED_WINS: length(common(without(kinds.counted, kinds.excluded), reference)),
        Downtime.WINDOW_BY_CLOCK: length(common(without(_lasting(booklet, measured, start, now), window), reference)),
    }
    downtime = readings[booklet.readings.downtime.value]
    reference_s, month_s = length(reference), hours.timeline.open_seconds(start, end)
    target = booklet.availability.target.value
    allowed = month_s * (1 - target)
    return MonthAvailability(
        reference_s,
        month_s,
        downtime,
        readings,
        Fraction(reference_s - downtime, reference_s) if reference_s else None,
        target,
        max(int(allowed) - downtime, 0),
        downtime <= allowed,
        _working(booklet, measured, reference, start, now),
    )


def percent_of(rate: Fraction) -> str:
    """Return a fraction in percent with four decimals, half up."""
    with localcontext() as context:
        context.prec = 40
        return str((Decimal(100 * rate.numerator) / Decimal(rate.denominator)).quantize(_DISPLAY, ROUND_HALF_UP))


def _sorted(booklet: Booklet, outages: Sequence[Outage], start: int, now: int) -> _Sorted:
    counted: list[Span] = []
    excluded: list[Span] = []
    for outage in outages:
        lowers, spares = _split(booklet, outage, start, now)
        counted += lowers
        excluded += spares
    return _Sorted(merged(counted), merged(excluded), merged(counted + excluded))


def _split(booklet: Booklet, outage: Outage, start: int, now: int) -> tuple[list[Span], list[Span]]:
    """Return the parts of one outage that count and those that its cause excludes."""
    whole = _span(outage, start, now)
    if outage.cause is Cause.DEGRADED or not whole:
        return [], []
    if outage.cause not in booklet.availability.excluded_causes.value:
        return whole, []
    if outage.cause is not Cause.PLANNED_MAINTENANCE:
        return [], whole
    if not is_announced_in_time(booklet, outage.start, announced_at=outage.announced_at):
        return whole, []
    window = maintenance_window(booklet).timeline.spans(*whole[0])
    return without(whole, window), common(whole, window)


def _lasting(booklet: Booklet, outages: Sequence[Outage], start: int, now: int) -> list[Span]:
    """Return what counts when the window excuses by its hours alone: all but the causes excluded at any hour."""
    always_excluded = set(booklet.availability.excluded_causes.value) - {Cause.PLANNED_MAINTENANCE} | {Cause.DEGRADED}
    return merged(span for o in outages if o.cause not in always_excluded for span in _span(o, start, now))


def _span(outage: Outage, start: int, now: int) -> list[Span]:
    return clipped([(seconds_of(outage.start), now if outage.end is None else seconds_of(outage.end))], start, now)


def _working(
    booklet: Booklet, outages: Sequence[Outage], reference: Sequence[Span], start: int, now: int
) -> tuple[CountedSpan, ...]:
    """Return, outage by outage in order of time, the reference time touched: overlaps are shown in each."""
    tz = booklet.availability.measured_hours.value.tz
    touched = [
        (span, outage.cause, is_counted)
        for outage in outages
        for is_counted, spans in zip((True, False), _split(booklet, outage, start, now), strict=True)
        for span in common(spans, reference)
    ]
    return tuple(
        CountedSpan(instant_of(a, tz), instant_of(b, tz), b - a, cause, is_counted)
        for (a, b), cause, is_counted in sorted(touched, key=lambda row: row[0])
    )
