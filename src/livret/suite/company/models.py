"""Companies, fiscal years, application accounts and grants."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel
from livret.kernel.periods import DayPeriod


class Company(ClientModel):
    """A legal person whose books are kept here; `siren` never changes, its ledger is sealed with it."""

    id = models.AutoField(primary_key=True)
    siren = models.CharField(max_length=9)
    siret = models.CharField(max_length=14, default="", blank=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="EUR")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["siren"], name="company_siren_used_once"),
            models.CheckConstraint(condition=Q(siren__regex="^[0-9]{9}$"), name="company_siren_is_nine_digits"),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex="^[0-9]{14}$", siret__startswith=F("siren")),
                name="company_siret_begins_with_siren",
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="company_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return self.name


class _OneNumber(Func):
    """The range that holds one number: an exclusion constraint can then compare equality without an extension."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"


class _WholeDays(Func):
    """The days from the first to the last, both included."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


class FiscalYear(ClientModel):
    """The days, both ends included, that one set of accounts covers. A closed year takes no entry."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="fiscal_years")
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gt=F("first_day")), name="fiscal_year_ends_after_it_begins"),
            ExclusionConstraint(
                name="fiscal_years_do_not_overlap",
                index_type="GIST",
                expressions=[
                    (_OneNumber(F("company"), F("company")), "&&"),
                    (_WholeDays(F("first_day"), F("last_day")), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The year as people name it: 2025, or 2024-2025 when it straddles two."""
        first, last = self.first_day.year, self.last_day.year
        return str(last) if first == last else f"{first}-{last}"

    @property
    def days(self) -> DayPeriod:
        return DayPeriod(self.first_day, self.last_day)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


class ApplicationAccount(ClientModel):
    """What lets a person work in this environment; `seat` refers to the named user that the contract reserved."""

    person_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    seat = models.CharField(max_length=64, default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_active=True, revoked_at=None) | Q(is_active=False, revoked_at__isnull=False),
                name="application_account_revoked_at_a_moment",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Grant(ClientModel):
    """A right of an account on a module, for one company, or for all of them when `company` is null."""

    class Right(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Write")
        VALIDATE = "validate", _("Validate")
        ADMINISTER = "administer", _("Administer")

    account = models.ForeignKey(ApplicationAccount, models.PROTECT, related_name="grants")
    module = models.SlugField(max_length=40)
    company = models.ForeignKey(Company, models.PROTECT, null=True, blank=True, related_name="+")
    right = models.CharField(max_length=10, choices=Right)
    granted_by = models.UUIDField()
    granted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "module", "company"], nulls_distinct=False, name="grant_once_per_module_and_company"
            ),
            models.CheckConstraint(
                condition=Q(right__in=["read", "write", "validate", "administer"]), name="grant_right_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.module} {self.right}"
