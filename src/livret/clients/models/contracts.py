"""What was signed: the contract, the booklet version it follows, its environments."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import JSONField
from django.utils.translation import gettext_lazy as _

from livret.booklet.entitlements import Order
from livret.clients.models.clients import Client
from livret.clients.models.ranges import one_client_at_a_time


class Contract(models.Model):
    """A client's contract: `booklet` and `booklet_version` name the text that decides every figure.

    The version is moved by a recorded act, never edited. ordered: quantities bought, by "module.meter";
    named_users: people bought.
    ends_until: first day without contract, empty while it runs.
    Source: Sprint S-1, S-3; Care C-2, C-3, C-19.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=40, unique=True)
    booklet = models.SlugField(max_length=40)
    booklet_version = models.CharField(max_length=20)
    plan = models.CharField(max_length=20)
    modules = ArrayField(models.SlugField(max_length=40), default=list)
    options = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    named_users = models.PositiveIntegerField()
    ordered: models.JSONField[dict[str, int], dict[str, int]] = JSONField(default=dict, blank=True)
    signed_on = models.DateField()
    starts_on = models.DateField()
    access_codes_on = models.DateField(null=True, blank=True)
    support_start_on = models.DateField(null=True, blank=True)
    ends_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_client_at_a_time(name="contract_one_at_a_time", since="starts_on", until="ends_until"),
            models.CheckConstraint(
                condition=Q(ends_until=None) | Q(ends_until__gt=F("starts_on")), name="contract_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(modules__len__gt=0), name="contract_has_modules"),
            models.CheckConstraint(condition=Q(number__regex=r"^[A-Za-z0-9._-]+$"), name="contract_number_is_plain"),
            models.CheckConstraint(
                condition=~Q(booklet="") & ~Q(booklet_version="") & ~Q(plan=""), name="contract_names_its_booklet"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def order(self) -> Order:
        """What the contract orders, as the booklet's rules take it."""
        return Order(self.plan, frozenset(self.modules), self.named_users, self.ordered, frozenset(self.options))

    def is_in_force(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_until is None or day < self.ends_until)


class ContractChange(models.Model):
    """A recorded act on a contract: what changed, from what to what, when, by whom. Never edited."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("Signed")
        MOVED = "moved", _("Moved to another booklet version")
        ORDERED = "ordered", _("Order changed")
        CODES = "codes", _("Access codes handed over")
        ENDED = "ended", _("Ended")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    before: models.JSONField[dict[str, Any], dict[str, Any]] = JSONField(default=dict)
    after: models.JSONField[dict[str, Any], dict[str, Any]] = JSONField(default=dict)
    effective_on = models.DateField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    append_only = True

    def __str__(self) -> str:
        return f"{self.contract_id} {self.kind}"


class ClientEnvironment(models.Model):
    """Which client an environment belongs to, and whether it is the real one."""

    class Kind(models.TextChoices):
        PRODUCTION = "production", _("Production")
        TEST = "test", _("Test")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="environments")
    environment = models.OneToOneField("tenancy.Environment", on_delete=models.PROTECT, related_name="ownership")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["production", "test"]), name="client_environment_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_production(self) -> bool:
        return self.kind == self.Kind.PRODUCTION
