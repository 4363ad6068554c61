"""Seats follow what the client plane granted and took back, and those that never were granted are freed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from livret.clients import services
from livret.core import clock
from livret.core.jobs import queue
from livret.core.jobs.queue import Delivery


@queue.client_task(name="clients.seat_granted")
def seat_granted(payload: dict[str, Any], *, delivery: Delivery) -> None:
    services.confirm_seat(delivery.environment_id, UUID(payload["person_id"]), at=clock.now())


@queue.client_task(name="clients.seat_given_back")
def seat_given_back(payload: dict[str, Any], *, delivery: Delivery) -> None:
    given_back_at = datetime.fromisoformat(payload["at"])
    person_id = UUID(payload["person_id"])
    services.free_seat(delivery.environment_id, person_id, given_back_at=given_back_at, at=clock.now())


@queue.task(name="clients.free_orphan_seats", cron="*/10 * * * *", queueing_lock="clients.free_orphan_seats")
def free_orphan_seats(timestamp: int) -> int:
    return services.free_orphan_seats(at=clock.now())
