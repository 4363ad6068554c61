"""Accounts, auxiliaries and journals of a company. Their numbers and codes are final: seals are made with them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.core.tenancy.models_base import ClientModel

NUMBER_LENGTH = 40
AUXILIARY_LENGTH = 60
JOURNAL_LENGTH = 20


class ChartAccount(ClientModel):
    """A general account of a company.

    valid_from, valid_until (excluded): the first days of the fiscal years that may use it, None without bound; an
    account opened under the general chart takes the bounds of the charts that hold it. can_letter: its lines are
    lettered; is_closed: no longer offered to those who type.
    """

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    number = models.CharField(max_length=NUMBER_LENGTH)
    label = models.CharField(max_length=400)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    can_letter = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="account_number_once_per_company"),
            models.CheckConstraint(condition=~Q(number=""), name="account_has_a_number"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="account_validity_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class AuxiliaryAccount(ClientModel):
    """A customer's, supplier's or other party's account. account: the general account it usually stands under."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        SUPPLIER = "supplier", _("Supplier")
        EMPLOYEE = "employee", _("Employee")
        OTHER = "other", pgettext_lazy("kind of party", "Other party")

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    number = models.CharField(max_length=AUXILIARY_LENGTH)
    label = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    account = models.ForeignKey(ChartAccount, models.PROTECT, null=True, related_name="+")
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="auxiliary_number_once_per_company"),
            models.CheckConstraint(condition=~Q(number=""), name="auxiliary_has_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"


class Journal(ClientModel):
    """A journal: entries are numbered without gap and chained within it, year by year.

    account: of a bank or cash journal, the general account that it moves.
    """

    class Kind(models.TextChoices):
        GENERAL = "general", _("General")
        SALES = "sales", _("Sales")
        PURCHASES = "purchases", _("Purchases")
        BANK = "bank", _("Bank and cash")
        OPENING = "opening", _("Opening balances")

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    code = models.CharField(max_length=JOURNAL_LENGTH)
    label = models.CharField(max_length=400)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GENERAL)
    account = models.ForeignKey(ChartAccount, models.PROTECT, null=True, related_name="+")
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="journal_code_once_per_company"),
            models.CheckConstraint(condition=~Q(code=""), name="journal_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
