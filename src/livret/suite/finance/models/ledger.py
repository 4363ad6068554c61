"""Validated entries: added once, whole and sealed, never changed.

Lines are many (tens of millions): they are narrow, in integer cents, keyed by entry and position, with their texts
beside them. References from entries and lines are checked by the insertion guards of the migrations, once for each
statement: a foreign key would lock and check the same few accounts for every line.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livret.core.tenancy.models_base import ClientModel

CURRENCY_DIGITS, CURRENCY_DECIMALS = 24, 6
VAT_CODE_LENGTH = 20


class Entry(ClientModel):
    """A validated entry. number: dense per journal and year; validated_on: the ValidDate of the FEC.

    amount_cents: the total of its debits; reverses: the entry that this one undoes.
    """

    id = models.BigAutoField(primary_key=True)
    amount_cents = models.BigIntegerField()
    number = models.BigIntegerField()
    validated_at = models.DateTimeField()
    company = models.ForeignKey(
        "company.Company", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    fiscal_year = models.ForeignKey(
        "company.FiscalYear", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    journal = models.ForeignKey(
        "finance.Journal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    line_count = models.IntegerField()
    date = models.DateField()
    validated_on = models.DateField()
    import_run = models.ForeignKey(
        "finance.ImportRun", models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )
    reverses = models.ForeignKey(
        "self", models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fiscal_year", "journal", "number"], name="entry_number_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="entry_reversed_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, line_count__gte=1), name="entry_has_number_and_lines"),
        ]
        indexes: ClassVar = [models.Index(fields=["fiscal_year", "date", "id"], name="entry_by_date")]

    def __str__(self) -> str:
        return f"#{self.number}"


class EntryText(ClientModel):
    """What an entry says: label, document, the number it bore in the file it came from, who validated it."""

    entry = models.OneToOneField(Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="text")
    label = models.CharField(max_length=1000)
    piece_ref = models.CharField(max_length=400, blank=True)
    piece_date = models.DateField(null=True)
    source_number = models.CharField(max_length=100, blank=True)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)

    append_only = True

    def __str__(self) -> str:
        return self.label


class Line(ClientModel):
    """One line of an entry: an account, one side, cents. Negative cents are admitted, as the FEC admits them."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="lines")
    debit_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField()
    position = models.IntegerField()
    company = models.ForeignKey(
        "company.Company", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    fiscal_year = models.ForeignKey(
        "company.FiscalYear", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    journal = models.ForeignKey(
        "finance.Journal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    account = models.ForeignKey(
        "finance.ChartAccount", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    date = models.DateField()
    auxiliary = models.ForeignKey(
        "finance.AuxiliaryAccount", models.DO_NOTHING, db_constraint=False, db_index=False, null=True, related_name="+"
    )

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(debit_cents=0) | Q(credit_cents=0), name="line_one_sided"),
            models.CheckConstraint(condition=Q(position__gte=1), name="line_position_from_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "date", "entry", "position"], name="line_by_account"),
            models.Index(
                fields=["auxiliary", "account", "date", "entry", "position"],
                condition=Q(auxiliary__isnull=False),
                name="line_by_auxiliary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}"


class LineText(ClientModel):
    """The texts of a line, all of them, where one differs from those of its entry."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    label = models.CharField(max_length=1000)
    piece_ref = models.CharField(max_length=400, blank=True)
    piece_date = models.DateField(null=True)

    append_only = True

    def __str__(self) -> str:
        return self.label


class LineCurrency(ClientModel):
    """The amount of a line in another currency, signed as its source signs it; either part may be missing there."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    amount = models.DecimalField(max_digits=CURRENCY_DIGITS, decimal_places=CURRENCY_DECIMALS, null=True)
    currency = models.CharField(max_length=10, blank=True)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__isnull=False) | ~Q(currency=""), name="line_currency_says_something"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Seal(ClientModel):
    """The link of an entry in the chain of its journal and year: SHA-256 over the one before and the entry's digest.

    Written last: from then on no line can be added to the entry.
    """

    entry = models.OneToOneField(Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="seal")
    hash = models.BinaryField(max_length=32)

    append_only = True

    def __str__(self) -> str:
        return bytes(self.hash).hex()
