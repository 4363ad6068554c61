"""Who stands behind an auxiliary account: identifiers, address, bank, terms."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livret.core.tenancy.models_base import ClientModel


class Party(ClientModel):
    """What is known of the party of an auxiliary account.

    The address is structured, as the SEPA schemes ask since 15 November 2026. due_days: of credit from the day of the
    document, None when no terms are known; due_end_of_month: counted to the end of the month they fall in.
    """

    auxiliary = models.OneToOneField("finance.AuxiliaryAccount", models.CASCADE, primary_key=True, related_name="party")
    siren = models.CharField(max_length=9, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=254, blank=True)
    building = models.CharField(max_length=16, blank=True)
    street = models.CharField(max_length=70, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    town = models.CharField(max_length=35, blank=True)
    country = models.CharField(max_length=2, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    bic = models.CharField(max_length=11, blank=True)
    due_days = models.PositiveSmallIntegerField(null=True)
    due_end_of_month = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(siren="") | Q(siren__regex="^[0-9]{9}$"), name="party_siren_is_digits"),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex="^[A-Z]{2}$"), name="party_country_is_iso"
            ),
            models.CheckConstraint(
                condition=Q(iban="") | Q(iban__regex="^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$"),
                name="party_iban_has_its_form",
            ),
        ]

    def __str__(self) -> str:
        return str(self.auxiliary_id)
