"""Files of entries that were uploaded, checked, and imported or refused."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel


class ImportRun(ClientModel):
    """One import of a FEC: from its upload to the entries in the books, or to the reasons why not.

    digest: of the file, which stands in the blob store of the environment; summary and findings: what the check saw;
    first_day and last_day: the fiscal year that the file is imported into.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being checked")
        CHECKED = "checked", _("To be confirmed")
        REFUSED = "refused", _("Import refused")
        CONFIRMED = "confirmed", _("Being imported")
        DONE = "done", _("Imported")
        UNDONE = "undone", _("Import undone")

    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    company = models.ForeignKey("company.Company", models.PROTECT, null=True, related_name="+")
    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, null=True, related_name="+")
    siren = models.CharField(max_length=9, blank=True)
    company_name = models.CharField(max_length=200, blank=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    summary = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    refusal = models.TextField(blank=True)
    lines = models.BigIntegerField(default=0)
    entries = models.BigIntegerField(default=0)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "digest"], condition=Q(state="done"), name="file_imported_once_per_company"
            ),
            models.CheckConstraint(
                condition=~Q(state="done")
                | Q(company__isnull=False, fiscal_year__isnull=False, ended_at__isnull=False),
                name="import_done_says_where",
            ),
            models.CheckConstraint(
                condition=Q(first_day=None, last_day=None) | Q(last_day__gt=F("first_day")), name="import_days_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-uploaded_at"], name="import_run_latest")]

    def __str__(self) -> str:
        return self.file_name
