"""SaaS administrators: the only people of a client who may ask for operations on its data."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livret.clients.models.accounts import AccessAccount
from livret.clients.models.clients import Client
from livret.clients.models.ranges import one_client_at_a_time


class SaasAdministrator(models.Model):
    """A person named by the client, from a day until another (excluded; empty while it lasts).

    Every day of a contract has one at least (deferred trigger `saas_administrator_at_least_one`), and one external
    person at most.
    Source: Sprint S-9; under Care, the administrators registered on the contract (our reading of C-9, C-11, C-15).
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="administrators")
    account = models.ForeignKey(AccessAccount, on_delete=models.PROTECT, related_name="administrations")
    is_external = models.BooleanField(default=False)
    company_name = models.CharField(max_length=160, default="", blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_client_at_a_time(
                name="saas_administrator_one_external", since="from_on", until="until_on", condition=Q(is_external=True)
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(until_on=None), name="saas_administrator_named_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="saas_administrator_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(is_external=False, company_name="") | Q(is_external=True) & ~Q(company_name=""),
                name="saas_administrator_external_has_a_company",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.from_on}"


class AdministratorChange(models.Model):
    """The history of a client's SaaS administrators; the publisher is told of each line. Never edited."""

    class Kind(models.TextChoices):
        NAMED = "named", _("Named")
        ENDED = "ended", _("Ended")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="administrator_changes")
    administrator = models.ForeignKey(SaasAdministrator, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    person_name = models.CharField(max_length=120)
    is_external = models.BooleanField()
    effective_on = models.DateField()
    by_id = models.UUIDField()
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["administrator", "kind"], name="administrator_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_name} {self.kind}"
