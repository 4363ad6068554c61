"""The sealed archive of a closed year: official files, readable copy, seals, and a manifest that proves them all."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import IO, Any, BinaryIO

from django.db import connections, transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.blobs import store
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias, current_place
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing.models import Archive, YearClosing
from livret.suite.finance.closing.rules import archive as rules
from livret.suite.finance.closing.rules.retention import keepings
from livret.suite.finance.closing.services import copies
from livret.suite.finance.models import YearTombstone
from livret.suite.finance.queries import export
from livret.suite.finance.statements.services.files import write_pdf

CHUNK = 1 << 20
KEPT_IN_MEMORY_BYTES = 4_000_000
PAPERS = ("balance", "bilan", "resultat", "grand-livre", "journaux")


class NotArchived(Refusal):
    """The archive cannot be made."""


class Sheaf:
    """A zip being written, that remembers the size and SHA-256 of each file."""

    def __init__(self, stream: IO[bytes], *, at: datetime) -> None:
        self._box = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._at = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self.files: list[dict[str, Any]] = []

    def add(self, name: str, write: Callable[[Hashing], object]) -> None:
        """Add the file that *write* writes."""
        facts = zipfile.ZipInfo(name, self._at)
        facts.compress_type = zipfile.ZIP_DEFLATED
        with self._box.open(facts, "w", force_zip64=True) as stream:
            hashing = Hashing(stream)
            write(hashing)
        self.files.append({"name": name, "sha256": hashing.digest.hexdigest(), "bytes": hashing.size})

    def close(self) -> None:
        self._box.close()


class Hashing(io.RawIOBase):
    """Writes through, counting and hashing."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest, self.size = stream, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        content = bytes(data)
        self.digest.update(content)
        self.size += len(content)
        self._stream.write(content)
        return len(content)


@contextmanager
def gathered(*, at: datetime) -> Iterator[tuple[Sheaf, IO[bytes]]]:
    """Give a sheaf to fill and the file that it fills, on disk until the end."""
    with tempfile.TemporaryFile() as stream:
        sheaf = Sheaf(stream, at=at)
        try:
            yield sheaf, stream
        finally:
            sheaf.close()


def kept(stream: IO[bytes]) -> store.Blob:
    """Put a finished file in the store of the environment."""
    stream.seek(0)
    return store.put(iter(lambda: stream.read(CHUNK), b""), owner=str(current_place().environment_id))


def make_archive(year: FiscalYear, *, by: Actor, at: datetime) -> Archive:
    """Make, prove and keep an archive of a closed year; those made before stay. Raises NotArchived.

    Source: C. com., art. L. 123-22; LPF, art. L. 102 B; BOI-BIC-DECLA-30-10-20-40 (archives readable and complete).
    """
    act = YearClosing.objects.filter(pk=year.pk).first()
    if act is None:
        raise NotArchived(_("Only a closed year is archived: an open one still changes."))
    if YearTombstone.objects.filter(pk=year.pk).exists():
        raise NotArchived(_("The detail of this year was purged: the archive that was made of it stays."))
    with gathered(at=at) as (sheaf, stream):
        fill_year(sheaf, year)
        _add_papers(sheaf, year, at=at)
        manifest = _manifest(year, act, sheaf.files, by=by, at=at)
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        sheaf.add(rules.MANIFEST, lambda into: into.write(content))
        sheaf.close()
        stream.seek(0)
        if faults := rules.verify(stream).faults:  # type: ignore[arg-type]
            raise NotArchived(_("The archive does not prove itself: %(fault)s. Call support.") % {"fault": faults[0]})
        blob = kept(stream)
    with transaction.atomic(using=current_alias()):
        made = Archive.objects.create(
            fiscal_year=year,
            digest=blob.digest,
            size=blob.size,
            is_definitive=True,
            entries=act.entries,
            lines=act.lines,
            debit_cents=act.debit_cents,
            keep_until=keepings(year.last_day)[0].until,
            author_id=by.id,
            author_name=by.name,
            made_at=at,
        )
        record("finance.year.archived", made, by=by, at=at, detail={"digest": blob.digest, "size": blob.size})
    return made


def fill_year(sheaf: Sheaf, year: FiscalYear, *, folder: str = "") -> None:
    """Add the files of a year: the FEC with its notice, the readable copies, the seals."""
    name = export.fec_name(year)
    sheaf.add(folder + name, lambda into: export.write_fec(year, into))
    notice = export.fec_description(year).encode()
    sheaf.add(folder + name.replace(".txt", "_notice.txt"), lambda into: into.write(notice))
    for file_name, write in copies.readable(year):
        sheaf.add(folder + file_name, write)
    with connections[current_alias()].cursor() as sql:
        sheaf.add(folder + rules.SEALS, lambda into: copies.write_seals(sql, year, into))


def _add_papers(sheaf: Sheaf, year: FiscalYear, *, at: datetime) -> None:
    """Add what people read on paper; a report that this year has no official layout for is left out."""
    for kind in PAPERS:
        with tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY_BYTES) as paper, suppress(Refusal):
            write_pdf(kind, year, paper, at=at)  # type: ignore[arg-type]
            paper.seek(0)
            sheaf.add(f"{kind}.pdf", partial(shutil.copyfileobj, paper))


def _manifest(
    year: FiscalYear, act: YearClosing, files: list[dict[str, Any]], *, by: Actor, at: datetime
) -> dict[str, Any]:
    return {
        "form": rules.FORM,
        "company": {"siren": year.company.siren, "name": year.company.name},
        "year": {"first_day": year.first_day.isoformat(), "last_day": year.last_day.isoformat()},
        "closed": {"at": act.at.isoformat(), "by": act.author_name},
        "made": {"at": at.isoformat(), "by": by.name},
        "keep": [
            {"what": one.label, "years": one.years, "until": one.until.isoformat(), "source": one.source}
            for one in keepings(year.last_day)
        ],
        "journals": act.heads,
        "totals": {"entries": act.entries, "lines": act.lines, "debit_cents": act.debit_cents},
        "result_cents": act.result_cents,
        "fec": export.fec_name(year),
        "files": files,
    }


def open_archive(archive: Archive) -> BinaryIO:
    """Open the file of an archive."""
    return store.open_blob(archive.digest, owner=str(current_place().environment_id))


def verify_archive(archive: Archive) -> rules.Verdict:
    """Return the verdict on an archive from its bytes alone; first of all, that they are those that were kept."""
    try:
        with open_archive(archive) as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
            stream.seek(0)
            verdict = rules.verify(stream)
    except FileNotFoundError:
        verdict = rules.Verdict()
        verdict.add("missing", "zip", archive.digest)
        return verdict
    if digest != archive.digest:
        verdict.add("changed", "zip", archive.digest, digest)
    return verdict
