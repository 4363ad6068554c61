"""The public holidays of metropolitan France, computed from dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType

from dateutil.easter import easter

from livret.booklet.data import default_folder, read_toml
from livret.kernel.errors import BadData

FILE_NAME = "public-holidays.toml"
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Holiday:
    """One public holiday: a fixed month and day, or a number of days after Easter Sunday."""

    key: str
    en: str
    fr: str
    month: int | None = None
    day: int | None = None
    days_after_easter: int | None = None

    def in_year(self, year: int) -> date:
        if self.days_after_easter is not None:
            return easter(year) + timedelta(days=self.days_after_easter)
        assert self.month is not None
        assert self.day is not None
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class HolidayLaw:
    """The list of holidays of a region, in force from *first_year* on."""

    region: str
    source: str
    first_year: int
    holidays: tuple[Holiday, ...]


def load_holidays(path: Path) -> HolidayLaw:
    """Return the holidays of a data file. Raises BadData with the key that is missing, unknown or wrong."""
    raw = read_toml(path)
    _require_keys(raw, {"region", "source", "first_year", "holiday"}, path, "file")
    region, source, first_year, rows = (raw[key] for key in ("region", "source", "first_year", "holiday"))
    if not isinstance(region, str) or not isinstance(source, str) or not source:
        raise BadData(str(path), "region, source", "want a text each")
    if not isinstance(first_year, int) or not 1583 <= first_year <= 9999:
        raise BadData(str(path), "first_year", f"wants a Gregorian year, got {first_year!r}")
    if not isinstance(rows, list) or not rows:
        raise BadData(str(path), "holiday", "wants at least one [[holiday]]")
    holidays = tuple(_holiday(row, path, f"holiday[{n}]") for n, row in enumerate(rows))
    keys = [holiday.key for holiday in holidays]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise BadData(str(path), "holiday", f"says {', '.join(sorted(twice))} twice")
    return HolidayLaw(region, source, first_year, holidays)


def _holiday(row: object, path: Path, where: str) -> Holiday:
    if not isinstance(row, dict):
        raise BadData(str(path), where, f"wants a table, got {row!r}")
    place = {"days_after_easter"} if "days_after_easter" in row else {"month", "day"}
    _require_keys(row, {"key", "en", "fr"} | place, path, where)
    for name in ("key", "en", "fr"):
        if not isinstance(row[name], str) or not row[name]:
            raise BadData(str(path), f"{where}.{name}", f"wants a text, got {row[name]!r}")
    for name in place:
        if type(row[name]) is not int:
            raise BadData(str(path), f"{where}.{name}", f"wants a whole number, got {row[name]!r}")
    if "days_after_easter" in row:
        if not -60 <= row["days_after_easter"] <= 60:
            raise BadData(str(path), f"{where}.days_after_easter", "wants -60 to 60")
    else:
        _require_yearly_day(row["month"], row["day"], path, where)
    return Holiday(**row)


def _require_yearly_day(month: int, day: int, path: Path, where: str) -> None:
    try:
        date(_LEAP_YEAR + 1, month, day)
    except ValueError as error:
        raise BadData(str(path), where, f"month {month}, day {day} is not a day of every year") from error


def _require_keys(table: Mapping[str, object], wanted: set[str], path: Path, where: str) -> None:
    if missing := wanted - table.keys():
        raise BadData(str(path), where, f"lacks {', '.join(sorted(missing))}")
    if unknown := table.keys() - wanted:
        raise BadData(str(path), where, f"has unknown {', '.join(sorted(unknown))}")


@cache
def holiday_law() -> HolidayLaw:
    """Return the holidays of metropolitan France that stand with the booklets."""
    return load_holidays(default_folder() / FILE_NAME)


@cache
def public_holidays(year: int) -> Mapping[date, Holiday]:
    """Return the public holidays of *year* in date order; two of them on one day count as one day.

    Raises ValueError before the first year that the data covers and after year 9999.
    Source: code du travail, art. L. 3133-1.
    """
    law = holiday_law()
    if not law.first_year <= year <= 9999:
        raise ValueError(f"public holidays are known from {law.first_year} to 9999, got {year}")
    dated = sorted(((holiday.in_year(year), holiday) for holiday in law.holidays), key=lambda pair: pair[0])
    return MappingProxyType(dict(dated))


def is_public_holiday(day: date) -> bool:
    """Tell whether *day* is a public holiday of metropolitan France."""
    return day in public_holidays(day.year)
