"""VAT regimes: their forms, periods, due days, instalments, and the ceilings of the franchise. Dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TypeAlias

from livret.kernel.legislation import NotInForce, Table, dated_series, folder, read_document
from livret.kernel.periods import ONE_DAY, DayPeriod, add_months, nth_period, period_index

Base: TypeAlias = tuple[list[str], list[str]]
SATURDAY, MONTHS_AFTER_CLOSING = 5, 3
CALENDAR = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class RegimeKind:
    """A regime of the law. form: "" when it makes no return; months: of a period."""

    key: str
    label: str
    form: str
    months: int
    valid_from: date
    valid_until: date | None
    source: str

    def __contains__(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Instalment:
    """What a company of the simplified regime pays ahead in a month, in whole euros."""

    due_on: date
    share: Decimal
    euros: int


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A ceiling of the franchise, in cents, with its source."""

    key: str
    label: str
    bound: str
    cents: int
    source: str
    doubt: str | None


@cache
def regime_kinds() -> Mapping[str, RegimeKind]:
    return _document()[0]


def period_of(kind: RegimeKind, day: date, *, year: DayPeriod | None = None) -> DayPeriod:
    """Return the period of *kind* that holds *day*: calendar months or quarters; a yearly one is the fiscal year."""
    if kind.months == 12 and year is not None:
        return year
    return nth_period(CALENDAR, months=kind.months, index=period_index(CALENDAR, months=kind.months, day=day))


def due_on(kind: RegimeKind, period: DayPeriod, *, day_of_month: int) -> date:
    """Return the last day to send the return of *period* and pay it.

    Monthly and quarterly: *day_of_month* of the month after, as the tax office told the company (between 15 and 24).
    Yearly: the second business day after 1 May for a calendar year, else three months after closing.
    Source: CGI, annexe IV, art. 39; CGI, art. 287-3. Public holidays are not looked at: our choice, the earlier day.
    """
    if kind.months < 12:
        return (period.last_day + ONE_DAY).replace(day=day_of_month)
    if (period.last_day.month, period.last_day.day) != (12, 31):
        return add_months(period.last_day, MONTHS_AFTER_CLOSING)
    day = date(period.last_day.year + 1, 5, 1)
    for _ in range(2):
        day += ONE_DAY
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    return day


def instalments(reference_cents: int, *, year: int) -> tuple[Instalment, ...]:
    """Return what is paid ahead in *year* on a tax of *reference_cents* in the period before; none when it is small.

    reference_cents: the tax due before that deducted on fixed assets (line 57 of the CA12). Rounded to whole euros.
    """
    _kinds, parts, threshold, _base = _document()
    rules = [part for part in parts if part[2] <= date(year, part[0], 1) < part[3]]
    if Decimal(reference_cents) / 100 < threshold:
        return ()
    return tuple(
        Instalment(
            date(year, month, 24), share, int((reference_cents * share / 100).quantize(Decimal(1), ROUND_HALF_UP))
        )
        for month, share, _since, _until in rules
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """An instalment of a period with what was paid of it. euros: None when what it is a share of is not known."""

    due_on: date
    share: Decimal
    euros: int | None
    paid_cents: int
    is_late: bool

    @property
    def is_paid(self) -> bool:
        return self.euros is not None and self.paid_cents >= self.euros * 100


def asked_of(base_euros: int | None, period: DayPeriod, *, paid_cents: int, today: date) -> tuple[Asked, ...]:
    """Return the instalments that fall due in *period*, those due first paid first and the last with what is over.

    base_euros: what they are shares of, None when it is not known here: their days are told, not their amounts, nor
    what was paid of each. None at all when the base is small.
    """
    years = range(period.first_day.year, period.last_day.year + 1)
    unknown = base_euros is None
    cents = _document()[2] * 100 if base_euros is None else Decimal(base_euros) * 100
    every = [one for year in years for one in instalments(int(cents), year=year) if one.due_on in period]
    found, left = [], max(paid_cents, 0)
    for place, one in enumerate(every, start=1):
        part = 0 if unknown else left if place == len(every) else min(left, one.euros * 100)
        left -= part
        is_late = not unknown and one.due_on < today and part < one.euros * 100
        found.append(Asked(one.due_on, one.share, None if unknown else one.euros, part, is_late))
    return tuple(found)


def instalment_base(euros: Mapping[str, int]) -> int:
    """Return what the instalments of the next period are shares of, from the boxes of a yearly return (line 57)."""
    plus, minus = _document()[3]
    return max(sum(euros.get(f"{box}/tax", 0) for box in plus) - sum(euros.get(f"{box}/tax", 0) for box in minus), 0)


def ceilings(activity: str, day: date) -> tuple[Ceiling, ...]:
    """Return the ceilings of the franchise on *day* for "goods" or "services". Raises NotInForce when none is known."""
    found = [
        Ceiling(series.key, series.label, series.attributes["bound"], int(value.value * 100), value.source, value.doubt)
        for series in dated_series("vat/franchise.toml", attributes=("activity", "bound")).values()
        if series.attributes["activity"] == activity and series.is_known_on(day)
        for value in [series.on(day)]
    ]
    if not found:
        raise NotInForce(f"no ceiling of the franchise is known for {activity!r} on {day}")
    return tuple(found)


@cache
def _document() -> tuple[Mapping[str, RegimeKind], tuple[tuple[int, Decimal, date, date], ...], Decimal, Base]:
    document = read_document(folder() / "vat" / "regimes.toml")
    document.take("name", str)
    kinds = {key: _kind(key, table) for key, table in document.take_tables("regime").items()}
    parts = tuple(_instalment(table) for table in document.take_list("instalment"))
    bound = Table(document.source, "instalment_threshold", document.take("instalment_threshold", dict))
    threshold = Decimal(bound.take("euros", str))
    table = Table(document.source, "instalment_base", document.take("instalment_base", dict))
    base = table.take("plus", list), table.take("minus", list)
    document.done()
    return kinds, parts, threshold, base


def _kind(key: str, table: Table) -> RegimeKind:
    kind = RegimeKind(
        key,
        table.take("label", str),
        table.take_optional("form", str) or "",
        table.take("months", int),
        table.take("from", date),
        table.take_optional("until", date),
        table.take("source", str),
    )
    table.take_optional("doubt", str)
    table.done()
    return kind


def _instalment(table: Table) -> tuple[int, Decimal, date, date]:
    part = (
        table.take("month", int),
        Decimal(table.take("share", str)),
        table.take("from", date),
        table.take("until", date),
    )
    table.take("source", str)
    table.done()
    return part
