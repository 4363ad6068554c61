"""TOML to Booklet: refuses anything unknown, missing, of the wrong type, out of range, or without its clause."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NoReturn, get_args, get_origin, get_type_hints

from livret.booklet.data import default_folder, read_toml
from livret.booklet.model import SECTIONS, Booklet, Clause, Rule
from livret.booklet.parsers import PARSERS, UNITS
from livret.booklet.statements import NO_LIMITS, Absent, Limits, Reading, SetBy, Stated
from livret.kernel.errors import BadData

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_CLAUSE_ID = re.compile(r"[A-Z]-[1-9][0-9]*")
_IDENTITY = re.compile(r"[a-z0-9][a-z0-9-]*")
_HEAD = ("id", "version", "title_en", "title_fr")


def load(path: Path) -> Booklet:
    """Return the booklet of one TOML file. Raises BadData with the file, the key and the reason."""
    return _Reader(path).booklet(read_toml(path))


def load_folder(folder: Path) -> Mapping[tuple[str, str], Booklet]:
    """Return every ``<booklet>/<version>.toml`` of a folder by (id, version), in that order.

    Raises BadData when the folder is missing or empty, or a file's id or version is not that of its place.
    """
    paths = sorted(folder.glob("*/*.toml"))
    if not paths:
        raise BadData(str(folder), "folder", "holds no <booklet>/<version>.toml")
    booklets = {}
    for path in paths:
        booklet = load(path)
        if (booklet.id, booklet.version) != (path.parent.name, path.stem):
            raise BadData(str(path), "id, version", f"say {booklet}, the file lies at {path.parent.name}/{path.stem}")
        booklets[booklet.id, booklet.version] = booklet
    return MappingProxyType(booklets)


@cache
def library() -> Mapping[tuple[str, str], Booklet]:
    """Return the booklets that come with the product, by (id, version); read once."""
    return load_folder(default_folder())


def latest(booklet_id: str) -> Booklet:
    """Return the highest version of a booklet. Raises KeyError on an unknown id."""
    versions = [booklet for (found, _), booklet in library().items() if found == booklet_id]
    if not versions:
        raise KeyError(booklet_id)
    return max(versions, key=lambda booklet: booklet.version)


class _Reader:
    """Reads one file; every refusal names the file, the key and the reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._clauses: Mapping[str, Clause] = {}
        self._cited: set[str] = set()

    def booklet(self, raw: Mapping[str, object]) -> Booklet:
        self._require_keys(raw, {*_HEAD, "clause", "rule", *SECTIONS}, "file")
        head: dict[str, Any] = {name: self._text(raw, name, name) for name in _HEAD}
        for name in ("id", "version"):
            if not _IDENTITY.fullmatch(head[name]):
                self._refuse(name, f"wants lower-case letters, digits and hyphens, got {head[name]!r}")
        self._clauses = self._read_clauses(raw["clause"])
        rules = self._read_rules(raw["rule"])
        hints = get_type_hints(Booklet)
        sections: dict[str, Any] = {name: self._section(hints[name], raw[name], name) for name in SECTIONS}
        if idle := self._clauses.keys() - self._cited:
            self._refuse("clause", f"{', '.join(sorted(idle))}: no value, reading or rule cites it")
        return Booklet(clauses=self._clauses, rules=rules, **head, **sections)

    def _read_clauses(self, raw: object) -> Mapping[str, Clause]:
        clauses: dict[str, Clause] = {}
        for where, row in self._rows(raw, "clause"):
            self._require_keys(row, {"id", "title_en", "title_fr", "en", "fr"}, where)
            clause = Clause(**{name: self._text(row, name, where) for name in row})
            if not _CLAUSE_ID.fullmatch(clause.id):
                self._refuse(where, f"a clause id is a letter, a hyphen and a number, got {clause.id!r}")
            if clause.id in clauses:
                self._refuse(where, f"clause {clause.id} stands twice")
            clauses[clause.id] = clause
        return MappingProxyType(clauses)

    def _read_rules(self, raw: object) -> tuple[Rule, ...]:
        rules: list[Rule] = []
        for where, row in self._rows(raw, "rule"):
            self._require_keys(row, {"key", "clause", "en", "fr"}, where)
            rule = Rule(**{name: self._text(row, name, where) for name in row})
            self._cite(row, where)
            if rule.key in {known.key for known in rules}:
                self._refuse(where, f"rule {rule.key} stands twice")
            rules.append(rule)
        return tuple(rules)

    def _rows(self, raw: object, name: str) -> list[tuple[str, dict[str, object]]]:
        if not isinstance(raw, list) or not raw or not all(isinstance(row, dict) for row in raw):
            self._refuse(name, f"wants at least one [[{name}]] table")
        return [(f"{name}[{n}]", row) for n, row in enumerate(raw)]

    def _section(self, kind: type[Any], raw: object, where: str) -> Any:
        table = self._table(raw, where)
        hints = get_type_hints(kind, include_extras=True)
        names = [entry.name for entry in fields(kind)]
        self._require_keys(table, set(names), where)
        return kind(**{name: self._entry(hints[name], table[name], f"{where}.{name}", NO_LIMITS) for name in names})

    def _entry(self, hint: Any, raw: object, where: str, limits: Limits) -> Any:
        """Return a Stated, Absent, Reading, or a mapping of them, as the annotation *hint* asks."""
        if get_origin(hint) is Annotated:
            hint, limits = get_args(hint)
        table = self._table(raw, where)
        kinds = [hint] if get_origin(hint) in (Stated, Reading, Mapping) else list(get_args(hint))
        if "absent" in table:
            if Absent not in kinds:
                self._refuse(where, "cannot be absent: the rules need it")
            return self._absent(table, where)
        kind = next(kind for kind in kinds if kind is not Absent)
        if get_origin(kind) is Stated:
            return self._stated(get_args(kind)[0], table, where, limits)
        if get_origin(kind) is Reading:
            return self._reading(get_args(kind)[0], table, where)
        if not table:
            self._refuse(where, "is empty")
        for key in table:
            if not _KEY.fullmatch(key):
                self._refuse(f"{where}.{key}", "a key is written in lower case, digits and underscores")
        inner = get_args(kind)[1]
        return MappingProxyType({key: self._entry(inner, row, f"{where}.{key}", limits) for key, row in table.items()})

    def _absent(self, table: Mapping[str, object], where: str) -> Absent:
        self._require_keys(table, {"absent", "en", "fr"} | (table.keys() & {"clause"}), where)
        set_by = self._choice(SetBy, table["absent"], f"{where}.absent")
        clause = self._cite(table, where) if "clause" in table else None
        return Absent(clause, set_by, self._text(table, "en", where), self._text(table, "fr", where))

    def _stated(self, kind: Any, table: Mapping[str, object], where: str, limits: Limits) -> Stated[Any]:
        unit = limits.unit or UNITS.get(kind, "")
        has_own_unit = not unit
        self._require_keys(table, {"value", "clause", "en", "fr"} | ({"unit"} if has_own_unit else set()), where)
        try:
            value = PARSERS[kind](table["value"], limits)
        except ValueError as error:
            self._refuse(f"{where}.value", str(error))
        texts = {name: self._text(table, name, where) for name in ("en", "fr")}
        own_unit = self._text(table, "unit", where) if has_own_unit else unit
        return Stated(value, self._cite(table, where), own_unit, **texts)

    def _reading(self, kind: type[StrEnum], table: Mapping[str, object], where: str) -> Reading[Any]:
        self._require_keys(table, {"value", "options", "clause", "en", "fr"}, where)
        value = self._choice(kind, table["value"], f"{where}.value")
        raw_options = table["options"]
        if not isinstance(raw_options, list) or not raw_options:
            self._refuse(f"{where}.options", f"wants a list of readings, got {raw_options!r}")
        options = tuple(self._choice(kind, option, f"{where}.options") for option in raw_options)
        if len(set(options)) != len(options):
            self._refuse(f"{where}.options", "says a reading twice")
        if value not in options:
            self._refuse(f"{where}.value", f"{value} is not among its options {', '.join(options)}")
        texts = {name: self._text(table, name, where) for name in ("en", "fr")}
        return Reading(value, options, self._cite(table, where), **texts)

    def _choice(self, kind: type[StrEnum], raw: object, where: str) -> Any:
        if not isinstance(raw, str) or raw not in set(kind):
            self._refuse(where, f"wants one of {', '.join(kind)}, got {raw!r}")
        return kind(raw)

    def _cite(self, table: Mapping[str, object], where: str) -> str:
        clause = self._text(table, "clause", where)
        if clause not in self._clauses:
            self._refuse(f"{where}.clause", f"cites {clause!r}, which is no clause of this booklet")
        self._cited.add(clause)
        return clause

    def _text(self, table: Mapping[str, object], name: str, where: str) -> str:
        text = table[name]
        if not isinstance(text, str) or not text.strip():
            self._refuse(f"{where}.{name}" if where != name else name, f"wants a text, got {text!r}")
        return text

    def _table(self, raw: object, where: str) -> Mapping[str, object]:
        if not isinstance(raw, dict):
            self._refuse(where, f"wants a table with its value and clause, got {raw!r}")
        return raw

    def _require_keys(self, table: Mapping[str, object], wanted: set[str], where: str) -> None:
        if missing := wanted - table.keys():
            self._refuse(where, f"lacks {', '.join(sorted(missing))}")
        if unknown := table.keys() - wanted:
            self._refuse(where, f"has unknown {', '.join(sorted(unknown))}")

    def _refuse(self, where: str, reason: str) -> NoReturn:
        raise BadData(str(self._path), where, reason)
