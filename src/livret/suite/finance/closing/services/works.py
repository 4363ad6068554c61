"""Long work on a year: asked for on a page, done by a job, told to its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import ClosingWork
from livret.suite.finance.services import ledger

WORK_TASK = "closing.work"
Kind, State = ClosingWork.Kind, ClosingWork.State
log = structlog.get_logger(__name__)


class AlreadyAsked(Refusal):
    """The same work is under way."""

    def __init__(self) -> None:
        super().__init__(_("This was asked for already and is under way. Wait for its end."))


class BooksRefused(Refusal):
    """A guard of the database refused what the checks let through: a fault of ours, told with the guard's name."""

    def __init__(self, error: Exception) -> None:
        guard = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or type(error).__name__
        message = _("The books refused this (%(guard)s). Nothing was recorded; send this message to support.")
        super().__init__(message % {"guard": guard})


@dataclass(frozen=True, slots=True)
class Setting:
    """What a work is done with: who asked, when it runs, what the contract allows of entries."""

    by: Actor
    at: datetime
    today: date
    allowance: Allowance | None


Done = Callable[[ClosingWork, Setting], dict[str, Any]]


def ask(
    year: FiscalYear,
    kind: ClosingWork.Kind,
    *,
    subject_id: int | None = None,
    typed: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> ClosingWork:
    """Have a work done by a job. Raises AlreadyAsked while the same is under way."""
    try:
        with transaction.atomic(using=current_alias()):
            work = ClosingWork.objects.create(
                fiscal_year=year,
                kind=kind,
                subject_id=subject_id,
                typed=typed or {},
                author_id=by.id,
                author_name=by.name,
                asked_at=at,
            )
            outbox.post(WORK_TASK, work_id=work.pk)
            record("finance.closing.asked", work, by=by, at=at, detail={"kind": kind})
    except IntegrityError as error:
        if "closing_work_asked_once" not in str(error):
            raise
        raise AlreadyAsked from None
    return work


def run(work_id: int, do: Done, *, allowance: Allowance | None, at: datetime, today: date) -> ClosingWork:
    """Do a work that was asked for, whole, or note on it why not. Nothing happens on one that has ended.

    One transaction holds all that it changes and its end: a process killed at any moment leaves it asked for and
    nothing else, and it can be run again.
    """
    try:
        with ledger.bounded(), transaction.atomic(using=current_alias()):
            work = _held(work_id)
            if work.state == State.ASKED:
                by = Actor(work.author_id, work.author_name, "client", f"closing {work.pk}")
                work.result = do(work, Setting(by, at, today, allowance))
                work.state, work.ended_at = State.DONE, at
                work.save(update_fields=["result", "state", "ended_at"])
    except Refusal as refusal:
        work = _refuse(work_id, refusal, at=at)
    except (DataError, IntegrityError) as error:  # Run again, it would fail again, and the work would wait for ever.
        log.exception("the database refused a work of closing", work=work_id)
        work = _refuse(work_id, BooksRefused(error), at=at)
    return work


def _held(work_id: int) -> ClosingWork:
    rows = ClosingWork.objects.select_related("fiscal_year__company").select_for_update(of=("self",))
    return rows.get(pk=work_id)


def _refuse(work_id: int, refusal: Refusal, *, at: datetime) -> ClosingWork:
    with transaction.atomic(using=current_alias()):
        work = _held(work_id)
        work.state, work.refusal, work.ended_at = State.REFUSED, str(refusal)[:2000], at
        work.save(update_fields=["state", "refusal", "ended_at"])
    return work
