"""Files of entries, and how their columns are read."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel


class EntryFile(ClientModel):
    """A file of entries, from its upload to the drafts or entries it gave, or to the reasons why not.

    digest: of the file, in the blob store of the environment; reading: how its columns, dates and numbers are read;
    summary and refusals: what the last preview saw; validates: its entries go straight into the books.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Columns to confirm")
        ASKED = "asked", _("Import under way")
        DONE = "done", _("Entries made")
        REFUSED = "refused", _("Import refused")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    reading = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    refusals = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    validates = models.BooleanField(default=False)
    lines = models.PositiveIntegerField(default=0)
    entries = models.PositiveIntegerField(default=0)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-uploaded_at"], name="entry_file_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(ended_at__isnull=False, entries__gte=1), name="entry_file_done_says_what"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class FileReading(ClientModel):
    """How files with the same headers are read, under the name that a person gave it."""

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    headers = models.CharField(max_length=64)
    reading = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "name"], name="file_reading_name_once"),
            models.UniqueConstraint(fields=["company", "headers"], name="file_reading_once_for_headers"),
        ]

    def __str__(self) -> str:
        return self.name
