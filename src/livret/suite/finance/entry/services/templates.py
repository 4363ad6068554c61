"""Templates of entries: kept, changed, thrown away, and drafts started from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from livret.core.audit.services import record
from livret.core.people import Actor
from livret.core.tenancy.context import current_alias
from livret.kernel.errors import Refusal
from livret.suite.finance.entry.rules import templates as rules
from livret.suite.finance.entry.rules.templates import TemplateLine
from livret.suite.finance.models import DraftEntry, EntryTemplate, Journal, RecurringEntry
from livret.suite.finance.services.drafts import TypedEntry, save_draft


class TemplateRefused(Refusal):
    """The template cannot be kept, used or thrown away so."""


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What a person typed of a template."""

    name: str
    journal: Journal
    label: str
    piece_ref: str
    lines: Sequence[TemplateLine]


def save_template(
    facts: TemplateFacts, *, template: EntryTemplate | None = None, by: Actor, at: datetime
) -> EntryTemplate:
    """Keep a new template, or change *template*. Raises TemplateRefused."""
    _check(facts)
    values = {
        "name": facts.name,
        "journal": facts.journal,
        "label": facts.label,
        "piece_ref": facts.piece_ref,
        "lines": rules.kept_lines(facts.lines),
    }
    held = template or EntryTemplate(company_id=facts.journal.company_id)
    for name, value in values.items():
        setattr(held, name, value)
    try:
        with transaction.atomic(using=current_alias()):
            held.save()
            record("finance.template.saved", held, by=by, at=at)
    except IntegrityError as error:
        if "entry_template_name_once" not in str(error):
            raise
        words = _("Another template is named “%(name)s”. Choose another name.")
        raise TemplateRefused(words % {"name": facts.name}) from error
    return held


def _check(facts: TemplateFacts) -> None:
    if len(facts.lines) < 2:
        raise TemplateRefused(_("A template has two lines at least."))
    if sum(line.balances for line in facts.lines) > 1:
        raise TemplateRefused(_("Several lines have no amount: one alone can balance the others."))


def delete_template(template: EntryTemplate, *, by: Actor, at: datetime) -> None:
    """Throw a template away. Raises TemplateRefused while something recurs from it."""
    with transaction.atomic(using=current_alias()):
        if RecurringEntry.objects.filter(template=template).exists():
            raise TemplateRefused(_("A recurring entry is made from this template. End the recurring entry first."))
        record("finance.template.deleted", template, by=by, at=at)
        template.delete()


def start_draft(
    template: EntryTemplate,
    *,
    on: date,
    cents: int | None,
    piece_ref: str = "",
    origin: tuple[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> DraftEntry:
    """Write a draft of *on* from a template. cents: the amount that its shares are of. Raises TemplateRefused."""
    try:
        lines = rules.filled(rules.read_lines(template.lines), cents=cents, on=on)
    except rules.AmountNeeded as error:
        raise TemplateRefused(_("This template shares an amount between its lines. Give the amount.")) from error
    label, reference = (
        rules.dated(template.label or template.name, on),
        piece_ref or rules.dated(template.piece_ref, on),
    )
    typed = TypedEntry(template.journal, on, label, reference, None, lines, origin)
    return save_draft(typed, by=by, at=at)
