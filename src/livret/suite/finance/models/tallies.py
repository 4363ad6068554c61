"""What is kept beside the lines in the same transaction: counters, heads of chains, balances by month."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from livret.core.tenancy.models_base import ClientModel


class YearLedger(ClientModel):
    """The ledger of a fiscal year: how much it holds. Its row is the lock under which entries are validated."""

    fiscal_year = models.OneToOneField("company.FiscalYear", models.PROTECT, primary_key=True, related_name="ledger")
    entries = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.fiscal_year_id}: {self.entries}"


class JournalCounter(ClientModel):
    """The last number and the head of the chain of a journal in a fiscal year."""

    journal = models.ForeignKey("finance.Journal", models.PROTECT, db_index=False, related_name="+")
    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, db_index=False, related_name="+")
    last_number = models.BigIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fiscal_year", "journal"], name="journal_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.journal_id}/{self.fiscal_year_id}: {self.last_number}"


class Balance(ClientModel):
    """The debits and credits of an account in a month (its first day), in cents."""

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, db_index=False, related_name="+")
    account = models.ForeignKey("finance.ChartAccount", models.PROTECT, db_index=False, related_name="+")
    month = models.DateField()
    debit_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fiscal_year", "account", "month"], name="balance_once_per_month")
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month:%Y-%m}"


class AuxiliaryBalance(ClientModel):
    """The same for an auxiliary under a general account."""

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, db_index=False, related_name="+")
    account = models.ForeignKey("finance.ChartAccount", models.PROTECT, db_index=False, related_name="+")
    auxiliary = models.ForeignKey("finance.AuxiliaryAccount", models.PROTECT, related_name="+")
    month = models.DateField()
    debit_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fiscal_year", "account", "auxiliary", "month"], name="auxiliary_balance_once_per_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.auxiliary_id} {self.month:%Y-%m}"
