"""Files too long to be written while somebody waits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.cache import cache

from livret.core import clock
from livret.core.jobs.queue import Delivery, client_task
from livret.core.tenancy.context import current_place
from livret.suite.finance import access
from livret.suite.finance.statements.access import asked_of_file
from livret.suite.finance.statements.models import ReportFile
from livret.suite.finance.statements.services import files

PROGRESS_KEPT_S = 3600


def progress_key(environment_id: UUID, file_id: int) -> str:
    return f"statements.file.{environment_id}.{file_id}"


@client_task(name=files.WRITE_TASK)
def write_report(payload: dict[str, Any], *, delivery: Delivery) -> None:
    """Write a file that was asked for. Run again, it finds the file ready and does nothing."""
    file = ReportFile.objects.select_related("fiscal_year__company").get(pk=payload["file_id"])
    key = progress_key(current_place().environment_id, file.pk)
    asked = asked_of_file(file, today=clock.today())
    files.make_file(
        file, asked, at=clock.now(), on_rows=lambda rows: cache.set(key, rows, PROGRESS_KEPT_S), require=_require_asker
    )


def _require_asker(file: ReportFile) -> None:
    access.require_still(file.author_id, file.author_name, company_id=file.company_id, right="read")
