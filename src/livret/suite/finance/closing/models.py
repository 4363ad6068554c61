"""What closing keeps: acts that are never changed, and the long work that people asked for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel


class ClosingWork(ClientModel):
    """Long work on a fiscal year that somebody asked for. typed: how it is to be done; result: what it found."""

    class Kind(models.TextChoices):
        VERIFICATION = "verification", _("Verification of the seals")
        CARRY = "carry", _("Provisional carry-forward")
        CLOSING = "closing", _("Definitive closing")
        ARCHIVE = "archive", _("Archive")
        ARCHIVE_CHECK = "archive-check", _("Verification of an archive")
        IMPORT_UNDOING = "import-undoing", _("Undoing of an import")
        PURGE = "purge", _("Purge after the legal years")

    class State(models.TextChoices):
        ASKED = "asked", _("Under way")
        DONE = "done", _("Finished")
        REFUSED = "refused", _("Refused")

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    subject_id = models.BigIntegerField(null=True)
    typed = models.JSONField(default=dict)
    refusal = models.CharField(max_length=2000, blank=True)
    result = models.JSONField(default=dict)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fiscal_year", "kind"], condition=Q(state="asked"), name="closing_work_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.fiscal_year_id}"


class AcceptedWarning(ClientModel):
    """Somebody's reason for closing in spite of a warning; it holds for what the check found then (fingerprint)."""

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="accepted_warning_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class CutOff(ClientModel):
    """A cut-off entry, posted on the last day of a fiscal year and undone on the first day of the next.

    The entries are found by their origin: room "closing", key "cutoff:<pk>" and "cutoff-back:<pk>".
    """

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    label = models.CharField(max_length=400)
    piece_ref = models.CharField(max_length=400)
    account = models.CharField(max_length=40)
    counterpart = models.CharField(max_length=40)
    auxiliary = models.CharField(max_length=60, blank=True)
    vat_account = models.CharField(max_length=40, blank=True)
    net_cents = models.BigIntegerField()
    vat_cents = models.BigIntegerField(default=0)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(net_cents__gt=0, vat_cents__gte=0), name="cut_off_amounts_positive"),
            models.CheckConstraint(condition=Q(vat_cents=0) | ~Q(vat_account=""), name="cut_off_vat_has_an_account"),
        ]

    def __str__(self) -> str:
        return self.label


class CarryForward(ClientModel):
    """One run of the carry-forward of a fiscal year into the next: what it posted, None when nothing had changed."""

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    into = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    is_final = models.BooleanField(default=False)
    line_count = models.IntegerField()
    moved_cents = models.BigIntegerField()
    result_cents = models.BigIntegerField()
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fiscal_year"], condition=Q(is_final=True), name="carry_forward_final_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} > {self.into_id}"


class YearClosing(ClientModel):
    """The act that closed a fiscal year for good. heads: of every journal's chain, with its number of entries.

    result_cents: the result of the year, positive for a profit.
    """

    fiscal_year = models.OneToOneField("company.FiscalYear", models.PROTECT, primary_key=True, related_name="closing")
    heads = models.JSONField()
    entries = models.BigIntegerField()
    lines = models.BigIntegerField()
    debit_cents = models.BigIntegerField()
    result_cents = models.BigIntegerField()
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} {self.at:%Y-%m-%d}"


class Archive(ClientModel):
    """A sealed archive of a fiscal year, kept in the store of the environment; a new one is added, none replaced."""

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    is_definitive = models.BooleanField()
    entries = models.BigIntegerField()
    lines = models.BigIntegerField()
    debit_cents = models.BigIntegerField()
    keep_until = models.DateField()
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    append_only = True

    def __str__(self) -> str:
        return self.digest[:12]
