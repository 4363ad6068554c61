"""Removing the detail of a closed year once the law no longer asks for it: the archive and a tombstone stay."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.closing import wording
from livret.suite.finance.closing.models import Archive, YearClosing
from livret.suite.finance.closing.queries.purging import archive_to_keep, conditions_of
from livret.suite.finance.closing.rules.archive import seals_at
from livret.suite.finance.closing.rules.retention import longest_keeping
from livret.suite.finance.closing.services.archiving import open_archive, verify_archive
from livret.suite.finance.models import Entry, YearLedger, YearTombstone
from livret.suite.finance.queries import proof
from livret.suite.finance.queries.tombstones import heads_held
from livret.suite.finance.services import ledger

# C. com., art. L. 123-19: what parties owe and what is owed to them are never offset, the year before included.
SIDES = """
SELECT account_id, ARRAY[sum(greatest(cents, 0))::bigint, sum(greatest(-cents, 0))::bigint]
  FROM (SELECT account_id, sum(debit_cents - credit_cents) AS cents
          FROM finance_auxiliarybalance WHERE fiscal_year_id = %(year)s GROUP BY account_id, auxiliary_id) parties
 WHERE cents <> 0 GROUP BY account_id
"""
OPENINGS = """
SELECT l.account_id, sum(l.debit_cents - l.credit_cents)::bigint
  FROM finance_journal j
  JOIN finance_entry e ON e.journal_id = j.id AND e.fiscal_year_id = %(year)s AND e.date = %(first)s
  JOIN finance_line l ON l.entry_id = e.id
 WHERE j.kind = 'opening'
 GROUP BY l.account_id
"""


class NotPurged(Refusal):
    """The year may not be purged as things stand."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What stands for the year now, and how many rows of each table went."""

    stone: YearTombstone
    gone: dict[str, int]


def purge_year(
    year: FiscalYear, *, certified: dict[str, Any] | None = None, by: Actor, at: datetime, today: date
) -> Purged:
    """Remove the detail of *year* in one transaction, leaving its tombstone; the archive stays in the store.

    The archive is read again from its bytes, and held against the books, before anything goes.
    certified: what whoever asks says of what no check can see, in the words that they were shown.
    Raises NotPurged with what stands in the way, YearBusy.
    Source: C. com., art. L. 123-22; LPF, art. L. 102 B; règlement (UE) 2016/679, art. 5, 1, e.
    """
    with transaction.atomic(using=current_alias()):
        _lock(year)
        if YearTombstone.objects.filter(pk=year.pk).exists():
            raise NotPurged(_("The detail of this year was purged already."))
        _require_conditions(year, today)
        archive = _proven_archive(year)
        stone = _bury(year, archive, by=by, at=at, today=today)
        gone = _remove(year, today)
        told = {"archive": archive.digest, "gone": gone, "certified": certified or {}}
        record("finance.year.purged", year, by=by, at=at, detail=told)
    return Purged(stone, gone)


def _lock(year: FiscalYear) -> None:
    """Take the ledger of *year*, closed as it is, for the rest of the transaction."""
    try:
        ledger.lock_year(year)
    except ledger.YearClosed:
        return
    raise NotPurged(_("Fiscal year %(year)s is still open: close it for good first.") % {"year": year.label})


def _require_conditions(year: FiscalYear, today: date) -> None:
    unmet = [one for one in conditions_of(year, today=today) if not one.is_passed]
    if unmet:
        named = [f"{wording.title_of(one.code)} ({one.found[0].label})" for one in unmet]
        raise NotPurged(_("Nothing was removed. In the way: %(checks)s.") % {"checks": "; ".join(named)})


def _proven_archive(year: FiscalYear) -> Archive:
    """Return the archive that stays, once books and archive are each proven and hold the same."""
    archive = archive_to_keep(year)
    if archive is None:
        raise NotPurged(_("No archive holds this year: make one first."))
    if faults := proof.faults_of(year):
        words = _("The books of this year do not prove themselves: %(faults)s. Nothing was removed; call support.")
        raise NotPurged(words % {"faults": "; ".join(wording.fault_words(fault) for fault in faults[:5])})
    if lacking := faults_of_archive(archive, _sealed(year)):
        words = _("The archive does not hold what the books hold: %(faults)s. Nothing was removed; call support.")
        raise NotPurged(words % {"faults": "; ".join(lacking[:5])})
    return archive


def _sealed(year: FiscalYear) -> dict[str, Any]:
    """Return the heads and totals of *year* as its books hold them; those of its closing must be the same."""
    act, held = YearClosing.objects.get(pk=year.pk), YearLedger.objects.get(pk=year.pk)
    heads = heads_held(year)
    if (act.heads, act.entries, act.lines) != (heads, held.entries, held.lines):
        raise NotPurged(_("The books are not those that were closed. Nothing was removed; call support."))
    return {"heads": heads, "entries": act.entries, "lines": act.lines, "debit_cents": act.debit_cents}


def faults_of_archive(archive: Archive, sealed: dict[str, Any]) -> list[str]:
    """Return what is wrong with *archive*, read again from its bytes, for a year with these heads and totals."""
    verdict = verify_archive(archive)
    found = [f"{one.code}: {one.place} {one.expected} {one.found}".strip() for one in verdict.faults]
    if found:
        return found
    told = {"heads": verdict.manifest["journals"], **verdict.manifest["totals"]}
    return [f"{name}: {told.get(name)} / {value}" for name, value in sealed.items() if told.get(name) != value]


def _bury(year: FiscalYear, archive: Archive, *, by: Actor, at: datetime, today: date) -> YearTombstone:
    duty = longest_keeping(year.last_day, today=today)
    ids = Entry.objects.filter(fiscal_year=year).aggregate(first=Min("pk"), last=Max("pk"))
    return YearTombstone.objects.create(
        fiscal_year=year,
        heads=heads_held(year),
        sides=_kept(SIDES, year),
        openings=_kept(OPENINGS, year),
        entries=archive.entries,
        lines=archive.lines,
        debit_cents=archive.debit_cents,
        first_entry=ids["first"],
        last_entry=ids["last"],
        archive_digest=archive.digest,
        kept_until=max(duty.until, archive.keep_until),
        source=duty.source,
        author_id=by.id,
        author_name=by.name,
        at=at,
    )


def _kept(query: str, year: FiscalYear) -> dict[str, Any]:
    """Return what the balance sheet of the next year, or a bank account, goes on reading of *year*, by account."""
    with connections[current_alias()].cursor() as sql:
        sql.execute(query, {"year": year.pk, "first": year.first_day})
        return {str(account): kept for account, kept in sql.fetchall()}


def _remove(year: FiscalYear, today: date) -> dict[str, int]:
    """Have the database remove the rows of *year*; it refuses, by name, what it finds untrue."""
    try:
        with connections[current_alias()].cursor() as sql:
            sql.execute("SELECT finance_purge_year(%s, %s)::text", [year.pk, today])
            (gone,) = sql.fetchone()
    except DatabaseError as error:
        guard = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if not guard:
            raise
        message = _("The books refused this (%(guard)s). Nothing was removed; send this message to support.")
        raise NotPurged(message % {"guard": guard}) from error
    return dict(json.loads(gone))


@dataclass(frozen=True, slots=True)
class ArchivedSeals:
    """Seals that the archive of a purged year holds, by journal and number; what is wrong with the archive, if any."""

    seals: dict[tuple[str, int], str]
    faults: list[str]


def archived_seals(stone: YearTombstone, wanted: Collection[tuple[str, int]]) -> ArchivedSeals:
    """Return the seals of some entries of a purged year, from its archive once that is proven to be the tombstone's."""
    archive = Archive.objects.filter(fiscal_year=stone.pk, digest=stone.archive_digest).first()
    if archive is None:
        return ArchivedSeals({}, ["missing: archive"])
    sealed = {
        "heads": stone.heads,
        "entries": stone.entries,
        "lines": stone.lines,
        "debit_cents": stone.debit_cents,
    }
    if faults := faults_of_archive(archive, sealed):
        return ArchivedSeals({}, faults)
    with open_archive(archive) as stream:
        return ArchivedSeals(seals_at(stream, wanted), [])
