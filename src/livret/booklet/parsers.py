"""One parser for each type that a booklet states; each raises a ValueError with what it wants and what it got."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from livret.booklet.calendar import Calendar, HolidayRule, calendar
from livret.booklet.instants import zone_of
from livret.booklet.statements import Limits, Quantity, Unlimited, Words

_FRACTION = re.compile(r"([0-9]{1,9})/([1-9][0-9]{0,8})")


class Unfit(ValueError):
    """A value of the data that its field refuses."""


def _whole_number(raw: object, limits: Limits) -> int:
    if type(raw) is not int:
        raise Unfit(f"wants a whole number, got {raw!r}")
    if not limits.least <= raw <= limits.most:
        raise Unfit(f"wants {limits.least} to {limits.most}, got {raw}")
    return raw


def _quantity(raw: object, limits: Limits) -> Quantity:
    return Unlimited.UNLIMITED if raw == Unlimited.UNLIMITED else _whole_number(raw, limits)


def _yes_or_no(raw: object, _limits: Limits) -> bool:
    if not isinstance(raw, bool):
        raise Unfit(f"wants true or false, got {raw!r}")
    return raw


def _word(raw: object, limits: Limits) -> str:
    allowed = limits.allowed
    if not isinstance(raw, str) or not raw.strip():
        raise Unfit(f"wants a text, got {raw!r}")
    if allowed and raw not in allowed:
        raise Unfit(f"wants one of {', '.join(sorted(allowed))}, got {raw!r}")
    return raw


def _words(raw: object, limits: Limits) -> Words:
    if not isinstance(raw, list) or not raw:
        raise Unfit(f"wants a list, got {raw!r}")
    found = tuple(_word(item, limits) for item in raw)
    if len(set(found)) != len(found):
        raise Unfit(f"says a word twice: {', '.join(found)}")
    return found


def _fraction(raw: object, _limits: Limits) -> Fraction:
    match = _FRACTION.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise Unfit(f'wants a fraction written "99/100", got {raw!r}')
    value = Fraction(int(match[1]), int(match[2]))
    if not 0 < value <= 1:
        raise Unfit(f"wants a fraction above 0 and up to 1, got {raw}")
    return value


def _day(raw: object, _limits: Limits) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise Unfit(f"wants a day, got {raw!r}")
    return raw


def _calendar(raw: object, _limits: Limits) -> Calendar:
    if not isinstance(raw, dict) or raw.keys() != {"zone", "holidays", "week"}:
        raise Unfit(f"wants zone, holidays and week, got {raw!r}")
    if not isinstance(raw["holidays"], str) or raw["holidays"] not in set(HolidayRule):
        raise Unfit(f"holidays wants one of {', '.join(HolidayRule)}, got {raw['holidays']!r}")
    if not isinstance(raw["zone"], str) or not isinstance(raw["week"], dict):
        raise Unfit("zone wants a name and week a table of days")
    zone_of(raw["zone"])
    hours = calendar(raw["week"], zone=raw["zone"], holidays=HolidayRule(raw["holidays"]))
    if not any(hours.week):
        raise Unfit("week has no hours at all")
    return hours


PARSERS: Mapping[Any, Callable[[object, Limits], object]] = {
    int: _whole_number,
    Quantity: _quantity,
    bool: _yes_or_no,
    str: _word,
    Words: _words,
    Fraction: _fraction,
    date: _day,
    Calendar: _calendar,
}
UNITS = {bool: "yes or no", date: "day", Calendar: "opening hours"}
