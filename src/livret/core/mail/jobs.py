from __future__ import annotations

from livret.core import clock
from livret.core.jobs import queue
from livret.core.mail import services


@queue.task(name="mail.deliver")
def deliver(message_id: int) -> None:
    services.deliver(message_id, at=clock.now())
