"""Long work of review."""

from __future__ import annotations

from typing import Any

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.suite.finance.review.services import exporting


@client_task(name=exporting.EXPORT_TASK)
def export(payload: dict[str, Any], *, delivery: Delivery) -> None:
    exporting.make_export(int(payload["export_id"]), at=clock.now())
