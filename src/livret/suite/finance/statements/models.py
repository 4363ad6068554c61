"""What people keep of reports: named filters, files made in the background, loans typed for the forecast."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel

KIND_LENGTH, QUERY_LENGTH = 40, 500


class SavedFilter(ClientModel):
    """The choices of a report that a person gave a name; theirs alone."""

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    kind = models.CharField(max_length=KIND_LENGTH)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person_id", "kind", "name"], name="saved_filter_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportFile(ClientModel):
    """A report written as a file by a job, kept in the blob store. rows: written so far, then in all."""

    class State(models.TextChoices):
        ASKED = "asked", _("Being written")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Report refused")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=KIND_LENGTH)
    format = models.CharField(max_length=4)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    refusal = models.CharField(max_length=2000, blank=True)
    name = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-asked_at"], name="report_file_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="ready") | (~Q(digest="") & Q(ready_at__isnull=False)),
                name="report_file_ready_has_bytes",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.kind


class Loan(ClientModel):
    """What a loan asks to pay back, typed by hand for the forecast: an amount, from a day, every so many months."""

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    label = models.CharField(max_length=200)
    cents = models.BigIntegerField()
    first_on = models.DateField()
    every_months = models.PositiveSmallIntegerField(default=1)
    payments = models.PositiveSmallIntegerField()
    author_name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="loan_payment_positive"),
            models.CheckConstraint(condition=Q(every_months__gte=1, payments__gte=1), name="loan_has_payments"),
        ]

    def __str__(self) -> str:
        return self.label
