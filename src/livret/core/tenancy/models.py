"""The pointer from an environment to the database that holds it now."""

from __future__ import annotations

import uuid

from django.db import models

from livret.core.tenancy.context import Place


class Cell(models.Model):
    """A PostgreSQL server that holds client databases; adding one is adding a row."""

    name = models.SlugField(max_length=40, unique=True)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField()
    accepts_new = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Environment(models.Model):
    """A client environment and where its data is; the client and the contract are known by other rooms."""

    class State(models.TextChoices):
        CREATING = "creating"
        ACTIVE = "active"
        MIGRATING = "migrating"
        SWAPPING = "swapping"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    cell = models.ForeignKey(Cell, models.PROTECT, related_name="environments")
    database = models.CharField(max_length=63)
    generation = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.CREATING)
    schema_fingerprint = models.CharField(max_length=64, default="", blank=True)
    migration_error = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cell", "database"], name="environment_database_used_once"),
            models.CheckConstraint(condition=models.Q(generation__gte=1), name="environment_generation_from_one"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def place(self) -> Place:
        return Place(self.id, self.generation, self.cell.name, self.cell.host, self.cell.port, self.database)

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE


class ParkedJob(models.Model):
    """A job that was not run, with the reason: it came from a generation that a restore replaced."""

    environment = models.ForeignKey(Environment, models.CASCADE, related_name="parked_jobs")
    generation = models.PositiveIntegerField()
    task = models.CharField(max_length=120)
    arguments = models.JSONField()
    delivery = models.CharField(max_length=120)
    parked_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "delivery"], name="parked_job_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.delivery}"


class RelayedMessage(models.Model):
    """An outbox message that reached the queue: the proof that keeps a second relay from sending it again."""

    environment = models.ForeignKey(Environment, models.CASCADE, related_name="+")
    generation = models.PositiveIntegerField()
    outbox_id = models.BigIntegerField()
    relayed_at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "generation", "outbox_id"], name="outbox_message_relayed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment_id} g{self.generation} #{self.outbox_id}"
