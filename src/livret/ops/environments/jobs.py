"""What the client plane tells the control plane, through the outbox."""

from __future__ import annotations

from typing import Any

from livret.core import clock
from livret.core.jobs import queue
from livret.core.jobs.queue import Delivery, client_task
from livret.core.tenancy.models import Environment
from livret.ops.environments import proofs
from livret.ops.environments.models import LedgerHead, MeterReading


@client_task(name="finance.ledger_head")
def keep_ledger_head(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Keep the head of a ledger chain outside the client's database."""
    LedgerHead.objects.get_or_create(
        environment_id=delivery.environment_id,
        generation=delivery.generation,
        siren=payload["siren"],
        year_ends=payload["year_ends"],
        journal=payload["journal"],
        number=payload["number"],
        defaults={"head": payload["head"], "received_at": clock.now()},
    )


@client_task(name="meters.reading")
def keep_meter_reading(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Keep an absolute reading; a second delivery of the same one adds a row that changes no maximum."""
    MeterReading.objects.create(
        environment_id=delivery.environment_id,
        generation=delivery.generation,
        meter=payload["meter"],
        period=payload["period"],
        value=payload["value"],
        read_at=clock.now(),
    )


@queue.task(name="environments.prove_ledgers", cron="20 2 * * *", queueing_lock="environments.prove_ledgers")
def prove_ledgers(timestamp: int = 0) -> None:
    """Every night, have the ledgers of each open environment proved, one job each."""
    for pk in Environment.objects.filter(state=Environment.State.ACTIVE).values_list("pk", flat=True):
        queue.defer("environments.prove_ledger", environment_id=str(pk))


@queue.task(name="environments.prove_ledger")
def prove_ledger(environment_id: str) -> None:
    """Prove the ledgers of an environment, unless it is closed or restored just now: the next night will."""
    environment = Environment.objects.select_related("cell").filter(pk=environment_id).first()
    if environment and environment.is_active:
        proofs.prove(environment, at=clock.now(), whole=False)
