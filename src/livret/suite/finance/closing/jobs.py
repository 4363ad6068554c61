"""Long work of closing, as the queue runs it: inside the environment, perhaps twice."""

from __future__ import annotations

from typing import Any

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.suite.finance import access
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.closing.services import doing, works
from livret.suite.finance.jobs import allowances

# What takes more than the right to validate, as on the pages that ask for it.
RIGHTS = {"closing": "administer", "import-undoing": "administer", "purge": "administer"}


@client_task(name=works.WORK_TASK)
def work(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Do a work that was asked for. Run again, it finds the work ended and does nothing."""
    works.run(
        int(payload["work_id"]),
        _do,
        allowance=allowances().entries,
        at=clock.now(),
        today=clock.today(),
    )


def _do(work: ClosingWork, setting: works.Setting) -> dict[str, Any]:
    """Do *work* for whoever asked for it, if they still may."""
    right = RIGHTS.get(work.kind, "validate")
    company_id = work.fiscal_year.company_id
    access.require_still(work.author_id, work.author_name, company_id=company_id, right=right)
    return doing.do(work, setting)
