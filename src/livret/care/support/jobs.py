"""What support does by itself: alerts before a target is missed, calendars read again after a release."""

from __future__ import annotations

from livret.care.support import services
from livret.care.support.models import SupportHours
from livret.core import clock
from livret.core.jobs import queue
from livret.core.people import Actor


@queue.task(name="support.alerts", cron="* * * * *", queueing_lock="support.alerts")
def alerts(timestamp: int) -> int:
    return services.send_alerts(now=clock.now())


@queue.task(name=services.MOVING)
def move_requests(version_id: int) -> int:
    """Give a version of the hours to the open requests, as whoever published it decided."""
    version = SupportHours.objects.get(pk=version_id)
    by = Actor(version.set_by_id, version.set_by_name, "staff", services.MOVING)
    return services.move_requests(version, by=by, now=clock.now())


@queue.task(name="support.calendars", cron="23 * * * *", queueing_lock="support.calendars")
def calendars(timestamp: int) -> int:
    return len(services.recheck_calendars(now=clock.now()))
