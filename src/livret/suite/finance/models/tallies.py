"""What is kept beside the lines in the same transaction: counters, heads of chains, balances by month."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from livret.core.tenancy.models_base import ClientModel


class YearLedger(ClientModel):
    """The ledger of a fiscal year: how much it holds. Its row is the lock under which entries are validated.

    locked_until: no entry is dated before this day any more (excluded), None while nothing is locked.
    """

    fiscal_year = models.OneToOneField("company.FiscalYear", models.PROTECT, primary_key=True, related_name="ledger")
    entries = models.BigIntegerField(default=0)
    lines = models.BigIntegerField(default=0)
    locked_until = models.DateField(null=True)

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


class DayBalance(ClientModel):
    """The same by day: what the ends of a period are read from. The balance of the month holds the references."""

    pk = models.CompositePrimaryKey("fiscal_year_id", "day", "account_id")
    fiscal_year = models.ForeignKey(
        "company.FiscalYear", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    day = models.DateField()
    account = models.ForeignKey(
        "finance.ChartAccount", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    debit_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "day"], name="day_balance_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.day}"


class PeriodLock(ClientModel):
    """The act of locking the days of a fiscal year before `until`, or of unlocking them; the latest act holds."""

    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    until = models.DateField(null=True)
    reason = models.CharField(max_length=400)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    def __str__(self) -> str:
        return f"{self.fiscal_year_id} < {self.until}"


class AuxiliaryBalance(ClientModel):
    """The same for an auxiliary under a general account."""

    fiscal_year = models.ForeignKey(
        "company.FiscalYear", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    account = models.ForeignKey(
        "finance.ChartAccount", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    auxiliary = models.ForeignKey("finance.AuxiliaryAccount", models.PROTECT, db_constraint=False, related_name="+")
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
