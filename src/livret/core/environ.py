"""Typed readers of the process environment; a bad value stops the start with its name and reason."""

from __future__ import annotations

import os
from pathlib import Path

from livret.kernel.errors import Refusal


class BadSetting(Refusal):
    """An environment variable holds a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    """Read a yes-or-no variable. Raises BadSetting on anything but 1, 0, true, false, yes, no."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes"}:
        return True
    if value in {"0", "false", "no"}:
        return False
    raise BadSetting(f"{name} must be 1 or 0, got {value!r}")


def number(name: str, default: int) -> int:
    """Read a whole number. Raises BadSetting on anything else."""
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError as error:
        raise BadSetting(f"{name} must be a whole number, got {value!r}") from error


def mail_address(name: str) -> str:
    """Read a bare mail address, empty when not set. Raises BadSetting on anything else."""
    value = os.environ.get(name, "").strip()
    local, at, domain = value.rpartition("@")
    if value and (not at or not local or "." not in domain or not value.isascii() or set(value) & set(' <>"+,;')):
        raise BadSetting(f"{name} must be a mail address without « + », such as a@example.org, got {value!r}")
    return value


def web_address(name: str) -> str:
    """Read the address of a site, without its last slash; empty when not set. Raises BadSetting on anything else."""
    value = os.environ.get(name, "").strip().rstrip("/")
    if value and not value.startswith(("https://", "http://")):
        raise BadSetting(f"{name} must begin with https:// or http://, got {value!r}")
    return value


def folder(name: str, default: Path) -> Path:
    value = os.environ.get(name, "").strip()
    return Path(value).expanduser().resolve() if value else default


def listing(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]
