"""The steps of automatic lettering, which may be long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.core.people import Actor
from livret.core.tenancy.context import current_place
from livret.suite.finance import access, told
from livret.suite.finance.lettering.models import AutoRun
from livret.suite.finance.lettering.services import runs


@client_task(name=runs.PROPOSE)
def propose(payload: dict[str, Any], *, delivery: Delivery) -> None:
    if AutoRun.objects.filter(pk=payload["run_id"]).exists():  # Else a newer proposal replaced it.
        runs.propose(payload["run_id"])


@client_task(name=runs.LETTER)
def letter(payload: dict[str, Any], *, delivery: Delivery) -> None:
    if _may_still(payload):
        runs.letter_run(payload["run_id"], by=_author(payload), at=clock.now(), today=clock.today())


@client_task(name=runs.UNDO)
def undo(payload: dict[str, Any], *, delivery: Delivery) -> None:
    if _may_still(payload):
        runs.undo_run(payload["run_id"], by=_author(payload), at=clock.now())


def _may_still(payload: dict[str, Any]) -> bool:
    """Tell whether whoever asked may still letter; else the run goes back to where it was, and its page says why."""
    run = AutoRun.objects.select_related("fiscal_year").get(pk=payload["run_id"])
    key = refusal_key(run)
    told.forget(key)
    try:
        asker = payload["author_id"], payload["author_name"]
        access.require_still(*asker, company_id=run.fiscal_year.company_id, right="write")
    except access.RightGone as refusal:
        runs.give_back(run.pk)
        told.tell(key, str(refusal))
        return False
    return True


def refusal_key(run: AutoRun) -> str:
    return f"lettering:{current_place().environment_id}:{run.pk}"


def _author(payload: dict[str, Any]) -> Actor:
    return Actor(UUID(payload["author_id"]), payload["author_name"], "client", f"lettering {payload['run_id']}")
