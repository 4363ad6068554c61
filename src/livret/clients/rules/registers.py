"""The two registers of accounts, side by side: who may come in, and who may work inside.

Source: Care C-11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """An access account, as the publisher keeps it. has_joined: the invitation was accepted."""

    account_id: UUID
    name: str
    email: str
    is_active: bool
    has_joined: bool


@dataclass(frozen=True, slots=True)
class ApplicationEntry:
    """An application account of one environment, as the client's administrator keeps it. modules: names, in order."""

    account_id: UUID
    name: str
    modules: tuple[str, ...]
    is_active: bool


class Mismatch(StrEnum):
    """Why the two registers do not tell the same story about a person."""

    NONE = "none"
    NO_APPLICATION = "no_application"
    NO_ACCESS = "no_access"
    ACCESS_CLOSED = "access_closed"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One person in both registers; either side may be missing, never both."""

    name: str
    access: AccessEntry | None
    application: ApplicationEntry | None
    mismatch: Mismatch


def side_by_side(access: Iterable[AccessEntry], application: Iterable[ApplicationEntry]) -> list[RegisterRow]:
    """Return one row a person, mismatches first, then by name. A closed account without rights is left out."""
    doors = {entry.account_id: entry for entry in access}
    rights = {entry.account_id: entry for entry in application}
    pairs = [(doors.get(key), rights.get(key)) for key in doors.keys() | rights.keys()]
    rows = [_row(door, right) for door, right in pairs if _is_alive(door, right)]
    return sorted(rows, key=lambda row: (row.mismatch is Mismatch.NONE, row.name.casefold(), str(_key(row))))


def _is_alive(door: AccessEntry | None, right: ApplicationEntry | None) -> bool:
    return bool(door and door.is_active) or bool(right and right.is_active)


def _row(door: AccessEntry | None, right: ApplicationEntry | None) -> RegisterRow:
    name = door.name if door else right.name if right else ""
    return RegisterRow(name, door, right, _mismatch(door, right))


def _mismatch(door: AccessEntry | None, right: ApplicationEntry | None) -> Mismatch:
    if door is None:
        return Mismatch.NO_ACCESS
    if not door.is_active:
        return Mismatch.ACCESS_CLOSED
    if right is None or not right.is_active:
        return Mismatch.NO_APPLICATION
    return Mismatch.NONE


def _key(row: RegisterRow) -> UUID | None:
    entry = row.access or row.application
    return entry.account_id if entry else None
