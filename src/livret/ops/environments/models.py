"""What the control plane knows of an environment beyond where it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from livret.core.tenancy.models import Environment


class Restoration(models.Model):
    """Putting an environment back from a dump: its stages, each safe to begin again after a crash."""

    class Stage(models.TextChoices):
        ASKED = "asked"
        LOADED = "loaded"  # The dump stands in a database beside the live one, migrated and checked.
        SWAPPED = "swapped"  # The pointer leads to it; the former database is kept.
        FAILED = "failed"

    environment = models.ForeignKey(Environment, models.PROTECT, related_name="restorations")
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.ASKED)
    from_generation = models.PositiveIntegerField()
    to_generation = models.PositiveIntegerField()
    former_database = models.CharField(max_length=63)
    new_database = models.CharField(max_length=63)
    dump = models.CharField(max_length=500)
    asked_by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    swapped_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "to_generation"], name="restoration_generation_used_once"),
            models.CheckConstraint(
                condition=Q(to_generation__gt=models.F("from_generation")), name="restoration_generation_grows"
            ),
            models.UniqueConstraint(
                fields=["environment"],
                condition=Q(stage__in=["asked", "loaded"]),
                name="restoration_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.environment} g{self.from_generation} -> g{self.to_generation}"


class LedgerHead(models.Model):
    """The head of a ledger chain as it left the client's database: what an edited and recomputed chain cannot match."""

    environment = models.ForeignKey(Environment, models.PROTECT, related_name="ledger_heads")
    generation = models.PositiveIntegerField()
    siren = models.CharField(max_length=9)
    year_ends = models.DateField()
    journal = models.CharField(max_length=20)
    number = models.BigIntegerField()  # Of the last entry that the head covers.
    head = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "generation", "siren", "year_ends", "journal", "number"],
                name="ledger_head_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.siren} {self.year_ends} {self.journal} #{self.number}"


class LedgerProof(models.Model):
    """What a verification of the ledgers of an environment found. years: when each was last proved, and its entries.

    unproved: the entries that no head kept outside covered yet, at that moment.
    """

    environment = models.ForeignKey(Environment, models.PROTECT, related_name="ledger_proofs")
    generation = models.PositiveIntegerField()
    at = models.DateTimeField()
    years = models.JSONField(default=dict)
    entries = models.BigIntegerField()
    chains = models.PositiveIntegerField()
    unproved = models.BigIntegerField()
    faults = models.JSONField(default=list)

    append_only = True

    class Meta:
        indexes = [models.Index(fields=["environment", "-at"], name="ledger_proof_latest")]

    def __str__(self) -> str:
        return f"{self.environment} {self.at:%Y-%m-%d}: {len(self.faults)}"


class MeterReading(models.Model):
    """An absolute reading of a meter at one moment; billing keeps the highest of the period."""

    environment = models.ForeignKey(Environment, models.PROTECT, related_name="meter_readings")
    generation = models.PositiveIntegerField()
    meter = models.CharField(max_length=60)
    period = models.CharField(max_length=60)
    value = models.BigIntegerField()
    read_at = models.DateTimeField()

    append_only = True

    class Meta:
        indexes = [models.Index(fields=["environment", "meter", "period", "-value"], name="meter_highest")]

    def __str__(self) -> str:
        return f"{self.meter} {self.period}: {self.value}"
