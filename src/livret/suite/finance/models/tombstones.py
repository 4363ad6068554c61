"""What stands where a fiscal year was, once its detail was removed after the legal years."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livret.core.tenancy.models_base import ClientModel


class YearTombstone(ClientModel):
    """The act that removed the detail of a closed fiscal year; the archive with this digest keeps it.

    heads: of every journal's chain, with its number of entries, as the closing recorded them; first_entry and
    last_entry: the ids between which its entries lay; kept_until: the last day of the longest legal duty to keep them,
    which source tells.
    By account (its id), what others still read: sides, the debit and credit balances of its parties at the last day,
    never offset; openings, what the opening entries of the first day brought.
    """

    fiscal_year = models.OneToOneField("company.FiscalYear", models.PROTECT, primary_key=True, related_name="tombstone")
    heads = models.JSONField()
    entries = models.BigIntegerField()
    lines = models.BigIntegerField()
    debit_cents = models.BigIntegerField()
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    sides = models.JSONField(default=dict)
    openings = models.JSONField(default=dict)
    archive_digest = models.CharField(max_length=64)
    kept_until = models.DateField()
    source = models.CharField(max_length=400)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(archive_digest__regex="^[0-9a-f]{64}$"), name="tombstone_archive_is_sha256"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="tombstone_says_which_law"),
            models.CheckConstraint(condition=Q(entries__gte=1, lines__gte=1), name="tombstone_of_some_entries"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.at:%Y-%m-%d}"
