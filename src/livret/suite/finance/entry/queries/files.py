"""Files of entries that were sent, and their first lines as they are read."""

from __future__ import annotations

from itertools import islice

from livret.suite.company.models import Company
from livret.suite.finance.entry.models import EntryFile
from livret.suite.finance.entry.rules import columns, sheets
from livret.suite.finance.entry.rules.columns import ReadLine
from livret.suite.finance.entry.rules.sheets import SheetRow
from livret.suite.finance.entry.services import contents

SHOWN, LATEST = 20, 30


def latest_files(company: Company) -> list[EntryFile]:
    return list(EntryFile.objects.filter(company=company).order_by("-uploaded_at")[:LATEST])


def former_file(held: EntryFile) -> EntryFile | None:
    """Return the import of the very same file that was done before."""
    done = EntryFile.objects.filter(company=held.company_id, digest=held.digest, state=EntryFile.State.DONE)
    return done.exclude(pk=held.pk).order_by("-uploaded_at").first()


def shown_lines(held: EntryFile) -> list[tuple[SheetRow, ReadLine | None]]:
    """Return the first lines of the file with what each one says, None for one that is refused."""
    shape, reading = contents.shape_of(held), contents.reading_of(held)
    with contents.open_file(held) as content:
        rows = (row for row in sheets.rows(content, shape) if row.line > reading.header)
        return [(row, columns.read(row, reading)[0]) for row in islice(rows, SHOWN)]
