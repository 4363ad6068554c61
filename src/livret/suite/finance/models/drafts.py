"""Drafts: free to write, change and throw away; nothing here is in the books."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from livret.core.tenancy.models_base import ClientModel
from livret.suite.finance.models.chart import AUXILIARY_LENGTH, NUMBER_LENGTH


class DraftEntry(ClientModel):
    """An entry being written. `version` grows at each save, so that two people do not overwrite each other."""

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

    def __str__(self) -> str:
        return self.label or f"#{self.pk}"


class DraftLine(ClientModel):
    """A line as typed: the account need not exist yet."""

    draft = models.ForeignKey(DraftEntry, models.CASCADE, related_name="lines")
    position = models.IntegerField()
    account = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    auxiliary = models.CharField(max_length=AUXILIARY_LENGTH, blank=True)
    label = models.CharField(max_length=1000, blank=True)
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["draft", "position"], name="draft_line_position_once")]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.position}"
