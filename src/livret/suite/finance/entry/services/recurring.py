"""Entries that recur: planned, paused, ended; each of their days makes one draft, once."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.finance.entry.queries.recurring import rhythm_of
from livret.suite.finance.entry.rules import templates as rules
from livret.suite.finance.entry.services.templates import start_draft
from livret.suite.finance.models import DraftEntry, EntryTemplate, RecurringEntry

ROOM = "recurring"


class RecurrenceRefused(Refusal):
    """Nothing can recur so."""


def plan(
    template: EntryTemplate,
    *,
    first_on: date,
    every_months: int,
    last_on: date | None,
    cents: int | None,
    by: Actor,
    at: datetime,
) -> RecurringEntry:
    """Have a template make a draft every so many months. Raises RecurrenceRefused."""
    if last_on and last_on < first_on:
        raise RecurrenceRefused(_("The last day comes before the first."))
    if rules.needs_amount(rules.read_lines(template.lines)) and cents is None:
        raise RecurrenceRefused(_("This template shares an amount between its lines. Give the amount."))
    with transaction.atomic(using=current_alias()):
        held = RecurringEntry.objects.create(
            template=template, first_on=first_on, every_months=every_months, last_on=last_on, amount_cents=cents
        )
        record("finance.recurring.planned", held, by=by, at=at)
    return held


def pause(held: RecurringEntry, *, by: Actor, at: datetime) -> None:
    with transaction.atomic(using=current_alias()):
        RecurringEntry.objects.filter(pk=held.pk).update(is_stopped=True)
        record("finance.recurring.paused", held, by=by, at=at)


def go_on(held: RecurringEntry, *, by: Actor, at: datetime, today: date) -> None:
    """End a pause; the days that passed meanwhile are skipped."""
    with transaction.atomic(using=current_alias()):
        locked = RecurringEntry.objects.select_for_update(of=("self",)).get(pk=held.pk)
        locked.made, locked.is_stopped = max(locked.made, rhythm_of(locked).passed(today)), False
        locked.save(update_fields=["made", "is_stopped"])
        record("finance.recurring.went_on", held, by=by, at=at)


def end(held: RecurringEntry, *, by: Actor, at: datetime) -> None:
    """Throw a recurring entry away; the drafts and entries that it made stay."""
    with transaction.atomic(using=current_alias()):
        record("finance.recurring.ended", held, by=by, at=at)
        held.delete()


def make_due(*, company_id: int | None = None, by: Actor, at: datetime, today: date) -> list[DraftEntry]:
    """Write the drafts of every day that has come, in one company or all, and return them.

    Each recurring entry is its own transaction, under its lock: run again or side by side, a day is made once.
    """
    rows = RecurringEntry.objects.filter(is_stopped=False, first_on__lte=today)
    if company_id is not None:
        rows = rows.filter(template__company_id=company_id)
    return [draft for pk in rows.order_by("pk").values_list("pk", flat=True) for draft in _make(pk, by, at, today)]


def _make(pk: int, by: Actor, at: datetime, today: date) -> list[DraftEntry]:
    with transaction.atomic(using=current_alias()):
        rows = RecurringEntry.objects.select_for_update(of=("self",)).select_related("template__journal")
        held = rows.filter(pk=pk, is_stopped=False).first()
        if held is None:
            return []
        days = rhythm_of(held).due(made=held.made, today=today)
        made = [
            start_draft(held.template, on=day, cents=held.amount_cents, origin=(ROOM, f"{held.pk}/{day}"), by=by, at=at)
            for day in days
        ]
        if made:
            held.made += len(made)
            held.save(update_fields=["made"])
    return made
