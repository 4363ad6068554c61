"""What assistance does by itself: ending what holds no longer, inviting, reminding."""

from __future__ import annotations

from collections.abc import Sequence

from livret.care.assistance import services
from livret.core import clock
from livret.core.jobs import queue
from livret.core.people import system_actor


@queue.task(name="assistance.lapse", cron="* * * * *", queueing_lock="assistance.lapse")
def lapse(timestamp: int) -> int:
    return services.lapse_sessions(by=system_actor("assistance.lapse"), now=clock.now())


@queue.task(name="assistance.remind", cron="*/10 * * * *", queueing_lock="assistance.remind")
def remind(timestamp: int) -> int:
    return services.send_reminders(now=clock.now())


@queue.task(name="assistance.invite")
def invite(session_id: int, products: Sequence[str], site: str) -> int:
    return services.send_invitations(session_id, products=products, now=clock.now(), site=site)
