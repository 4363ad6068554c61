"""Long work of the bank: large files, suggestions of a whole company, many acceptances."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.cache import cache

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.core.people import Actor
from livret.core.tenancy.context import current_place
from livret.suite.company.models import Company
from livret.suite.finance import access, told
from livret.suite.finance.bank.models import StatementFile
from livret.suite.finance.bank.services import bulk, files, imports
from livret.suite.finance.jobs import allowances

PROGRESS_KEPT_S = 3600


@client_task(name=files.CHECK_TASK)
def check(payload: dict[str, Any], *, delivery: Delivery) -> None:
    files.check_file(int(payload["file_id"]), at=clock.now())


@client_task(name=files.IMPORT_TASK)
def import_statements(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Import a confirmed file, then look for suggestions. Run again, it finds the file ended and looks again."""
    pk = int(payload["file_id"])
    held = imports.import_file(
        pk,
        at=clock.now(),
        on_movements=lambda done: _note("file", pk, done),
        require=lambda file: _require_asker(payload, file.company_id, file.author_id, file.author_name),
    )
    if held.state == StatementFile.State.DONE:
        bulk.suggest_all(held.company)


def _require_asker(payload: dict[str, Any], company_id: int, *author: Any) -> None:
    asker = (payload["asker_id"], payload["asker_name"]) if "asker_id" in payload else author
    access.require_still(*asker, company_id=company_id, right="write")


@client_task(name=bulk.SUGGEST_TASK)
def suggest(payload: dict[str, Any], *, delivery: Delivery) -> None:
    bulk.suggest_all(Company.objects.get(pk=payload["company_id"]))


@client_task(name=bulk.ACCEPT_TASK)
def accept(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Accept the best suggestions of some movements. Run again, it goes on with those that are left."""
    asked, company = payload["movements"], int(payload["company_id"])
    asker = payload["author_id"], payload["author_name"]
    may_post = bool(payload["may_post"])
    try:
        access.require_still(*asker, company_id=company, right="validate" if may_post else "write")
    except access.RightGone as refusal:
        told.tell(_key("accept", company), str(refusal))
        return
    told.forget(_key("accept", company))
    _note("accept", company, (0, len(asked)))
    bulk.accept_best(
        asked,
        may_post=may_post,
        allowance=allowances().entries,
        by=Actor(UUID(payload["author_id"]), payload["author_name"], "client", "bank"),
        at=clock.now(),
        today=clock.today(),
        on_done=lambda done: _note("accept", company, (done, len(asked))),
    )
    cache.delete(_key("accept", company))


def progress(what: str, pk: int) -> Any:
    """Return how far a job noted that it is, None when it notes nothing."""
    return cache.get(_key(what, pk))


def refusal(what: str, pk: int) -> str:
    """Return why the last job that was asked for was not done, "" when it was."""
    return told.last_told(_key(what, pk))


def _note(what: str, pk: int, done: object) -> None:
    cache.set(_key(what, pk), done, PROGRESS_KEPT_S)


def _key(what: str, pk: int) -> str:
    return f"bank:{what}:{current_place().environment_id}:{pk}"
