"""Long work of the room, and what the calendar makes."""

from __future__ import annotations

from datetime import date
from typing import Any

import structlog

from livret.core import clock
from livret.core.jobs import queue
from livret.core.jobs.queue import Delivery, client_task
from livret.core.people import system_actor
from livret.core.tenancy.context import EnvironmentUnavailable, current_entitlements, inside
from livret.core.tenancy.models import Environment
from livret.suite.company.rules import allowance_of
from livret.suite.finance import access
from livret.suite.finance.entry.queries.recurring import is_anything_due
from livret.suite.finance.entry.services import files, recurring

MAKE_DUE = "entry.make_due"
log = structlog.get_logger(__name__)


@queue.task(name="entry.recurring", cron="7 * * * *", queueing_lock="entry.recurring")
def ask_for_due(timestamp: int) -> int:
    """Ask, in each environment where a recurring entry is due, for its drafts; returns in how many.

    One that cannot be entered now is asked at the next hour, and stops no other.
    """
    today, asked = clock.today(), 0
    for environment in Environment.objects.filter(state=Environment.State.ACTIVE).select_related("cell"):
        try:
            asked += _ask(environment, today)
        except EnvironmentUnavailable:
            continue
        except Exception:
            log.exception("recurring entries failed", environment=str(environment))
    return asked


def _ask(environment: Environment, today: date) -> int:
    with inside(environment.place):
        if not is_anything_due(today):
            return 0
    queue.defer(
        MAKE_DUE,
        environment_id=str(environment.pk),
        generation=environment.generation,
        delivery=f"recurring.{today}",
        payload={},
    )
    return 1


@client_task(name=MAKE_DUE)
def make_due(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Write the drafts that are due. Run again, it finds them made."""
    recurring.make_due(by=system_actor("entry.make_due"), at=clock.now(), today=clock.today())


@client_task(name=files.IMPORT_TASK)
def import_file(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Make the drafts or entries of a file. Run again, it finds the file done."""
    allowance = allowance_of(current_entitlements(), "finance", "entries")
    files.run(
        int(payload["file_id"]),
        allowance=allowance,
        at=clock.now(),
        today=clock.today(),
        require=lambda held: access.require_still(
            held.author_id,
            held.author_name,
            company_id=held.company_id,
            right="validate" if held.validates else "write",
        ),
    )
