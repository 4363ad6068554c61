"""Every value of a booklet as one flat list, and what changes between two booklets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction

from livret.booklet.calendar import Calendar
from livret.booklet.model import SECTIONS, Booklet
from livret.booklet.statements import Absent, Reading, Stated


class EntryKind(StrEnum):
    """What an entry is: a figure of the text, a silence of it, a reading of ours, or a rule without a figure."""

    STATED = "stated"
    ABSENT = "absent"
    READING = "reading"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Entry:
    """One value by its dotted key. value: typed, None when absent; clause: None for a silence near no clause."""

    key: str
    kind: EntryKind
    value: object
    unit: str
    clause: str | None
    en: str
    fr: str
    options: tuple[str, ...] = ()

    def written(self) -> str:
        """Return the value as a short text: for terminals and comparisons, not for pages."""
        return written(self.value)

    def plain(self) -> object:
        """Return the value as JSON holds it."""
        return plain(self.value)


class ChangeKind(StrEnum):
    """What happened to an entry from one booklet to the other."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs; before is None when added, after is None when removed."""

    key: str
    kind: ChangeKind
    before: Entry | None
    after: Entry | None


def values(booklet: Booklet) -> tuple[Entry, ...]:
    """Return every value, silence, reading and rule of a booklet, in the order of its sections."""
    rules = (
        Entry(f"rules.{rule.key}", EntryKind.RULE, True, "", rule.clause, rule.en, rule.fr) for rule in booklet.rules
    )
    return (*(entry for section in SECTIONS for entry in _entries(getattr(booklet, section), section)), *rules)


def entry(booklet: Booklet, key: str) -> Entry:
    """Return one value by its dotted key. Raises KeyError on an unknown key."""
    found = next((entry for entry in values(booklet) if entry.key == key), None)
    if found is None:
        raise KeyError(key)
    return found


def entries_of_clause(booklet: Booklet, clause: str) -> tuple[Entry, ...]:
    """Return what a clause founds."""
    return tuple(entry for entry in values(booklet) if entry.clause == clause)


def diff(before: Booklet, after: Booklet) -> tuple[Change, ...]:
    """Return the entries whose value differs, in the order of *before*, then those that are new.

    A value that stays while its clause or wording changes is no change.
    """
    old, new = ({entry.key: entry for entry in values(booklet)} for booklet in (before, after))
    changes: list[Change] = []
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = _present(old.get(key)), _present(new.get(key))
        if was is not None and now is not None:
            if was.value != now.value or was.unit != now.unit:
                changes.append(Change(key, ChangeKind.CHANGED, was, now))
        elif now is not None:
            changes.append(Change(key, ChangeKind.ADDED, None, now))
        elif was is not None:
            changes.append(Change(key, ChangeKind.REMOVED, was, None))
    return tuple(changes)


def written(value: object) -> str:
    """Return a value as a short text."""
    match value:
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case Calendar():
            return _written_hours(value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case tuple():
            return ", ".join(written(item) for item in value)
        case _:
            return str(value)


def plain(value: object) -> object:
    """Return a value as JSON holds it: fractions and days as text, hours as a table."""
    match value:
        case Calendar():
            return value.as_plain()
        case Fraction() | date():
            return written(value)
        case tuple():
            return [plain(item) for item in value]
        case StrEnum():
            return value.value
        case _:
            return value


def _present(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.kind is EntryKind.ABSENT else entry


def _entries(node: object, key: str) -> Iterator[Entry]:
    match node:
        case Stated():
            yield Entry(key, EntryKind.STATED, node.value, node.unit, node.clause, node.en, node.fr)
        case Absent():
            yield Entry(key, EntryKind.ABSENT, None, "", node.clause, node.en, node.fr)
        case Reading():
            options = tuple(str(option) for option in node.options)
            yield Entry(key, EntryKind.READING, node.value, "", node.clause, node.en, node.fr, options)
        case Mapping():
            for name, inner in node.items():
                yield from _entries(inner, f"{key}.{name}")
        case _:
            for declared in fields(node):  # type: ignore[arg-type]
                yield from _entries(getattr(node, declared.name), f"{key}.{declared.name}")


def _written_hours(hours: Calendar) -> str:
    table = hours.as_plain()
    week = table["week"]
    assert isinstance(week, dict)
    days = "; ".join(f"{day} {' '.join('-'.join(pair) for pair in pairs)}" for day, pairs in week.items())
    return f"{days} ({hours.zone}, holidays {hours.holidays})"
