"""Case files: JSON read without trust, and the comparison of what a case expects with what the rules answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from fractions import Fraction

_LARGEST_TEXT = 400


class Malformed(ValueError):
    """A field of a case that is missing or cannot be read."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")


class Fields:
    """One JSON object, read field by field; every refusal names the field."""

    def __init__(self, raw: object, where: str = "") -> None:
        if not isinstance(raw, Mapping):
            raise Malformed(where or "case", f"wants an object, got {shown(raw)}")
        self._raw: Mapping[str, object] = raw
        self._where = where

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def raw(self, name: str) -> object:
        if name not in self._raw:
            raise Malformed(self._path(name), "is missing")
        return self._raw[name]

    def has_value(self, name: str) -> bool:
        return self._raw.get(name) is not None

    def text(self, name: str) -> str:
        value = self.raw(name)
        if not isinstance(value, str):
            raise Malformed(self._path(name), f"wants a text, got {shown(value)}")
        return value

    def number(self, name: str, *, least: int = 0, most: int = 10**12) -> int:
        value = self.raw(name)
        if type(value) is not int or not least <= value <= most:
            raise Malformed(self._path(name), f"wants a whole number from {least} to {most}, got {shown(value)}")
        return value

    def flag(self, name: str) -> bool:
        value = self.raw(name)
        if not isinstance(value, bool):
            raise Malformed(self._path(name), f"wants true or false, got {shown(value)}")
        return value

    def instant(self, name: str) -> datetime:
        return instant_in(self.raw(name), self._path(name))

    def instant_or_none(self, name: str) -> datetime | None:
        return self.instant(name) if self.has_value(name) else None

    def day(self, name: str) -> date:
        return day_in(self.raw(name), self._path(name))

    def fraction(self, name: str) -> Fraction:
        value = fraction_in(self.raw(name))
        if value is None:
            raise Malformed(self._path(name), f'wants a fraction such as "3/4", got {shown(self.raw(name))}')
        return value

    def items(self, name: str) -> Sequence[object]:
        value = self.raw(name)
        if not isinstance(value, list):
            raise Malformed(self._path(name), f"wants a list, got {shown(value)}")
        return value

    def days(self, name: str) -> list[date]:
        return [day_in(item, f"{self._path(name)}[{n}]") for n, item in enumerate(self.items(name))]

    def table(self, name: str) -> Fields:
        return Fields(self.raw(name), self._path(name))

    def tables(self, name: str) -> list[Fields]:
        return [Fields(item, f"{self._path(name)}[{n}]") for n, item in enumerate(self.items(name))]

    def mapping(self) -> Mapping[str, object]:
        return self._raw

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name


def instant_in(value: object, where: str) -> datetime:
    """Return an instant written with its offset. Raises Malformed."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) > len("2026-01-01") else None
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise Malformed(where, f"wants an instant with its offset, got {shown(value)}")
    return found


def day_in(value: object, where: str) -> date:
    """Return a day written YYYY-MM-DD. Raises Malformed."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-01-01") else None
    except ValueError:
        found = None
    if found is None:
        raise Malformed(where, f"wants a day, got {shown(value)}")
    return found


def fraction_in(value: object) -> Fraction | None:
    """Return an exact fraction written "3/4", or None."""
    if not isinstance(value, str):
        return None
    top, bar, bottom = value.partition("/")
    if not (top.isdecimal() and top.isascii() and bar and bottom.isdecimal() and bottom.isascii() and int(bottom)):
        return None
    return Fraction(int(top), int(bottom))


def is_same(expected: object, got: object) -> bool:
    """Tell whether an expected JSON value means what was computed: instants as instants, fractions as fractions.

    Of an object, every expected field must be there; fields that nobody expects are no difference.
    """
    match got:
        case datetime():
            return _is_same_instant(expected, got)
        case date():
            return expected == got.isoformat()
        case Fraction():
            return fraction_in(expected) == got
        case Mapping():
            return isinstance(expected, Mapping) and all(
                name in got and is_same(value, got[name]) for name, value in expected.items()
            )
        case list() | tuple():
            return (
                isinstance(expected, list)
                and len(expected) == len(got)
                and all(is_same(wanted, found) for wanted, found in zip(expected, got, strict=True))
            )
        case _:
            return type(expected) is type(got) and expected == got


def differing(expected: Mapping[str, object], got: Mapping[str, object]) -> tuple[str, ...]:
    """Return the names of the expected fields that the answer lacks or answers otherwise."""
    return tuple(name for name, value in expected.items() if name not in got or not is_same(value, got[name]))


def as_json(value: object) -> object:
    """Return a computed value as it would be written in a case file."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case Mapping():
            return {name: as_json(inner) for name, inner in value.items()}
        case list() | tuple():
            return [as_json(inner) for inner in value]
        case _:
            return value


def shown(value: object) -> str:
    """Return a value on one short line."""
    text = json.dumps(as_json(value), ensure_ascii=False, default=str)
    return text if len(text) <= _LARGEST_TEXT else f"{text[:_LARGEST_TEXT]}…"


def _is_same_instant(expected: object, got: datetime) -> bool:
    # In an hour that the clock shows twice, Python holds datetimes of two zones to be different, whatever they mean.
    try:
        return instant_in(expected, "expected").astimezone(UTC) == got.astimezone(UTC)
    except Malformed:
        return False
