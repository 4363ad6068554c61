"""Reads about imports."""

from __future__ import annotations

from uuid import UUID

from django.core.cache import cache

from livret.core.tenancy.context import current_place
from livret.suite.company.models import Company
from livret.suite.finance.models import ImportRun


def progress_key(environment_id: UUID, run_id: int) -> str:
    return f"finance.import.{environment_id}.{run_id}"


def lines_read(run: ImportRun) -> int:
    """Return how many lines an import under way has read; its own transaction cannot be looked into."""
    return int(cache.get(progress_key(current_place().environment_id, run.pk), 0))


def former_run(run: ImportRun, company: Company) -> ImportRun | None:
    """Return the import that brought the very file of *run* into the books of *company*."""
    done = ImportRun.objects.filter(company=company, digest=run.digest, state=ImportRun.State.DONE)
    return done.exclude(pk=run.pk).first()


def latest_runs(count: int) -> list[ImportRun]:
    return list(ImportRun.objects.select_related("company", "fiscal_year").order_by("-uploaded_at")[:count])
