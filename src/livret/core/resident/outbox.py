"""Jobs asked for from the client plane: written with the data, relayed at least once, run once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.db.models import QuerySet

from livret.core.jobs import queue
from livret.core.resident.models import WAITING, OutboxMessage
from livret.core.tenancy.context import current_alias, current_place, inside
from livret.core.tenancy.models import RelayedMessage
from livret.core.tenancy.queries import active_place

BATCH = 200


def post(task: str, **payload: Any) -> OutboxMessage:
    """Ask for client job *task* in the transaction that runs now; without its commit there is no job.

    The relay is called after the commit; a periodic job finds what a killed process left behind.
    Raises RuntimeError outside a transaction, where the message could outlive a failed change, and LookupError on a
    job that nobody declared: its message would wait for ever.
    """
    alias = current_alias()
    if not connections[alias].in_atomic_block:
        raise RuntimeError(f"outbox.post({task!r}) must run in the transaction of the change it belongs to")
    if not queue.is_declared(task):
        raise LookupError(f"outbox.post: no job is declared under the name {task!r}")
    message = OutboxMessage.objects.create(task=task, payload=payload)
    environment_id = current_place().environment_id
    # Robust: the change is committed, and a queue that does not answer must not make it look as if it had failed.
    transaction.on_commit(
        lambda: queue.defer("resident.relay", environment_id=str(environment_id)), using=alias, robust=True
    )
    return message


def relayable() -> QuerySet[OutboxMessage]:
    """Return what waits for the relay. A job that this version does not know keeps waiting, and holds up no other."""
    return OutboxMessage.objects.filter(WAITING, task__in=queue.declared())


def relay(environment_id: UUID, *, at: datetime) -> int:
    """Move the waiting messages of an environment to the queue and return how many were moved.

    A message enters the queue in the same control transaction as the row that proves it, keyed by environment,
    generation and outbox id; so a relay killed halfway sends nothing twice. The messages wait locked meanwhile,
    and a second relay skips them.
    """
    place = active_place(environment_id)
    with inside(place):
        moved = 0
        while batch := _relay_batch(environment_id, place.generation, at=at):
            moved += batch
    return moved


def _relay_batch(environment_id: UUID, generation: int, *, at: datetime) -> int:
    with transaction.atomic(using=current_alias()):
        messages = list(relayable().select_for_update(skip_locked=True).order_by("id")[:BATCH])
        with transaction.atomic():
            for message in messages:
                _hand_over(message, environment_id, generation, at=at)
        OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(relayed_at=at)
    return len(messages)


def _hand_over(message: OutboxMessage, environment_id: UUID, generation: int, *, at: datetime) -> None:
    proof = {"environment_id": environment_id, "generation": generation, "outbox_id": message.pk}
    _row, is_new = RelayedMessage.objects.get_or_create(**proof, defaults={"relayed_at": at})
    if is_new:
        queue.defer(
            message.task,
            environment_id=str(environment_id),
            generation=generation,
            delivery=f"{generation}.{message.pk}",
            payload=message.payload,
        )
