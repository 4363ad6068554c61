"""Long work on the books. Chain heads and meter readings, which leave the environment, are received by ops."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.core.people import Actor
from livret.core.tenancy.context import current_entitlements, current_place
from livret.suite.company.queries import company_with_siren
from livret.suite.company.rules import allowance_of
from livret.suite.finance import access, aftermath
from livret.suite.finance.models import ImportRun
from livret.suite.finance.queries.imports import progress_key
from livret.suite.finance.services import imports, previews

PROGRESS_KEPT_S = 3600


@client_task(name=imports.CHECK_TASK)
def check_fec(payload: dict[str, Any], *, delivery: Delivery) -> None:
    previews.check_run(ImportRun.objects.get(pk=payload["run_id"]), at=clock.now())


@client_task(name=imports.IMPORT_TASK)
def import_fec(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Import a confirmed file, then do what follows. Run again, it finds the run ended and only does the latter."""
    run_id = int(payload["run_id"])
    key = progress_key(current_place().environment_id, run_id)
    run = imports.import_run(
        run_id,
        allowances=allowances(),
        at=clock.now(),
        today=clock.today(),
        on_lines=lambda lines: cache.set(key, lines, PROGRESS_KEPT_S),
        require=lambda run: _require_importer(run, payload),
    )
    if run.state == ImportRun.State.DONE and run.company:
        aftermath.follow(run.company, by=Actor(run.author_id, run.author_name, "client", "import"), at=clock.now())


def _require_importer(run: ImportRun, payload: dict[str, Any]) -> None:
    """Ask for the right to validate of whoever confirmed *run*: in its company, in all when it is a new one."""
    company = company_with_siren(run.siren)
    asker = payload.get("asker_id", run.author_id), payload.get("asker_name", run.author_name)
    access.require_still(*asker, company_id=company.pk if company else access.NEW_COMPANY, right="validate")


def allowances() -> imports.Allowances:
    """Return what the contract in the context allows of companies and entries."""
    held = current_entitlements()
    return imports.Allowances(allowance_of(held, "finance", "companies"), allowance_of(held, "finance", "entries"))
