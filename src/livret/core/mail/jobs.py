from __future__ import annotations

from datetime import timedelta

from livret.core import clock
from livret.core.jobs import queue
from livret.core.mail import services

FORGOTTEN_AFTER = timedelta(hours=6)  # The retries of one job end after three hours.


@queue.task(name=services.DELIVERY)
def deliver(message_id: int) -> None:
    services.deliver(message_id, at=clock.now())


@queue.task(name="mail.ask_again", cron="17 * * * *", queueing_lock="mail.ask_again")
def ask_again(timestamp: int) -> int:
    return services.ask_again(written_before=clock.now() - FORGOTTEN_AFTER)
