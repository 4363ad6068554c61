"""The tables of figures: reports once frozen, whom they go to, and when they went. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class HalfYearlyReport(models.Model):
    """A report of a contract over a period, frozen. Its two files stand in the client's blobs.

    index: of the period, from 0 at the start of support. data_digest, pdf_digest: SHA-256 of the files.
    template: version of our page layout; renderer: the library that drew it, with its version.
    """

    contract = models.ForeignKey("clients.Contract", on_delete=models.PROTECT, related_name="request_reports")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="request_reports")
    index = models.PositiveSmallIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    requests = models.PositiveIntegerField()
    data_digest = models.CharField(max_length=64)
    data_size = models.PositiveIntegerField()
    pdf_digest = models.CharField(max_length=64)
    pdf_size = models.PositiveIntegerField()
    template = models.PositiveSmallIntegerField()
    renderer = models.CharField(max_length=40)
    frozen_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "index"], name="request_report_once_a_period"),
            models.CheckConstraint(condition=Q(last_on__gt=F("first_on")), name="request_report_covers_days"),
            models.CheckConstraint(
                condition=Q(data_digest__regex=r"^[0-9a-f]{64}$", pdf_digest__regex=r"^[0-9a-f]{64}$"),
                name="request_report_digests_are_sha256",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["client", "-first_on"], name="request_report_by_client")]

    def __str__(self) -> str:
        return self.file_stem

    def get_absolute_url(self) -> str:
        return reverse("figures:report", args=[self.pk])

    @property
    def file_stem(self) -> str:
        return f"rapport-{self.contract.number}-{self.first_on.isoformat()}"

    def get_console_url(self) -> str:
        return reverse("figures_console:report", args=[self.pk])


class ReportContact(models.Model):
    """Whom the reports of a contract go to; the last row counts, one without account names nobody any more."""

    contract = models.ForeignKey("clients.Contract", on_delete=models.PROTECT, related_name="report_contacts")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="report_contacts"
    )
    at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)

    append_only = True

    def __str__(self) -> str:
        return f"{self.contract_id} {self.account_id}"


class ReportDelivery(models.Model):
    """A mail that took a report to somebody."""

    report = models.ForeignKey(HalfYearlyReport, on_delete=models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="report_deliveries")
    message = models.OneToOneField("mail.Message", on_delete=models.PROTECT, related_name="report_delivery")
    at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)

    append_only = True

    def __str__(self) -> str:
        return f"{self.report_id} {self.account_id}"
