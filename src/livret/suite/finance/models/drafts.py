"""Drafts: free to write, change and throw away; nothing here is in the books. Templates make drafts again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from livret.core.tenancy.models_base import ClientModel
from livret.suite.finance.models.chart import AUXILIARY_LENGTH, NUMBER_LENGTH
from livret.suite.finance.models.ledger import CURRENCY_DECIMALS, CURRENCY_DIGITS, VAT_CODE_LENGTH


class DraftEntry(ClientModel):
    """An entry being written. `version` grows at each save, so that two people do not overwrite each other.

    origin_room and origin_key: what proposed it (a bank movement, a VAT return, a recurring entry), once only; they
    pass to the entry when it is validated.
    """

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    journal = models.ForeignKey("finance.Journal", models.PROTECT, related_name="+")
    date = models.DateField()
    label = models.CharField(max_length=1000, blank=True)
    piece_ref = models.CharField(max_length=400, blank=True)
    piece_date = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    updated_at = models.DateTimeField()
    origin_room = models.CharField(max_length=20, blank=True)
    origin_key = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "origin_room", "origin_key"],
                condition=~Q(origin_room=""),
                name="draft_origin_once",
            )
        ]

    def __str__(self) -> str:
        return self.label or f"#{self.pk}"


class DraftLine(ClientModel):
    """A line as typed: the account need not exist yet.

    letters: the posted lines, as [entry, position], that it will be lettered with at validation; sections: its analytic
    allocation, as [section id, cents].
    """

    draft = models.ForeignKey(DraftEntry, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    account = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    auxiliary = models.CharField(max_length=AUXILIARY_LENGTH, blank=True)
    label = models.CharField(max_length=1000, blank=True)
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)
    currency_amount = models.DecimalField(max_digits=CURRENCY_DIGITS, decimal_places=CURRENCY_DECIMALS, null=True)
    due_on = models.DateField(null=True)
    vat_code = models.CharField(max_length=VAT_CODE_LENGTH, blank=True)
    letters = models.JSONField(default=list)
    sections = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draft", "position"], name="draft_line_position_once"),
            models.CheckConstraint(
                condition=Q(debit_cents__gte=0, credit_cents__gte=0), name="draft_line_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.position}"


class EntryTemplate(ClientModel):
    """Lines to start a draft from.

    lines: a list of objects with account, auxiliary, label, side ("debit" or "credit"), and one of cents (fixed), share
    (of the amount asked for, as a decimal in text) or neither, for the line that balances the others.
    """

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    journal = models.ForeignKey("finance.Journal", models.PROTECT, related_name="+")
    label = models.CharField(max_length=1000, blank=True)
    piece_ref = models.CharField(max_length=400, blank=True)
    lines = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "name"], name="entry_template_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class RecurringEntry(ClientModel):
    """A template that makes a draft every so many months from its first day, until a day that may be open."""

    template = models.ForeignKey(EntryTemplate, models.PROTECT, related_name="recurrences")
    amount_cents = models.BigIntegerField(null=True)
    first_on = models.DateField()
    every_months = models.PositiveSmallIntegerField(default=1)
    last_on = models.DateField(null=True)
    made = models.PositiveIntegerField(default=0)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(every_months__gte=1), name="recurring_entry_every_month_at_most"),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=F("first_on")), name="recurring_entry_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} / {self.every_months}"
