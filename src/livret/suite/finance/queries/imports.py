"""Reads about imports."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.core.cache import cache

from livret.core.tenancy.context import current_place
from livret.suite.company.models import Company
from livret.suite.finance.models import ImportRun, YearLedger


def progress_key(environment_id: UUID, run_id: int) -> str:
    return f"finance.import.{environment_id}.{run_id}"


def lines_read(run: ImportRun) -> int:
    """Return how many lines an import under way has read; its own transaction cannot be looked into."""
    return int(cache.get(progress_key(current_place().environment_id, run.pk), 0))


def ledger_held(company: Company, last_day: date) -> YearLedger | None:
    """Return the ledger of the fiscal year of *company* that closes on *last_day*; None while it holds no entry."""
    held = YearLedger.objects.select_related("fiscal_year").filter(fiscal_year__company=company, entries__gt=0)
    return held.filter(fiscal_year__last_day=last_day).first()


def former_run(run: ImportRun, company: Company) -> ImportRun | None:
    """Return the import that brought the very file of *run* into the books of *company*."""
    done = ImportRun.objects.filter(company=company, digest=run.digest, state=ImportRun.State.DONE)
    return done.exclude(pk=run.pk).first()


def runs_to_finish(company: Company) -> int:
    """Return how many other files of *company* were sent and are not in the books yet; those refused are left out."""
    states = (ImportRun.State.UPLOADED, ImportRun.State.CHECKED, ImportRun.State.CONFIRMED)
    return ImportRun.objects.filter(siren=company.siren, state__in=states).count()


def latest_runs(count: int) -> list[ImportRun]:
    return list(ImportRun.objects.select_related("company", "fiscal_year").order_by("-uploaded_at")[:count])
