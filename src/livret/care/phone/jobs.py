"""What the telephone does by itself: calls whose end was never told, numbers kept long enough."""

from __future__ import annotations

from livret.care.phone import services
from livret.core import clock
from livret.core.jobs import queue


@queue.task(name="phone.lost_calls", cron="*/5 * * * *", queueing_lock="phone.lost_calls")
def lost_calls(timestamp: int) -> int:
    return services.end_lost_calls(now=clock.now())


@queue.task(name="phone.numbers", cron="41 3 * * *", queueing_lock="phone.numbers")
def numbers(timestamp: int) -> int:
    return services.erase_numbers(now=clock.now())
