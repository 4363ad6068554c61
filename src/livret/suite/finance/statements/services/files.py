"""Reports written as files: at once when they are short, by a job when they are books of a large year."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice
from typing import BinaryIO

from django.db import transaction
from django.utils import translation

from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.resident import outbox
from livret.core.tenancy.context import current_alias, current_place
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import YearLedger
from livret.suite.finance.statements.files.document import MOST_ROWS, write_document
from livret.suite.finance.statements.files.paper import write_paper
from livret.suite.finance.statements.files.table import write_csv
from livret.suite.finance.statements.files.workbook import write_xlsx
from livret.suite.finance.statements.models import ReportFile
from livret.suite.finance.statements.reports.asked import Asked
from livret.suite.finance.statements.reports.registry import BY_KIND
from livret.suite.finance.statements.rules.sheets import Row, Sheet

WRITE_TASK = "statements.write_report"
FORMATS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_LINES_AT_ONCE = 50_000
MOST_PAGES = 20_000  # Of a PDF that somebody asks for: some 980,000 lines, a minute and 45 MB.
TOLD_EVERY, KEPT_IN_MEMORY_BYTES, CHUNK = 5_000, 4_000_000, 1 << 20
LANGUAGE = "fr"  # Books and their files are in French. Source: C. com., art. L. 123-22.
OnRows = Callable[[int], None]


class UnknownReport(Refusal):
    """No report or format bears that name."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written: its name, and how many rows it holds."""

    name: str
    rows: int


def write_report(
    kind: str,
    asked: Asked,
    format: str,
    stream: BinaryIO,
    *,
    at: datetime,
    on_rows: OnRows | None = None,
    most_pages: int | None = MOST_PAGES,
) -> Written:
    """Write report *kind* as pdf, xlsx or csv to *stream*, in French. Raises UnknownReport, TooManyPages."""
    if kind not in BY_KIND or format not in FORMATS:
        raise UnknownReport(f"no report {kind!r} as {format!r}")
    with translation.override(LANGUAGE):
        sheet = BY_KIND[kind].build(asked)
        if on_rows:
            sheet = replace(sheet, rows=_told(sheet.rows, on_rows))
        return Written(f"{sheet.name}.{format}", _write(sheet, format, stream, at, most_pages))


def write_pdf(kind: str, year: FiscalYear, stream: BinaryIO, *, at: datetime) -> Written:
    """Write report *kind* over the whole of *year* as PDF: balance, grand-livre, journaux, bilan, resultat, sig...

    For an archive: of any length, since what is kept of a year is kept whole.
    """
    return write_report(kind, Asked(year, year.days, year.last_day), "pdf", stream, at=at, most_pages=None)


def _write(sheet: Sheet, format: str, stream: BinaryIO, at: datetime, most_pages: int | None) -> int:
    if format != "pdf":
        return write_csv(sheet, stream) if format == "csv" else write_xlsx(sheet, stream)
    rows = iter(sheet.rows)
    first = list(islice(rows, MOST_ROWS + 1))
    if len(first) <= MOST_ROWS:
        return write_document(sheet, first, stream, at=at)
    return write_paper(replace(sheet, rows=chain(first, rows)), stream, most_pages=most_pages)


def _told(rows: Iterable[Row], on_rows: OnRows) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count % TOLD_EVERY == 0:
            on_rows(count)
        yield row


def is_for_a_job(kind: str, year: FiscalYear) -> bool:
    """Tell whether the file of *kind* is too long to be written while somebody waits."""
    if BY_KIND[kind].summary is None:
        return False
    held = YearLedger.objects.filter(fiscal_year=year).first()
    return held is not None and held.lines > MOST_LINES_AT_ONCE


def file_now(kind: str, asked: Asked, format: str, *, at: datetime) -> tuple[BinaryIO, Written]:
    """Return the file open at its beginning: written whole first, so that a failure is never half a file."""
    stream = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by the response.
    written = write_report(kind, asked, format, stream, at=at)  # type: ignore[arg-type]
    stream.seek(0)
    return stream, written  # type: ignore[return-value]


def ask_for_file(kind: str, asked: Asked, format: str, *, query: str, by: Actor, at: datetime) -> ReportFile:
    """Have the file written by a job. Raises UnknownReport."""
    if kind not in BY_KIND or format not in FORMATS:
        raise UnknownReport(f"no report {kind!r} as {format!r}")
    with transaction.atomic(using=current_alias()):
        file = ReportFile.objects.create(
            company_id=asked.year.company_id,
            fiscal_year=asked.year,
            kind=kind,
            format=format,
            query=query,
            author_id=by.id,
            author_name=by.name,
            asked_at=at,
        )
        outbox.post(WRITE_TASK, file_id=file.pk)
    return file


def make_file(
    file: ReportFile,
    asked: Asked,
    *,
    at: datetime,
    on_rows: OnRows,
    require: Callable[[ReportFile], object] = bool,
) -> ReportFile:
    """Write the file that was asked for and keep it. Run again, it finds it ready and does nothing.

    require: raises a Refusal when whoever asked for it may not any more; it is noted on the file, as is TooManyPages.
    """
    if file.state != ReportFile.State.ASKED:
        return file
    try:
        require(file)
        written, blob = _kept(file, asked, at=at, on_rows=on_rows)
    except Refusal as refusal:
        file.state, file.refusal = ReportFile.State.REFUSED, str(refusal)[:2000]
        file.save(update_fields=["state", "refusal"])
        return file
    file.name, file.rows, file.digest, file.size = written.name, written.rows, blob.digest, blob.size
    file.state, file.ready_at = ReportFile.State.READY, at
    file.save(update_fields=["name", "rows", "digest", "size", "state", "ready_at"])
    return file


def _kept(file: ReportFile, asked: Asked, *, at: datetime, on_rows: OnRows) -> tuple[Written, store.Blob]:
    """Write the file, and put it in the store of the environment."""
    with tempfile.TemporaryFile() as stream:
        written = write_report(file.kind, asked, file.format, stream, at=at, on_rows=on_rows)
        stream.seek(0)
        blob = store.put(iter(lambda: stream.read(CHUNK), b""), owner=str(current_place().environment_id))
    return written, blob


def open_file(file: ReportFile) -> BinaryIO:
    """Open a file that is ready."""
    return store.open_blob(file.digest, owner=str(current_place().environment_id))
