"""The depreciation plan of an asset, year by year, in whole cents: the yearly amounts sum to its base, to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from livret.kernel.periods import ONE_DAY, DayPeriod, add_months

MONTHS, DAYS, DAYS_360 = 12, 365, 30
LONGEST_PLAN = 130  # Fiscal years: a plan of a century, each year six months short.


class Method(StrEnum):
    """How an asset wears: by days of the calendar, by months of thirty days, faster at first, or not at all."""

    LINEAR = "linear"
    LINEAR_360 = "linear_360"
    DECLINING = "declining"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan is made of. Amounts in cents.

    cost and residual: what is depreciated is their difference; begins_on: in service (linear), or acquired (declining,
    counted from the first of that month); months: of useful life; coefficient: of the declining method.
    taken, taken_on: what other books had depreciated before that day, from which the plan starts anew; None without.
    exceptional: further depreciation (or, negative, its reversal) by the last day of the fiscal year that bears it; the
    years after it spread what is left.
    """

    cost: int
    residual: int
    method: Method
    begins_on: date
    months: int
    coefficient: Decimal = Decimal(1)
    taken: int = 0
    taken_on: date | None = None
    exceptional: Mapping[date, int] = field(default_factory=dict)

    @property
    def base(self) -> int:
        return self.cost - self.residual


@dataclass(frozen=True, slots=True)
class Annuity:
    """A fiscal year of a plan, in cents. net: of the asset at the end; basis: linear, declining or taken."""

    year: DayPeriod
    ordinary: int
    exceptional: int
    cumulated: int
    net: int
    basis: str

    @property
    def cents(self) -> int:
        return self.ordinary + self.exceptional


def plan(terms: Terms, years: Sequence[DayPeriod], *, disposed_on: date | None = None) -> list[Annuity]:
    """Return the annuities of an asset over *years*, which follow one another and hold its first day or `taken_on`.

    The last one takes what is left; disposed_on: the plan stops there, its last day counted. Rounded to the cent, half
    up, once a year, on what is left to depreciate.
    Source: PCG, art. 214-13 (the plan follows the use, from the day in service), 214-17 (a revised plan bears on the
    years to come); CGI, art. 39 A and annexe II, art. 22 to 25 (declining: months begun count, linear over what is left
    as soon as that is more). A linear year of 365 days, whatever its length, is our reading of "in days".
    """
    if terms.method is Method.NONE:
        return []
    found: list[Annuity] = []
    cumulated, start = terms.taken, terms.taken_on or terms.begins_on
    used = _months_elsewhere(terms.begins_on, start)
    for year in years:
        if year.last_day < start or (disposed_on and disposed_on < max(year.first_day, start)):
            continue
        stretch = DayPeriod(max(year.first_day, start), min(year.last_day, disposed_on or year.last_day))
        share, basis = _share(terms, year, stretch, used)
        used += months_begun(year.first_day, year.last_day)
        left = terms.base - cumulated
        ordinary = _rounded(left * share)
        exceptional = max(-cumulated - ordinary, min(terms.exceptional.get(year.last_day, 0), left - ordinary))
        cumulated += ordinary + exceptional
        found.append(Annuity(year, ordinary, exceptional, cumulated, terms.cost - cumulated, basis))
        if cumulated >= terms.base and share >= 1:
            break
    return found


def _months_elsewhere(begins_on: date, start: date) -> int:
    """Return the months of the fiscal years of other books, taken as years of twelve months, before *start*."""
    worn = months_begun(begins_on, start - ONE_DAY) if start > begins_on else 0
    return -(-worn // MONTHS) * MONTHS


def _share(terms: Terms, year: DayPeriod, stretch: DayPeriod, used: int) -> tuple[Fraction, str]:
    """Return the share of what is left that a stretch of days wears, and its basis."""
    if terms.method is Method.DECLINING:
        return _declining(terms, year, stretch, used)
    return _linear(terms, stretch), "linear"


def _linear(terms: Terms, stretch: DayPeriod) -> Fraction:
    whole = terms.months * (DAYS if terms.method is Method.LINEAR else DAYS_360)
    before, after = _elapsed(terms, stretch.first_day), min(_elapsed(terms, stretch.last_day + ONE_DAY), whole)
    return Fraction(after - before, whole - before) if before < whole else Fraction(1)


def _declining(terms: Terms, year: DayPeriod, stretch: DayPeriod, used: int) -> tuple[Fraction, str]:
    """Return the greater of the declining share and the linear share over what is left.

    used: months of the fiscal years before; the first one counts whole, so that the plan ends with a fiscal year.
    """
    left, worn = terms.months - used, months_begun(stretch.first_day, stretch.last_day)
    linear = Fraction(worn, left) if left > worn else Fraction(1)
    declining = Fraction(terms.coefficient) * Fraction(worn, terms.months)
    ends = used + months_begun(year.first_day, year.last_day) >= terms.months and stretch.last_day == year.last_day
    if ends or linear >= declining:
        return (Fraction(1) if ends else linear), "linear"
    return min(declining, Fraction(1)), "declining"


def _elapsed(terms: Terms, day: date) -> int:
    """Return the time from the first day of use until *day*, excluded: twelfths of a day, or days of months of 30."""
    if day <= terms.begins_on:
        return 0
    if terms.method is Method.LINEAR_360:
        return _days_360(terms.begins_on, day)
    years = day.year - terms.begins_on.year
    if add_months(terms.begins_on, MONTHS * years) > day:
        years -= 1
    anniversary = add_months(terms.begins_on, MONTHS * years)
    return MONTHS * (years * DAYS + min((day - anniversary).days, DAYS))


def _days_360(first: date, until: date) -> int:
    start, end = min(first.day, DAYS_360), min(until.day, DAYS_360)
    return (until.year - first.year) * 360 + (until.month - first.month) * DAYS_360 + end - start


def months_begun(first: date, last: date) -> int:
    """Return how many calendar months hold a day from *first* to *last*."""
    return (last.year - first.year) * MONTHS + last.month - first.month + 1


def _rounded(amount: Fraction) -> int:
    """Round half up, away from zero."""
    sign = -1 if amount < 0 else 1
    return sign * int((abs(amount) * 2 + 1) // 2)


def unbroken(known: Sequence[DayPeriod], *, first: date, until: date) -> list[DayPeriod]:
    """Return fiscal years from the one that holds *first* to the one that holds *until*.

    Those of the company where it has them; elsewhere twelve months each, after its last year and before its first, and
    whatever a gap between two of its years leaves.
    """
    ordered = sorted(known) or [DayPeriod(first.replace(month=1, day=1), first.replace(month=12, day=31))]
    years = [ordered[0]]
    for year in ordered[1:]:
        if years[-1].last_day + ONE_DAY < year.first_day:
            years.append(DayPeriod(years[-1].last_day + ONE_DAY, year.first_day - ONE_DAY))
        years.append(year)
    anchor, rank = years[0].first_day, 0
    while years[0].first_day > first and rank < LONGEST_PLAN:
        rank += 1
        years.insert(0, DayPeriod(add_months(anchor, -MONTHS * rank), years[0].first_day - ONE_DAY))
    anchor, rank = years[-1].last_day + ONE_DAY, 0
    while years[-1].last_day < until and rank < LONGEST_PLAN:
        rank += 1
        years.append(DayPeriod(years[-1].last_day + ONE_DAY, add_months(anchor, MONTHS * rank) - ONE_DAY))
    return [year for year in years if year.last_day >= first]
