"""The steps of automatic lettering, which may be long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.core.people import Actor
from livret.suite.finance.lettering.models import AutoRun
from livret.suite.finance.lettering.services import runs


@client_task(name=runs.PROPOSE)
def propose(payload: dict[str, Any], *, delivery: Delivery) -> None:
    if AutoRun.objects.filter(pk=payload["run_id"]).exists():  # Else a newer proposal replaced it.
        runs.propose(payload["run_id"])


@client_task(name=runs.LETTER)
def letter(payload: dict[str, Any], *, delivery: Delivery) -> None:
    runs.letter_run(payload["run_id"], by=_author(payload), at=clock.now(), today=clock.today())


@client_task(name=runs.UNDO)
def undo(payload: dict[str, Any], *, delivery: Delivery) -> None:
    runs.undo_run(payload["run_id"], by=_author(payload), at=clock.now())


def _author(payload: dict[str, Any]) -> Actor:
    return Actor(UUID(payload["author_id"]), payload["author_name"], "client", f"lettering {payload['run_id']}")
