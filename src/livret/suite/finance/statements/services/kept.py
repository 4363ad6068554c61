"""Report files written by jobs: for how long they are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from livret.suite.finance.statements.models import ReportFile

KEPT = timedelta(days=30)


def kept_until(file: ReportFile) -> datetime | None:
    return file.ready_at + KEPT if file.ready_at else None


def files_past(at: datetime) -> QuerySet[Any]:
    return ReportFile.objects.filter(state=ReportFile.State.READY, ready_at__lt=at - KEPT)


def forget_files(files: QuerySet[Any]) -> None:
    files.delete()
