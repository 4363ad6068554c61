"""The register of complaints: each with its number, and its outcome in its own row, never edited."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import pgettext_lazy


class ComplaintCounter(models.Model):
    """The last number given in a year, locked until the registration commits, so that no number is lost."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(last__gt=0), name="complaint_counter_is_positive")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Complaint(models.Model):
    """A complaint as it was received. category: a key of the publisher's list. Never edited."""

    request = models.OneToOneField("support.Request", on_delete=models.PROTECT, related_name="complaint")
    number = models.CharField(max_length=20, unique=True)
    category = models.SlugField(max_length=40)
    received_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__regex=r"^R-[0-9]{4}-[0-9]{4,}$"), name="complaint_number_form"),
            models.CheckConstraint(condition=~Q(category=""), name="complaint_has_a_category"),
        ]
        indexes: ClassVar = [models.Index(fields=["-received_at"], name="complaint_by_receipt")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("service:complaint", args=[self.number])

    def get_console_url(self) -> str:
        return reverse("service_console:complaint", args=[self.number])


class ComplaintOutcome(models.Model):
    """What became of a complaint: once, with the words for the client and the measures taken."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", pgettext_lazy("complaint", "Upheld")
        PARTLY = "partly", pgettext_lazy("complaint", "Upheld in part")
        REJECTED = "rejected", pgettext_lazy("complaint", "Rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "Withdrawn by the client")

    complaint = models.OneToOneField(Complaint, on_delete=models.PROTECT, related_name="outcome")
    outcome = models.CharField(max_length=10, choices=Outcome)
    words = models.TextField()
    measures = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=200)
    by_kind = models.CharField(max_length=10, default="staff")

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["upheld", "partly", "rejected", "withdrawn"]),
                name="complaint_outcome_is_known",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="complaint_outcome_says_why"),
            models.CheckConstraint(
                condition=Q(outcome="withdrawn", by_kind="client") | ~Q(outcome="withdrawn") & Q(by_kind="staff"),
                name="complaint_outcome_by_its_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.outcome}"
