"""What customer service and operations do by themselves: carry out what was started, follow instructions."""

from __future__ import annotations

from livret.care.service import services
from livret.care.service.models import DataOperation
from livret.core import clock
from livret.core.jobs import queue


@queue.task(name="service.restore", lock="service.restore")
def restore(operation_id: int) -> None:
    services.carry_restoration(_operation(operation_id), now=clock.now())


@queue.task(name="service.export")
def export(operation_id: int) -> None:
    services.carry_export(_operation(operation_id), now=clock.now())


@queue.task(name="service.instructions", cron="*/2 * * * *", queueing_lock="service.instructions")
def instructions(timestamp: int) -> int:
    return services.settle_instructions(now=clock.now())


@queue.task(name="service.withdrawals", cron="*/2 * * * *", queueing_lock="service.withdrawals")
def withdrawals(timestamp: int) -> int:
    return services.settle_withdrawals(now=clock.now())


def _operation(pk: int) -> DataOperation:
    found = DataOperation.objects.select_related("request", "client", "environment__cell", "restoration__environment")
    return found.get(pk=pk)
