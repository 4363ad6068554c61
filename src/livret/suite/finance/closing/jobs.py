"""Long work of closing, as the queue runs it: inside the environment, perhaps twice."""

from __future__ import annotations

from typing import Any

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.suite.finance.closing.services import doing, works
from livret.suite.finance.jobs import allowances


@client_task(name=works.WORK_TASK)
def work(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Do a work that was asked for. Run again, it finds the work ended and does nothing."""
    works.run(
        int(payload["work_id"]),
        doing.do,
        allowance=allowances().entries,
        at=clock.now(),
        today=clock.today(),
    )
