"""The client: a company that signed with the publisher."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Client(models.Model):
    """A company under contract. `uuid` is what other planes and programs keep; `slug` stands in addresses."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        LEAVING = "leaving", _("Leaving")
        CLOSED = "closed", _("Closed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=160)
    siren = models.CharField(max_length=9, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(siren__regex=r"^[0-9]{9}$"), name="client_siren_has_nine_digits"),
            models.CheckConstraint(condition=~models.Q(name=""), name="client_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "leaving", "closed"]), name="client_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clients:client", args=[self.slug])
