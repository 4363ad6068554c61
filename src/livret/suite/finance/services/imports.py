"""Importing a FEC: upload, check, confirm, then all of it in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

import structlog
from django.db import DataError, IntegrityError, OperationalError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.space import is_out_of_space
from livret.core.tenancy.context import current_alias, current_place
from livret.core.ui.figures import day_text
from livret.kernel.errors import Refusal
from livret.kernel.findings import Finding
from livret.suite.company import queries as companies
from livret.suite.company.models import Company, FiscalYear
from livret.suite.company.services import create_company, open_fiscal_year
from livret.suite.finance.models import ImportRun, YearLedger
from livret.suite.finance.services import ledger, merging
from livret.suite.finance.services.gathering import gathered
from livret.suite.finance.services.limits import obstacles
from livret.suite.finance.services.openings import require_opened_once
from livret.suite.finance.services.refusing import BooksRefused
from livret.suite.finance.services.refusing import ImportRefused as ImportRefused
from livret.suite.finance.services.staging import Unfit

IMPORT_TASK, CHECK_TASK = "finance.import_fec", "finance.check_fec"
State = ImportRun.State
log = structlog.get_logger(__name__)
OnLines = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Allowances:
    """What the contract allows of companies, and of entries a year and company; None without limit."""

    companies: Allowance | None = None
    entries: Allowance | None = None


def silent(_lines: int) -> None:
    """Follow an import without telling anyone."""


def upload(chunks: Iterable[bytes], *, file_name: str, by: Actor, at: datetime) -> ImportRun:
    """Keep a file that was sent, on disk when this returns; it is not checked yet."""
    blob = store.put(chunks, owner=str(current_place().environment_id))
    with transaction.atomic(using=current_alias()):
        run = ImportRun.objects.create(
            digest=blob.digest,
            file_name=file_name[-255:],
            size=blob.size,
            author_id=by.id,
            author_name=by.name,
            uploaded_at=at,
        )
        record("finance.import.uploaded", run, by=by, at=at, detail={"digest": blob.digest, "size": blob.size})
    return run


def ask_for_check(run: ImportRun) -> None:
    """Have the check of a large file done as a job."""
    with transaction.atomic(using=current_alias()):
        outbox.post(CHECK_TASK, run_id=run.pk)


def open_file(run: ImportRun) -> BinaryIO:
    """Open the file of a run."""
    return store.open_blob(run.digest, owner=str(current_place().environment_id))


def confirm(
    run: ImportRun, *, siren: str, company_name: str, first_day: date, last_day: date, by: Actor, at: datetime
) -> ImportRun:
    """Ask for the checked file to be imported into a company and fiscal year, as a job.

    Raises ImportRefused when the run no longer waits for this: done, refused, or confirmed by somebody else.
    """
    with transaction.atomic(using=current_alias()):
        held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if held.state != State.CHECKED:
            raise ImportRefused(
                _("This import no longer waits to be confirmed: %(state)s.") % {"state": held.get_state_display()}
            )
        held.siren, held.company_name, held.state = siren, company_name, State.CONFIRMED
        held.first_day, held.last_day, held.refusal = first_day, last_day, ""
        held.save(update_fields=["siren", "company_name", "state", "first_day", "last_day", "refusal"])
        record("finance.import.confirmed", held, by=by, at=at, detail={"siren": siren, "year_ends": str(last_day)})
        outbox.post(IMPORT_TASK, run_id=held.pk, asker_id=str(by.id), asker_name=by.name)
    return held


def import_run(
    run_id: int,
    *,
    allowances: Allowances,
    at: datetime,
    today: date,
    on_lines: OnLines = silent,
    require: Callable[[ImportRun], object] = bool,
) -> ImportRun:
    """Import a confirmed file, whole, or note on its run why not. Nothing happens on a run that has ended.

    require: raises a Refusal when whoever confirmed it may not any more.

    One transaction holds the company, the year, the entries and the end of the run: a process killed at any moment
    leaves the run confirmed and nothing else, and it can be run again.
    """
    try:
        with ledger.bounded(), transaction.atomic(using=current_alias()):
            run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
            if run.state == State.CONFIRMED:
                require(run)
                _import(run, allowances=allowances, at=at, today=today, on_lines=on_lines)
    except Refusal as refusal:
        run = _refuse(run_id, refusal, at=at)
    except (DataError, IntegrityError) as error:  # Run again, it would fail again, and the run would wait for ever.
        log.exception("the database refused an import", run=run_id)
        run = _refuse(run_id, BooksRefused(error), at=at)
    except (OperationalError, OSError) as error:
        if not is_out_of_space(error):
            raise
        log.exception("no room left for an import", run=run_id)
        run = _give_back(run_id)
    return run


def _give_back(run_id: int) -> ImportRun:
    """Let a run that found no room be confirmed again, once there is some; nothing of it is in the books."""
    with transaction.atomic(using=current_alias()):
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        run.state = State.CHECKED
        run.refusal = _("There was no room left for this file. Nothing was recorded: confirm it again in a while.")
        run.save(update_fields=["state", "refusal"])
    return run


def _import(run: ImportRun, *, allowances: Allowances, at: datetime, today: date, on_lines: OnLines) -> None:
    by = Actor(run.author_id, run.author_name, "client", f"import {run.pk}")
    company = _company(run, allowances=allowances, by=by, at=at)
    year = _year(run, company, by=by, at=at)
    _follow_imports_of(company)
    held = ledger.lock_year(year)
    require_opened_once(run, siren=run.siren, last_day=year.last_day)
    if run.summary.get("is_gathered"):  # Else what the check counted may be parts of entries.
        ledger.check_room(held, adding=run.entries, allowance=allowances.entries)
    since = max(year.first_day, held.locked_until or year.first_day)
    target = merging.Target(year, run.pk, run.author_id, run.author_name, at, today, since, run.entries)
    with connections[current_alias()].cursor() as sql:
        ledger.prefer_set_joins(sql)
        merged = _merged(sql, run, target, held, on_lines=on_lines)
    ledger.check_room(held, adding=merged.entries, allowance=allowances.entries)
    ledger.settle(year, first_id=merged.first_id, last_id=merged.last_id)
    run.company, run.fiscal_year, run.state, run.ended_at = company, year, State.DONE, at
    run.lines, run.entries = merged.lines, merged.entries
    run.save(update_fields=["company", "fiscal_year", "state", "ended_at", "lines", "entries"])
    record("finance.import.done", run, by=by, at=at, detail={"lines": run.lines, "entries": run.entries})


def _follow_imports_of(company: Company) -> None:
    """Wait until no other import adds to *company*: two at once, of two years, would wait for each other's accounts."""
    with connections[current_alias()].cursor() as sql:
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('finance.import'), %s)", [company.pk])


def _merged(
    sql: CursorWrapper, run: ImportRun, target: merging.Target, held: YearLedger, *, on_lines: OnLines
) -> merging.Merged:
    is_gathered = run.summary.get("is_gathered", False)
    with closing(open_file(run)) as sent, closing(sent if is_gathered else gathered(sql, sent)) as stream:
        try:
            merged = merging.merge(sql, target, stream, on_lines=on_lines)
        except Unfit:
            with closing(open_file(run)) as again:
                days = {"first_day": target.year.first_day, "last_day": target.year.last_day}
                _raise_obstacles(list(obstacles(again, **days, locked_until=held.locked_until)))
            raise
    if held.entries:
        with closing(open_file(run)) as again:
            _raise_obstacles(list(merging.doubles(sql, target, merged, again)))
    return merged


def _company(run: ImportRun, *, allowances: Allowances, by: Actor, at: datetime) -> Company:
    company = companies.company_with_siren(run.siren)
    if company is None:
        name = run.company_name or run.siren
        company = create_company(siren=run.siren, name=name, allowance=allowances.companies, by=by, at=at)
    if twin := twin_of(run, company):
        raise ImportRefused(same_file(twin))
    return company


def twin_of(run: ImportRun, company: Company | None) -> ImportRun | None:
    """Return the import of the very same file into *company* that still counts: one that was undone since does not."""
    done = ImportRun.objects.filter(company=company, digest=run.digest, state=State.DONE)
    return done.first() if company else None


def same_file(twin: ImportRun) -> str:
    """Return the words that refuse a file already imported by *twin*."""
    words = {"name": twin.author_name, "at": day_text(localdate(twin.ended_at)), "number": twin.pk}
    return (
        _("This very file was imported by %(name)s on %(at)s (import no. %(number)s). Nothing was recorded twice.")
        % words
    )


def _year(run: ImportRun, company: Company, *, by: Actor, at: datetime) -> FiscalYear:
    if run.first_day is None or run.last_day is None:
        raise ImportRefused(_("Choose the fiscal year that this file belongs to."))
    year = companies.year_ending(company, run.last_day)
    if year is None:
        return open_fiscal_year(company, first_day=run.first_day, last_day=run.last_day, by=by, at=at)
    return year


def _raise_obstacles(found: list[Finding]) -> None:
    if found:
        count = len(found)
        message = ngettext("%(count)s line cannot enter the books.", "%(count)s lines cannot enter the books.", count)
        raise ImportRefused(message % {"count": count} + " " + _("Nothing was recorded."), found)


def _refuse(run_id: int, refusal: Refusal, *, at: datetime) -> ImportRun:
    with transaction.atomic(using=current_alias()):
        run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
        errors = [finding.as_dict() for finding in getattr(refusal, "findings", ())]
        run.state, run.refusal, run.ended_at = State.REFUSED, str(refusal), at
        run.findings = [*errors, *run.findings]
        run.save(update_fields=["state", "refusal", "ended_at", "findings"])
        by = Actor(run.author_id, run.author_name, "client", f"import {run.pk}")
        record("finance.import.refused", run, by=by, at=at, detail={"reason": type(refusal).__name__})
    return run
