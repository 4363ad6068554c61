"""What figures do by themselves: each morning, the reports of the periods that ended."""

from __future__ import annotations

from livret.care.figures import services
from livret.core import clock
from livret.core.jobs import queue
from livret.core.people import system_actor


@queue.task(name="figures.reports", cron="10 5 * * *", queueing_lock="figures.reports")
def reports(timestamp: int) -> int:
    return len(services.freeze_due_reports(by=system_actor("figures.reports"), now=clock.now()))
