"""What support does by itself: alerts before a target is missed, calendars read again after a release."""

from __future__ import annotations

from livret.care.support import services
from livret.core import clock
from livret.core.jobs import queue


@queue.task(name="support.alerts", cron="* * * * *", queueing_lock="support.alerts")
def alerts(timestamp: int) -> int:
    return services.send_alerts(now=clock.now())


@queue.task(name="support.calendars", cron="23 * * * *", queueing_lock="support.calendars")
def calendars(timestamp: int) -> int:
    return len(services.recheck_calendars(now=clock.now()))
