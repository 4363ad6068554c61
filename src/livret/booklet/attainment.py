"""Whether enough requests were picked up in time, over successive periods counted from the start of support."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from livret.kernel.periods import DayPeriod, nth_period, period_index


@dataclass(frozen=True, slots=True)
class CountedRequest:
    """One request: the day it was registered, whether it was picked up in time, and whether it is left out."""

    registered_on: date
    is_on_time: bool
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Attainment:
    """The share kept in the current period; rate and is_met are None when no request counts: not measurable."""

    period: DayPeriod
    counted: int
    on_time: int
    rate: Fraction | None
    is_met: bool | None
    misses_left: int


def attainment(
    requests: Iterable[CountedRequest], *, support_start: date, as_of: date, threshold: Fraction, period_months: int
) -> Attainment:
    """Return the share of requests picked up in time in the period that holds *as_of*, up to that day.

    misses_left: how many of the next requests may still be late before the threshold is missed.
    Raises ValueError before support starts. Source: clause S-13; periods follow one another, they do not roll.
    """
    if as_of < support_start:
        raise ValueError(f"support starts on {support_start}, nothing is measured on {as_of}")
    if not 0 < threshold <= 1 or period_months < 1:
        raise ValueError(f"attainment wants a share up to 1 and months from 1, got {threshold} and {period_months}")
    index = period_index(support_start, months=period_months, day=as_of)
    period = nth_period(support_start, months=period_months, index=index)
    counted = [r for r in requests if not r.is_excluded and r.registered_on in period and r.registered_on <= as_of]
    return judged(period, counted=len(counted), on_time=sum(r.is_on_time for r in counted), threshold=threshold)


def judged(period: DayPeriod, *, counted: int, on_time: int, threshold: Fraction) -> Attainment:
    """Return the share kept over *period*, out of *counted* requests of which *on_time* were picked up in time."""
    rate = Fraction(on_time, counted) if counted else None
    is_met = None if rate is None else rate >= threshold
    return Attainment(period, counted, on_time, rate, is_met, max(int(on_time / threshold) - counted, 0))
