"""Correcting the books: what was validated stays, a second entry undoes it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import Entry, EntryText, Line, LineText
from livret.suite.finance.services.ledger import NewEntry, NewLine, post


class NotReversible(Refusal):
    """The entry cannot be reversed so."""


def reverse_entry(
    entry: Entry, *, on: date, reason: str, allowance: Allowance | None, by: Actor, at: datetime, today: date
) -> Entry:
    """Post the entry that undoes *entry*, sides swapped, on day *on*, and return it.

    Raises NotReversible when it was reversed already, or no fiscal year holds the day; YearClosed; CeilingReached.
    Source: PCG, art. 921-3 (a validated entry is corrected by another one).
    """
    try:
        with transaction.atomic(using=current_alias()):
            year = _year_of(entry, on)
            if Entry.objects.filter(reverses=entry).exists():
                raise _already_reversed()
            added = post(_mirror(entry, on, reason), year=year, allowance=allowance, by=by, at=at, on=today)
            record("finance.entry.reversed", entry, by=by, at=at, detail={"by": added.pk, "reason": reason})
    except IntegrityError as error:
        if "entry_reversed_once" not in str(error):
            raise
        raise _already_reversed() from None  # Somebody else did, between our look and our writing.
    return added


def _year_of(entry: Entry, on: date) -> FiscalYear:
    years = FiscalYear.objects.select_related("company").filter(company_id=entry.company_id)
    year = years.filter(first_day__lte=on, last_day__gte=on).first()
    if year is None:
        raise NotReversible(_("No fiscal year holds the %(day)s. Choose another date.") % {"day": f"{on:%d/%m/%Y}"})
    return year


def _already_reversed() -> NotReversible:
    return NotReversible(_("This entry was already reversed."))


def _mirror(entry: Entry, on: date, reason: str) -> NewEntry:
    text = EntryText.objects.get(pk=entry.pk)
    label = _("Reversal: %(label)s") % {"label": reason or text.label}
    labels = dict(LineText.objects.filter(entry=entry).values_list("position", "label"))
    return NewEntry(
        journal_id=entry.journal_id,
        on=on,
        label=label[:1000],
        piece_ref=text.piece_ref,
        piece_date=text.piece_date,
        lines=tuple(
            NewLine(
                line.account_id, line.auxiliary_id, line.credit_cents, line.debit_cents, labels.get(line.position, "")
            )
            for line in Line.objects.filter(entry=entry).order_by("position")
        ),
        reverses_id=entry.pk,
    )
