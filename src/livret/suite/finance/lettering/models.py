"""Runs of automatic lettering, what each proposed and why, and what a company settles small differences with."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livret.core.tenancy.models_base import ClientModel


class Rule(models.TextChoices):
    """Why lines are brought together, in the order in which the rules are tried."""

    REFERENCE = "reference", _("Same reference")
    AMOUNT = "amount", _("Same amount")
    SUM = "sum", _("Several lines that one line settles")
    BALANCE = "balance", _("The whole of the party is settled")


class AutoRun(ClientModel):
    """One automatic lettering of a fiscal year: what was asked, what it proposed, what became of it.

    rules: codes of Rule; accounts: ids, empty for all; without_party: lines of no party too; until: the last day of
    the lines looked at; examined: the open lines there were; lettered: the groups that were.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Being prepared")
        PROPOSED = "proposed", _("To confirm")
        CONFIRMED = "confirmed", _("Being lettered")
        DONE = "done", pgettext_lazy("run of lettering", "Lettered")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    rules = models.JSONField()
    accounts = models.JSONField(default=list)
    without_party = models.BooleanField(default=False)
    until = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    examined = models.IntegerField(default=0)
    lettered = models.IntegerField(default=0)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fiscal_year"],
                condition=Q(state__in=("asked", "confirmed", "undoing")),
                name="lettering_run_one_at_work",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.ASKED, self.State.CONFIRMED, self.State.UNDOING)


class AutoGroup(ClientModel):
    """Lines that a run would letter together, and the lettering they became.

    cents: of one side. is_kept: False when a person struck it out; lettering: its id, None before and after undoing.
    """

    run = models.ForeignKey(AutoRun, models.CASCADE, db_index=False, related_name="groups")
    number = models.IntegerField()
    rule = models.CharField(max_length=9, choices=Rule)
    account = models.ForeignKey(
        "finance.ChartAccount", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    auxiliary = models.ForeignKey(
        "finance.AuxiliaryAccount", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    lines = models.IntegerField()
    cents = models.BigIntegerField()
    is_kept = models.BooleanField(default=True)
    lettering = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="lettering_group_number_once"),
            models.CheckConstraint(condition=Q(lines__gte=2), name="lettering_group_has_two_lines"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class AutoLine(ClientModel):
    """A line of a proposed group. Copied by the hundred thousand from the ledger: no key is checked row by row."""

    pk = models.CompositePrimaryKey("run_id", "entry_id", "position")
    run = models.ForeignKey(AutoRun, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    number = models.IntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["run", "number"], name="lettering_line_by_group")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}: {self.entry_id}/{self.position}"


class Settling(ClientModel):
    """How a company settles differences when lettering. threshold_cents: the largest that may be written off; 0 none.

    journal: where the entries go. loss and gain: the accounts of small differences, exchange_loss and exchange_gain:
    those of exchange differences; empty for those of the general chart of the year.
    """

    company = models.OneToOneField("company.Company", models.PROTECT, primary_key=True, related_name="+")
    journal = models.ForeignKey("finance.Journal", models.PROTECT, null=True, related_name="+")
    threshold_cents = models.BigIntegerField(default=0)
    loss = models.CharField(max_length=40, blank=True)
    gain = models.CharField(max_length=40, blank=True)
    exchange_loss = models.CharField(max_length=40, blank=True)
    exchange_gain = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(threshold_cents__gte=0), name="lettering_threshold_not_negative")
        ]

    def __str__(self) -> str:
        return str(self.company_id)
