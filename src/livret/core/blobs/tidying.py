"""Taking away the files of an environment that nothing needs any more.

A file is needed as long as a row of the environment bears its digest, in any table, unless that row is temporary and
past its time. What a temporary row alone bore goes at once. What no row bears, such as a document taken off a draft,
waits until no copy of the database that could be put back bears it either.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.db import connections, models, transaction

from livret.core.blobs import store
from livret.core.tenancy.context import current_alias, current_place
from livret.core.tenancy.models_base import ClientModel

DAY_S = 24 * 3600
FRESH_S = DAY_S  # Between the file that is stored and the row that bears its digest, no more time than this passes.
UNUSED_S = 70 * DAY_S  # No booklet keeps a copy of a database for longer: see the test.
CHUNK = 5000
Rows = models.QuerySet[Any]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Temporary:
    """Rows whose files have a time. past: those whose time is over; let_go: what becomes of these rows."""

    past: Callable[[datetime], Rows]
    let_go: Callable[[Rows], object]


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was taken away: files past their time, files that nothing bore for long, uploads cut short."""

    past: int = 0
    unused: int = 0
    partial: int = 0


_temporary: dict[str, Temporary] = {}


def register(model: str, temporary: Temporary) -> None:
    """Say which rows of *model* (app.Model) have a time, and what becomes of them."""
    _temporary[model] = temporary


def tidy(*, at: datetime) -> Tidied:
    """Take away what the environment of the context needs no more. Run again, it goes on where it stopped."""
    past = sum(_let_go(model, temporary, at) for model, temporary in sorted(_temporary.items()))
    folder = store.folder_of(_owner())
    if not folder.exists():
        return Tidied(past)
    unused = sum(_sweep(folder, blobs) for blobs in _chunks(folder))
    return Tidied(past, unused, sum(_drop_partial(file) for file in folder.glob("partial-*")))


def _let_go(model: str, temporary: Temporary, at: datetime) -> int:
    """Take the files of rows past their time away, then let go of these rows; a file that others need stays."""
    taken = 0
    with transaction.atomic(using=current_alias()):
        held = list(temporary.past(at).select_for_update(of=("self",)).values_list("pk", "digest"))
        digests = sorted({digest for _pk, digest in held if digest})
        rows = apps.get_model(model)._default_manager.filter(pk__in=[pk for pk, _digest in held])
        needed = needed_among(digests, but={model: [pk for pk, _digest in held]})
        for digest in digests:
            taken += digest not in needed and _take_away(store.path(digest, owner=_owner()))
        temporary.let_go(rows)
    return taken


def _sweep(folder: Path, blobs: Sequence[Path]) -> int:
    """Note since when nothing bears some files; take those away of which that was noted long ago."""
    needed, taken = needed_among([blob.name for blob in blobs]), 0
    for blob in blobs:
        note = store.unused(blob)
        if blob.name in needed:
            note.unlink(missing_ok=True)
        elif not note.exists():
            with store.locked(folder, alone=True):
                if _is_old(blob, FRESH_S):
                    note.touch()
        elif _is_old(note, UNUSED_S):
            taken += _take_away(blob)
    return taken


def _take_away(blob: Path) -> bool:
    """Take a file away unless it was stored again a moment ago; tell whether it was."""
    if not blob.parent.parent.exists():
        return False
    with store.locked(blob.parent.parent, alone=True):
        if not _is_old(blob, FRESH_S):
            return False
        for file in (blob, *blob.parent.glob(f"{blob.name}.*")):  # What was drawn from it goes with it.
            file.unlink(missing_ok=True)
    return True


def _is_old(file: Path, seconds: float) -> bool:
    """Tell whether *file* is there and was dated more than so many seconds ago, by the clock of the disk."""
    try:
        return time.time() - file.stat().st_mtime > seconds
    except FileNotFoundError:
        return False


def _drop_partial(file: Path) -> bool:
    is_left = _is_old(file, FRESH_S)
    if is_left:
        file.unlink(missing_ok=True)
    return is_left


def needed_among(digests: Sequence[str], *, but: dict[str, Sequence[Any]] | None = None) -> set[str]:
    """Return those of *digests* that rows of the environment bear; *but* rows, by model and key, left out.

    One statement, so one moment: a digest that passes from one table to another is seen in one of them at least.
    """
    if not digests:
        return set()
    parts, facts = [], []
    for model, column in bearers():
        quoted = f'SELECT "{column}" FROM "{model._meta.db_table}" WHERE "{column}" = ANY(%s)'  # noqa: S608
        parts.append(f'{quoted} AND "{model._meta.pk.column}" <> ALL(%s)')
        facts += [list(digests), list((but or {}).get(model._meta.label, ()))]
    with connections[current_alias()].cursor() as sql:
        sql.execute(" UNION ".join(parts), facts)
        return {digest for (digest,) in sql.fetchall()}


def bearers() -> list[tuple[type[models.Model], str]]:
    """Return every column of the environment's tables that may bear the digest of a file: found, never listed."""
    return [
        (model, str(field.column))
        for model in apps.get_models()
        if issubclass(model, ClientModel)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and "digest" in field.name
    ]


def _chunks(folder: Path) -> Iterator[list[Path]]:
    held: list[Path] = []
    for part in sorted(one for one in folder.iterdir() if one.is_dir()):
        held += [Path(entry.path) for entry in os.scandir(part) if "." not in entry.name]
        if len(held) >= CHUNK:
            yield held
            held = []
    yield held


def _owner() -> str:
    return str(current_place().environment_id)
