"""What each kind of long work does, and what its page is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from livret.suite.finance.closing import wording
from livret.suite.finance.closing.models import Archive, ClosingWork
from livret.suite.finance.closing.services.archiving import make_archive, verify_archive
from livret.suite.finance.closing.services.definitive import close_year
from livret.suite.finance.closing.services.forwarding import carry_forward
from livret.suite.finance.closing.services.purging import purge_year
from livret.suite.finance.closing.services.undoing import undo_import
from livret.suite.finance.closing.services.works import Setting
from livret.suite.finance.models import ImportRun, Journal, YearLedger
from livret.suite.finance.queries import proof

Kind = ClosingWork.Kind


def do(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    """Do *work* and return what its page shows."""
    doings = {
        Kind.VERIFICATION: _verify,
        Kind.CARRY: _carry,
        Kind.CLOSING: _close,
        Kind.ARCHIVE: _archive,
        Kind.ARCHIVE_CHECK: _check_archive,
        Kind.IMPORT_UNDOING: _undo_import,
        Kind.PURGE: _purge,
    }
    return doings[Kind(work.kind)](work, setting)


def _verify(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    held = YearLedger.objects.filter(pk=work.fiscal_year_id).first()
    faults = [wording.fault_words(fault) for fault in proof.faults_of(work.fiscal_year)]
    return {"entries": held.entries if held else 0, "lines": held.lines if held else 0, "broken": faults}


def _carry(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    act = carry_forward(
        work.fiscal_year, allowance=setting.allowance, by=setting.by, at=setting.at, today=setting.today
    )
    return {"lines": act.line_count, "cents": act.moved_cents, "entry": act.entry_id}


def _close(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    act = close_year(work.fiscal_year, allowance=setting.allowance, by=setting.by, at=setting.at, today=setting.today)
    return {"entries": act.entries, "lines": act.lines}


def _archive(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    made = make_archive(work.fiscal_year, by=setting.by, at=setting.at)
    return {"archive": made.pk, "digest": made.digest, "size": made.size}


def _check_archive(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    archive = Archive.objects.get(pk=work.subject_id or 0, fiscal_year=work.fiscal_year_id)
    verdict = verify_archive(archive)
    faults = [f"{one.code}: {one.place} {one.expected} {one.found}".strip() for one in verdict.faults[:20]]
    return {"archive": archive.pk, "entries": verdict.entries, "lines": verdict.lines, "broken": faults}


def _undo_import(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    runs = ImportRun.objects.select_related("fiscal_year__company")
    run = runs.get(pk=work.subject_id or 0, fiscal_year=work.fiscal_year_id)
    on = date.fromisoformat(work.typed["on"]) if work.typed.get("on") else None
    journal = Journal.objects.filter(company=run.company_id, code=work.typed.get("journal", "")).first()
    undone = undo_import(
        run,
        journal=journal,
        on=on,
        reason=work.typed.get("reason", ""),
        allowance=setting.allowance,
        by=setting.by,
        at=setting.at,
        today=setting.today,
    )
    return {"entries": undone.entries, "lines": undone.lines, "before": undone.before}


def _purge(work: ClosingWork, setting: Setting) -> dict[str, Any]:
    done = purge_year(work.fiscal_year, certified=work.typed, by=setting.by, at=setting.at, today=setting.today)
    return {"entries": done.stone.entries, "lines": done.stone.lines, "gone": done.gone}
