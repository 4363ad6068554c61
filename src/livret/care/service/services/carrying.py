"""What the platform carries out itself: a restoration, an export of the database, an instruction that was answered."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from livret.care.service import queries
from livret.care.service.models import DataOperation, DataOperationEvent
from livret.care.service.rules import operations as rules
from livret.care.service.services.operations import (
    finish_operation,
    note_step,
    refuse_operation,
    start_operation,
)
from livret.care.service.services.refusals import NoDump, NotThisStep
from livret.clients import queries as clients
from livret.core.blobs import store
from livret.core.blobs.store import Blob
from livret.core.jobs import queue
from livret.core.people import Actor, system_actor
from livret.kernel.errors import Refusal
from livret.ops.environments import dumps, restoring
from livret.ops.environments.models import Restoration

if TYPE_CHECKING:
    from livret.clients.models import AccessAccount

Kind, State = DataOperationEvent.Kind, DataOperation.State
RESTORE_JOB, EXPORT_JOB = "service.restore", "service.export"
_CHUNK = 1 << 20


@transaction.atomic
def start_restoration(
    operation: DataOperation, dump_name: str, *, account: AccessAccount, by: Actor, now: datetime
) -> DataOperation:
    """Start the restoration from a dump of the environment's folder; a job loads it and moves the pointer.

    Raises NoDump, NotThisStep, RestorationUnderWay.
    """
    mine = _begun(operation, rules.RESTORE, account=account, by=by, now=now)
    assert mine.environment is not None
    dump = next((one for one in queries.dumps_of(mine.environment) if one.name == dump_name), None)
    if dump is None:
        raise NoDump(f"no dump {dump_name!r} of {mine.environment}")
    mine.restoration = restoring.ask(mine.environment, dump.path, by=by, at=now)
    mine.save(update_fields=["restoration"])
    queue.defer(RESTORE_JOB, operation_id=mine.pk)
    return mine


@transaction.atomic
def start_export(operation: DataOperation, *, account: AccessAccount, by: Actor, now: datetime) -> DataOperation:
    """Start the export of the whole database; a job dumps it into the client's own store. Raises NotThisStep."""
    mine = _begun(operation, rules.EXPORT, account=account, by=by, now=now)
    queue.defer(EXPORT_JOB, operation_id=mine.pk)
    return mine


def carry_restoration(operation: DataOperation, *, now: datetime) -> None:
    """Load and swap what was asked; begun again after a crash, it completes. A failure is noted for the operator."""
    restoration = operation.restoration
    if operation.state != State.STARTED or restoration is None:
        return
    by = _operator(operation, "service.restore")
    try:
        if restoration.stage in (Restoration.Stage.ASKED, Restoration.Stage.LOADED):
            restoring.load(restoration)
            operation.refresh_from_db(fields=["state"])
            if operation.state != State.STARTED:  # Refused while it loaded: what was loaded waits to be given up.
                return
            restoring.swap(restoration, by=by, at=now)
        elif restoration.stage == Restoration.Stage.FAILED:
            raise dumps.DumpFailed(restoration.error)
    except (dumps.DumpFailed, Refusal) as failure:
        _note_failure(operation, str(failure), now=now)
        return
    report = _("The environment was put back from %(dump)s. It is at generation %(generation)s.") % {
        "dump": Path(restoration.dump).name,
        "generation": restoration.to_generation,
    }
    _finish(operation, report, now=now)


def carry_export(operation: DataOperation, *, now: datetime) -> None:
    """Dump the database into the client's own store; run again, it finds the export done or makes it anew."""
    if operation.state != State.STARTED or operation.environment is None:
        return
    name = f"{operation.environment.slug}-{now:%Y-%m-%d}.dump"
    try:
        kept = _dumped(operation, name)
    except dumps.DumpFailed as failure:
        _note_failure(operation, str(failure), now=now)
        return
    report = _(
        "The database was exported as %(name)s: the administrators of the client can take it under Operations on "
        "data. It is read with pg_restore, PostgreSQL 18 or later."
    ) % {"name": name}
    _finish(operation, report, now=now, data={"digest": kept.digest, "size": kept.size, "name": name})


def settle_instructions(*, now: datetime) -> int:
    """End the operations whose instruction was carried out or refused meanwhile; return how many."""
    answered = DataOperation.objects.filter(
        kind=rules.ACCOUNT_CHANGE, state__in=[State.ASKED, State.STARTED], instruction__outcome__isnull=False
    )
    settled = 0
    for operation in answered.select_related("instruction", "request").order_by("pk"):
        settled += _settle(operation, now=now)
    return settled


@transaction.atomic
def _settle(operation: DataOperation, *, now: datetime) -> bool:
    assert operation.instruction is not None
    outcome = clients.outcome_of(operation.instruction)
    account = clients.people_of([outcome.by_id]).get(outcome.by_id) if outcome else None
    if outcome is None or account is None:
        return False
    by = Actor(outcome.by_id, outcome.by_name, "staff", "service.instructions")
    if outcome.refusal:
        refuse_operation(operation, reason=outcome.refusal, account=account, by=by, now=now)
        return True
    if operation.state == State.ASKED:
        start_operation(operation, account=account, by=by, now=now)
    finish_operation(operation, report=_("The instruction was carried out."), account=account, by=by, now=now)
    return True


def _begun(operation: DataOperation, kind: str, *, account: AccessAccount, by: Actor, now: datetime) -> DataOperation:
    """Return the operation started: now, or before an attempt that failed. Raises NotThisStep on another kind."""
    operation.refresh_from_db()
    if operation.kind != kind:
        raise NotThisStep(operation.kind, kind)
    if operation.state == State.STARTED and _last_kind(operation) == Kind.FAILED:
        mine = DataOperation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
        if mine.state != State.STARTED or _last_kind(mine) != Kind.FAILED:  # Somebody else was faster.
            raise NotThisStep(mine.state, State.STARTED)
        note_step(mine, Kind.STARTED, by=by, now=now)
        mine.save(update_fields=["last_sequence"])
        return mine
    return start_operation(operation, account=account, by=by, now=now)


def _last_kind(operation: DataOperation) -> str:
    return operation.events.order_by("-sequence").values_list("kind", flat=True)[0]


def _starter(operation: DataOperation) -> DataOperationEvent:
    return operation.events.filter(kind=Kind.STARTED).order_by("-sequence")[0]


def _operator(operation: DataOperation, job: str) -> Actor:
    started = _starter(operation)
    return Actor(started.actor_id, started.actor_name, "staff", job)


def _finish(operation: DataOperation, report: str, *, now: datetime, data: dict[str, object] | None = None) -> None:
    by = _operator(operation, "service.operation")
    account = clients.people_of([by.id])[by.id]
    finish_operation(operation, report=report, account=account, by=by, now=now, data=data)


@transaction.atomic
def _note_failure(operation: DataOperation, error: str, *, now: datetime) -> None:
    """Keep why the platform could not do it; the operator tries again, does it by hand, or refuses."""
    mine = DataOperation.objects.select_for_update(of=("self",)).get(pk=operation.pk)
    note_step(mine, Kind.FAILED, by=system_actor("service.operation"), now=now, text=error or "?")
    mine.save(update_fields=["last_sequence"])


def _dumped(operation: DataOperation, name: str) -> Blob:
    assert operation.environment is not None
    with tempfile.TemporaryDirectory() as folder:
        target = dumps.dump(operation.environment.place, Path(folder) / name)
        with target.open("rb") as content:
            return store.put(_chunks(content), owner=str(operation.client.uuid))


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: content.read(_CHUNK), b"")
