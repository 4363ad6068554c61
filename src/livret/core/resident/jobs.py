"""Moving what the outboxes hold; taking away, at night, the files that nothing needs any more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog

from livret.core import clock
from livret.core.blobs import tidying
from livret.core.jobs import queue
from livret.core.jobs.queue import Delivery, client_task
from livret.core.resident import outbox
from livret.core.resident.models import WAITING, OutboxMessage
from livret.core.tenancy.context import EnvironmentUnavailable, inside
from livret.core.tenancy.models import Environment

TIDY = "resident.tidy"
log = structlog.get_logger(__name__)


@queue.task(name="resident.relay")
def relay(environment_id: str) -> None:
    outbox.relay(UUID(environment_id), at=clock.now())


@queue.task(name="resident.sweep", cron="* * * * *", queueing_lock="resident.sweep")
def sweep(timestamp: int) -> None:
    """Relay what a killed process left behind; an environment that cannot be entered stops no other."""
    for environment in Environment.objects.filter(state=Environment.State.ACTIVE).select_related("cell"):
        try:
            with inside(environment.place):
                waits = set(OutboxMessage.objects.filter(WAITING).values_list("task", flat=True).distinct())
            if unknown := sorted(task for task in waits if not queue.is_declared(task)):
                log.error("outbox holds jobs that nobody declares", environment=str(environment), tasks=unknown)
            if len(waits) > len(unknown):
                outbox.relay(environment.pk, at=clock.now())
        except EnvironmentUnavailable:
            continue
        except Exception:
            log.exception("outbox sweep failed", environment=str(environment))


@queue.task(name="resident.tidy_all", cron="23 2 * * *", queueing_lock="resident.tidy_all")
def ask_to_tidy(timestamp: int) -> int:
    """Ask, each night, each environment to take away the files that it needs no more; returns how many were asked."""
    found = Environment.objects.filter(state=Environment.State.ACTIVE)
    for environment in found:
        queue.defer(
            TIDY,
            environment_id=str(environment.pk),
            generation=environment.generation,
            delivery=f"tidy.{clock.today()}",
            payload={},
        )
    return len(found)


@client_task(name=TIDY)
def tidy(payload: dict[str, Any], *, delivery: Delivery) -> None:
    tidied = tidying.tidy(at=clock.now())
    log.info("files taken away", past=tidied.past, unused=tidied.unused, partial=tidied.partial)
