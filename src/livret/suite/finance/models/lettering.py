"""Lettering stands apart from the lines, which never change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.core.tenancy.models_base import ClientModel


class Lettering(ClientModel):
    """Lines of one account, auxiliary and fiscal year under a visible code; partial when they do not sum to zero."""

    company = models.ForeignKey(
        "company.Company", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    fiscal_year = models.ForeignKey(
        "company.FiscalYear", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    account = models.ForeignKey(
        "finance.ChartAccount", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    auxiliary = models.ForeignKey(
        "finance.AuxiliaryAccount", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    code = models.CharField(max_length=40)
    is_partial = models.BooleanField()
    import_run = models.ForeignKey(
        "finance.ImportRun", models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "code"], name="lettering_by_account")]
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(code=""), name="lettering_has_a_code")]

    def __str__(self) -> str:
        return self.code


class LetteredLine(ClientModel):
    """A line in its lettering: at most one at a time."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    lettering = models.ForeignKey(Lettering, models.CASCADE, db_constraint=False, related_name="lines")
    lettered_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}"


class LetteringEvent(ClientModel):
    """An act on a lettering, kept when the lettering itself is gone: who lettered or unlettered what, when and why.

    lines: the [entry, position] pairs concerned; cents: what they sum to, debit less credit.
    """

    class Kind(models.TextChoices):
        LETTERED = "lettered", pgettext_lazy("lettering event", "Lettered")
        EXTENDED = "extended", _("Lines added")
        UNLETTERED = "unlettered", _("Unlettered")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, null=True, db_index=False, related_name="+")
    account = models.ForeignKey("finance.ChartAccount", models.PROTECT, db_index=False, related_name="+")
    auxiliary = models.ForeignKey(
        "finance.AuxiliaryAccount", models.PROTECT, null=True, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=40)
    lines = models.JSONField()
    cents = models.BigIntegerField()
    reason = models.CharField(max_length=400, blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="lettering_event_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
