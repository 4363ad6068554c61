"""Dated legal values read from `legislation/`: each value carries its validity and its source, or is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from livret.kernel.errors import BadData, Refusal

T = TypeVar("T")

IN_WHEEL = Path(__file__).resolve().parents[1] / "data" / "legislation"
IN_REPOSITORY = Path(__file__).resolve().parents[3] / "legislation"


class NotInForce(Refusal):
    """No value of our data is in force on the day asked for."""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A legal value, in force from a day until another, excluded (None: still in force).

    doubt: what the reader of the source could not settle, or None.
    """

    valid_from: date
    valid_until: date | None
    value: Decimal
    source: str
    doubt: str | None

    def __contains__(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Series:
    """The successive values of one legal quantity; they tile time, without gap or overlap.

    unit: `fraction` (0.2 is 20 %), `year`...; attributes: what its file says of it besides (territory, category...).
    """

    key: str
    label: str
    unit: str
    attributes: Mapping[str, str]
    values: tuple[DatedValue, ...]

    def is_known_on(self, day: date) -> bool:
        return any(day in value for value in self.values)

    def on(self, day: date) -> DatedValue:
        """Return the value in force on *day*. Raises NotInForce."""
        for value in self.values:
            if day in value:
                return value
        raise NotInForce(f"{self.key}: no value in force on {day}; the data begins on {self.values[0].valid_from}")


def folder() -> Path:
    """Return the folder of the legal data: inside the wheel, else at the root of the repository."""
    return IN_WHEEL if IN_WHEEL.is_dir() else IN_REPOSITORY


@cache
def dated_series(file: str, *, attributes: tuple[str, ...] = ()) -> Mapping[str, Series]:
    """Return the series of *file* (path inside the folder of legal data), by key.

    attributes: the further keys that every series of the file must carry. Raises BadData.
    """
    return parse_series(read_document(folder() / file), attributes=attributes)


class Table:
    """One table of a data file, read key by key: a missing, unknown or ill-typed key is refused with its place."""

    def __init__(self, source: str, where: str, content: Mapping[str, object]) -> None:
        self.source, self.where = source, where
        self._content = dict(content)

    def take(self, key: str, kind: type[T]) -> T:
        """Return the value of *key*, which must be there, of type *kind* and, if a text, not blank."""
        if key not in self._content:
            raise self.refused(key, f"missing; a {kind.__name__} is expected")
        value = self._content.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.refused(key, f"a {kind.__name__} is expected, got {value!r}")
        if isinstance(value, str) and not value.strip():
            raise self.refused(key, "blank; every legal value needs this text")
        return value

    def take_optional(self, key: str, kind: type[T]) -> T | None:
        return self.take(key, kind) if key in self._content else None

    def take_tables(self, key: str) -> dict[str, Table]:
        """Return the sub-tables of *key*, by name. Raises BadData when one is not a table."""
        return {name: self._table(f"{key}.{name}", inner) for name, inner in self.take(key, dict).items()}

    def take_list(self, key: str) -> list[Table]:
        """Return the tables of the array *key*. Raises BadData when one is not a table."""
        return [self._table(f"{key}[{rank}]", inner) for rank, inner in enumerate(self.take(key, list))]

    def take_texts(self, key: str) -> dict[str, str]:
        """Return the texts of the table *key* (none when it is absent), by name. Raises BadData."""
        texts = self._table(key, self._content.pop(key, {}))
        return {name: texts.take(name, str) for name in list(texts._content)}

    def done(self) -> None:
        """Refuse the keys that nobody has taken."""
        if self._content:
            unknown = min(self._content)
            raise self.refused(unknown, "unknown key; correct its name or remove it")

    def refused(self, key: str, reason: str) -> BadData:
        return BadData(self.source, f"{self.where}.{key}" if self.where else key, reason)

    def _table(self, key: str, content: object) -> Table:
        if not isinstance(content, dict):
            raise self.refused(key, f"a table is expected, got {content!r}")
        return Table(self.source, f"{self.where}.{key}" if self.where else key, content)


def read_document(path: Path) -> Table:
    """Return the root table of a TOML file. Raises BadData when it is absent, not UTF-8 or not TOML."""
    try:
        return Table(path.name, "", tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as fault:
        raise BadData(path.name, "whole file", str(fault)) from fault


def parse_series(document: Table, *, attributes: Iterable[str] = ()) -> Mapping[str, Series]:
    """Return the series of an open document, by key. Raises BadData."""
    document.take("name", str)
    unit = document.take("unit", str)
    tables = document.take_tables("series")
    document.done()
    return MappingProxyType({key: _series(key, unit, table, attributes) for key, table in tables.items()})


def _series(key: str, unit: str, table: Table, attributes: Iterable[str]) -> Series:
    label = table.take("label", str)
    carried = MappingProxyType({name: table.take(name, str) for name in attributes})
    values = tuple(_dated_value(inner) for inner in table.take_list("values"))
    table.done()
    check_tiling(table, [(value.valid_from, value.valid_until) for value in values])
    return Series(key, label, unit, carried, values)


def _dated_value(table: Table) -> DatedValue:
    text = table.take("value", str)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise table.refused("value", f"a decimal number in quotes is expected, got {text!r}") from None
    dated = DatedValue(
        valid_from=table.take("from", date),
        valid_until=table.take_optional("until", date),
        value=value,
        source=table.take("source", str),
        doubt=table.take_optional("doubt", str),
    )
    table.done()
    return dated


def check_tiling(table: Table, validities: list[tuple[date, date | None]]) -> None:
    """Refuse validities (first day, end excluded) that are none, empty, overlap, or leave a gap."""
    if not validities:
        raise table.refused("values", "no value; a series needs at least one")
    for first, until in validities:
        if until is not None and until <= first:
            raise table.refused("until", f"{until} does not come after {first}")
    for (_, until), (following, _) in pairwise(validities):
        if until != following:
            fault = "overlap" if until is None or until > following else "gap"
            raise table.refused("from", f"{fault}: a value ends on {until or 'no day'}, the next begins on {following}")
