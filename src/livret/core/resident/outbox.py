"""Jobs asked for from the client plane: written with the data, relayed at least once, run once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    return post_all([(task, payload)])[0]


def post_all(asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[OutboxMessage]:
    """Ask for several client jobs, each a task with its payload, as `post` does for one."""
    alias = current_alias()
    for task, _payload in asked:
        if not connections[alias].in_atomic_block:
            raise RuntimeError(f"outbox.post({task!r}) must run in the transaction of the change it belongs to")
        if not queue.is_declared(task):
            raise LookupError(f"outbox.post: no job is declared under the name {task!r}")
    messages = OutboxMessage.objects.bulk_create(
        OutboxMessage(task=task, payload=dict(payload)) for task, payload in asked
    )
    relay = _Relay(current_place().environment_id)
    if not relay.is_called_already(alias):
        # Robust: the change is committed, and a queue that does not answer must not make it look as if it had failed.
        transaction.on_commit(relay, using=alias, robust=True)
    return messages


class _Relay:
    """Calls the relay of an environment, which moves all that waits: once a transaction is enough."""

    def __init__(self, environment_id: UUID) -> None:
        self.environment_id = environment_id
        self.__qualname__ = "outbox.relay"  # What the log calls it when the queue does not answer.

    def __call__(self) -> None:
        queue.defer("resident.relay", environment_id=str(self.environment_id))

    def is_called_already(self, alias: str) -> bool:
        """Tell whether the commit will call it, whatever becomes of the savepoints that are open now."""
        connection = connections[alias]
        held = set(connection.savepoint_ids)
        waiting = ((hook[0], hook[1]) for hook in connection.run_on_commit)
        return any(
            isinstance(called, _Relay) and called.environment_id == self.environment_id and savepoints <= held
            for savepoints, called in waiting
        )


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
