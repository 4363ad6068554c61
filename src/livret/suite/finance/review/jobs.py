"""Long work of review."""

from __future__ import annotations

from typing import Any

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.suite.finance import access
from livret.suite.finance.review.models import BooksExport
from livret.suite.finance.review.services import exporting


@client_task(name=exporting.EXPORT_TASK)
def export(payload: dict[str, Any], *, delivery: Delivery) -> None:
    exporting.make_export(int(payload["export_id"]), at=clock.now(), require=_require_asker)


def _require_asker(asked: BooksExport) -> None:
    """Ask for the right to read; where the bank details of parties are wanted, for the right to validate."""
    right = "validate" if asked.has_bank_details else "read"
    access.require_still(asked.author_id, asked.author_name, company_id=asked.company_id, right=right)
