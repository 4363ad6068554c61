"""Files of entries: uploaded, read as a person says, then made into drafts or entries, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import Company
from livret.suite.finance.entry.models import EntryFile, FileReading
from livret.suite.finance.entry.rules import columns, sheets
from livret.suite.finance.entry.rules.columns import Reading, ReadLine
from livret.suite.finance.entry.rules.sheets import Shape, SheetRefused
from livret.suite.finance.entry.services import wording
from livret.suite.finance.entry.services.contents import (
    Contents,
    FileRefused,
    contents_of,
    headers_of,
    owner,
    read_back,
    reading_of,
    shape_of,
)
from livret.suite.finance.models import DraftEntry, DraftLine, Journal
from livret.suite.finance.services import drafts

IMPORT_TASK = "entry.import_file"
ROOM, HEAD_ROWS = "file", 200
State = EntryFile.State


def upload(company: Company, chunks: Iterable[bytes], *, file_name: str, by: Actor, at: datetime) -> EntryFile:
    """Keep a file and guess how it is read, by the reading kept for the same headers first. Raises FileRefused."""
    blob = store.put(chunks, owner=owner())
    try:
        with store.open_blob(blob.digest, owner=owner()) as content:
            shape = sheets.shape_of(content)
            reading = _guessed(company, content, shape)
    except SheetRefused as refused:
        raise FileRefused(wording.file_refusal(refused)) from refused
    with transaction.atomic(using=current_alias()):
        held = EntryFile.objects.create(
            company=company,
            digest=blob.digest,
            file_name=file_name[-255:],
            size=blob.size,
            reading=_kept(shape, reading),
            author_id=by.id,
            author_name=by.name,
            uploaded_at=at,
        )
        record("finance.file.uploaded", held, by=by, at=at, detail={"digest": blob.digest})
    return held


def _guessed(company: Company, content: BinaryIO, shape: Shape) -> Reading:
    head = []
    for row in sheets.rows(content, shape):
        head.append(row)
        if len(head) >= HEAD_ROWS:
            break
    if not head:
        raise SheetRefused("empty")
    found = columns.guess(head)
    headers = next(row for row in head if row.line == found.header)
    kept = FileReading.objects.filter(company=company, headers=columns.fingerprint(headers.cells)).first()
    return read_back(kept.reading) if kept else found


def _kept(shape: Shape, reading: Reading) -> dict[str, Any]:
    return {"shape": asdict(shape), "reading": asdict(reading)}


def set_reading(held: EntryFile, shape: Shape, reading: Reading, *, by: Actor, at: datetime) -> Contents:
    """Read the file as a person says, and keep what that gives. Raises FileRefused."""
    found = contents_of(held, shape, reading)
    with transaction.atomic(using=current_alias()):
        locked = _waiting(held)
        locked.reading, locked.refusals = _kept(shape, reading), list(found.faults)
        locked.lines, locked.entries = found.lines, len(found.groups)
        locked.summary = {"debit_cents": found.debit, "faults": found.fault_count, "is_read": True}
        locked.save(update_fields=["reading", "refusals", "summary", "lines", "entries"])
        record("finance.file.read", locked, by=by, at=at, detail={"faults": found.fault_count})
    return found


def check_waits(held: EntryFile) -> None:
    """Raise FileRefused when the file no longer waits to be imported, and so may have left the disk."""
    if held.state != State.UPLOADED:
        words = _("This file no longer waits: %(state)s. Send it again to import it another way.")
        raise FileRefused(words % {"state": held.get_state_display()})


def _waiting(held: EntryFile) -> EntryFile:
    locked = EntryFile.objects.select_for_update(of=("self",)).select_related("company").get(pk=held.pk)
    check_waits(locked)
    return locked


def save_reading(held: EntryFile, name: str, *, by: Actor, at: datetime) -> FileReading:
    """Keep the reading of a file under a name, for every file with the same headers. Raises FileRefused."""
    check_waits(held)
    shape, reading = shape_of(held), reading_of(held)
    headers = columns.fingerprint(headers_of(held, shape, reading))
    try:
        with transaction.atomic(using=current_alias()):
            kept, _is_new = FileReading.objects.update_or_create(
                company=held.company, headers=headers, defaults={"name": name, "reading": asdict(reading)}
            )
            record("finance.file_reading.saved", kept, by=by, at=at)
    except IntegrityError as error:
        if "file_reading_name_once" not in str(error):
            raise
        raise FileRefused(_("Another reading is named “%(name)s”. Choose another name.") % {"name": name}) from error
    return kept


def ask(held: EntryFile, *, validates: bool, by: Actor, at: datetime) -> None:
    """Have the file made into drafts, or entries when *validates*, as a job. Raises FileRefused."""
    with transaction.atomic(using=current_alias()):
        locked = _waiting(held)
        if not locked.summary.get("is_read") or locked.refusals or not locked.entries:
            raise FileRefused(_("Some lines are refused. Correct the file and send it again; nothing was recorded."))
        locked.state, locked.validates = State.ASKED, validates
        locked.author_id, locked.author_name = by.id, by.name
        locked.save(update_fields=["state", "validates", "author_id", "author_name"])
        record("finance.file.asked", locked, by=by, at=at, detail={"validates": validates})
        outbox.post(IMPORT_TASK, file_id=locked.pk)


def run(
    file_id: int,
    *,
    allowance: Allowance | None,
    at: datetime,
    today: date,
    require: Callable[[EntryFile], object] = bool,
) -> EntryFile:
    """Make the drafts or entries of a file that was asked for, all of them or none; run again, it does nothing.

    require: raises a Refusal when whoever asked for it may not any more.
    """
    try:
        with transaction.atomic(using=current_alias()):
            held = EntryFile.objects.select_for_update(of=("self",)).select_related("company").get(pk=file_id)
            if held.state == State.ASKED:
                require(held)
                _make(held, allowance=allowance, at=at, today=today)
            return held
    except Refusal as refusal:
        return _refused(file_id, refusal, at)


def _make(held: EntryFile, *, allowance: Allowance | None, at: datetime, today: date) -> None:
    by = Actor(held.author_id, held.author_name, "client", IMPORT_TASK)
    found = contents_of(held, shape_of(held), reading_of(held))
    if found.fault_count:
        raise FileRefused(_("The books changed since the file was read: some lines are refused now."), found.faults)
    made = _write_drafts(held, found, at)
    if held.validates:
        reviewed = {draft.pk: draft.version for draft in made}
        drafts.validate_drafts(reviewed, allowance=allowance, by=by, at=at, today=today)
    held.state, held.ended_at, held.lines, held.entries = State.DONE, at, found.lines, len(made)
    held.save(update_fields=["state", "ended_at", "lines", "entries"])
    record("finance.file.imported", held, by=by, at=at, detail={"entries": len(made), "lines": found.lines})


def _write_drafts(held: EntryFile, found: Contents, at: datetime) -> list[DraftEntry]:
    journals = {journal.code: journal for journal in Journal.objects.filter(company=held.company)}
    made = DraftEntry.objects.bulk_create(
        DraftEntry(
            company=held.company,
            journal=journals[lines[0].journal],
            date=lines[0].on,
            label=lines[0].label[:1000],
            piece_ref=lines[0].piece_ref[:400],
            piece_date=lines[0].piece_date,
            author_id=held.author_id,
            author_name=held.author_name,
            updated_at=at,
            origin_room=ROOM,
            origin_key=f"{held.pk}/{number}",
        )
        for number, lines in enumerate(found.groups.values(), start=1)
    )
    pairs = zip(made, found.groups.values(), strict=True)
    DraftLine.objects.bulk_create(
        (_draft_line(draft, place, line) for draft, lines in pairs for place, line in enumerate(lines, start=1)),
        batch_size=2_000,
    )
    return made


def _draft_line(draft: DraftEntry, place: int, line: ReadLine) -> DraftLine:
    return DraftLine(
        draft=draft,
        position=place,
        account=line.account,
        auxiliary=line.auxiliary,
        label="" if line.label == draft.label else line.label[:1000],
        debit_cents=max(line.cents, 0),
        credit_cents=max(-line.cents, 0),
        currency=line.currency,
        currency_amount=line.currency_amount,
        due_on=line.due_on,
        vat_code=line.vat_code[:20],
    )


def _refused(file_id: int, refusal: Refusal, at: datetime) -> EntryFile:
    with transaction.atomic(using=current_alias()):
        held = EntryFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        faults = refusal.faults if isinstance(refusal, FileRefused) else ()
        held.state, held.refusal, held.refusals, held.ended_at = State.REFUSED, str(refusal)[:2000], list(faults), at
        held.save(update_fields=["state", "refusal", "refusals", "ended_at"])
    return held
