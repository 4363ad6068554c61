"""Seats: the named users of a contract over its production environments."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livret.clients.models.accounts import AccessAccount
from livret.clients.models.contracts import Contract


class Seat(models.Model):
    """One person's place in one production environment.

    It is reserved here, the right is granted in the client plane, then it is confirmed here.

    A named user is a person: two environments cost one. The trigger `seat_within_ordered_named_users` counts under the
    contract's lock. Source: Sprint S-3, S-4; Care C-3, C-19.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("Reserved")
        CONFIRMED = "confirmed", _("Confirmed")
        FREED = "freed", _("Freed")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="seats")
    account = models.ForeignKey(AccessAccount, on_delete=models.PROTECT, related_name="seats")
    environment = models.ForeignKey("tenancy.Environment", on_delete=models.PROTECT, related_name="+")
    modules = ArrayField(models.SlugField(max_length=40), default=list)
    state = models.CharField(max_length=10, choices=State, default=State.RESERVED)
    reserved_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    freed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract", "account", "environment"],
                condition=~Q(state="freed"),
                name="seat_held_once",
            ),
            models.CheckConstraint(
                condition=Q(state="reserved", confirmed_at=None, freed_at=None)
                | Q(state="confirmed", confirmed_at__isnull=False, freed_at=None)
                | Q(state="freed", freed_at__isnull=False),
                name="seat_state_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
