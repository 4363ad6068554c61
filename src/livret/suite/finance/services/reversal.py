"""Correcting the books: what was validated stays, a second entry undoes it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.booklet.entitlements import Allowance
from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.company.models import FiscalYear
from livret.suite.finance.models import (
    Entry,
    EntryText,
    LetteredLine,
    Line,
    LineCurrency,
    LineSection,
    LineText,
    LineVat,
)
from livret.suite.finance.services.ledger import NewEntry, NewLine, post
from livret.suite.finance.services.lettering import letter


class NotReversible(Refusal):
    """The entry cannot be reversed so."""


def reverse_entry(
    entry: Entry,
    *,
    on: date,
    reason: str,
    letters: bool = False,
    allowance: Allowance | None,
    by: Actor,
    at: datetime,
    today: date,
) -> Entry:
    """Post the entry that undoes *entry*, sides swapped, on day *on*, and return it.

    letters: letter each line that can be, and is open, with the one that undoes it.
    Raises NotReversible when it was reversed already, or no fiscal year holds the day; YearClosed; CeilingReached.
    Source: PCG, art. 921-3 (a validated entry is corrected by another one).
    """
    try:
        with transaction.atomic(using=current_alias()):
            year = _year_of(entry, on)
            if Entry.objects.filter(reverses=entry).exists():
                raise _already_reversed()
            added = post(_mirror(entry, on, reason), year=year, allowance=allowance, by=by, at=at, on=today)
            for position in _open_positions(entry) if letters and year.pk == entry.fiscal_year_id else ():
                letter([(entry.pk, position), (added.pk, position)], by=by, at=at, on=max(on, entry.date))
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


def _open_positions(entry: Entry) -> list[int]:
    """Return the lines of *entry* on lettered accounts that no lettering holds yet."""
    held = set(LetteredLine.objects.filter(entry=entry).values_list("position", flat=True))
    lines = Line.objects.filter(entry=entry, account__can_letter=True).order_by("position")
    return [position for position in lines.values_list("position", flat=True) if position not in held]


def _mirror(entry: Entry, on: date, reason: str) -> NewEntry:
    text = EntryText.objects.get(pk=entry.pk)
    label = _("Reversal: %(label)s") % {"label": reason or text.label}
    return NewEntry(
        journal_id=entry.journal_id,
        on=on,
        label=label[:1000],
        piece_ref=text.piece_ref,
        piece_date=text.piece_date,
        lines=_mirrored(entry),
        reverses_id=entry.pk,
    )


def _mirrored(entry: Entry) -> tuple[NewLine, ...]:
    """Return the lines of *entry* with their sides swapped; VAT codes, currencies and sections follow."""
    labels = dict(LineText.objects.filter(entry=entry).values_list("position", "label"))
    codes = dict(LineVat.objects.filter(entry=entry).values_list("position", "code"))
    currencies = {held.position: held for held in LineCurrency.objects.filter(entry=entry)}
    parts: dict[int, list[tuple[int, int]]] = {}
    for position, section, cents in LineSection.objects.filter(entry=entry).values_list(
        "position", "section_id", "cents"
    ):
        parts.setdefault(position, []).append((section, -cents))
    return tuple(
        NewLine(
            line.account_id,
            line.auxiliary_id,
            line.credit_cents,
            line.debit_cents,
            labels.get(line.position, ""),
            **_currency(currencies.get(line.position)),
            vat_code=codes.get(line.position, ""),
            sections=tuple(parts.get(line.position, ())),
        )
        for line in Line.objects.filter(entry=entry).order_by("position")
    )


def _currency(held: LineCurrency | None) -> dict[str, Any]:
    """Return the currency of a line; a file may have brought one without the other, and such a half is left out."""
    if held is None or held.amount is None or not held.currency:
        return {}
    return {"currency": held.currency[:10], "currency_amount": held.amount}
