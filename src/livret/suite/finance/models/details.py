"""What is known of posted entries and lines beyond their seal: origin, due day, VAT, sections, documents."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livret.core.tenancy.models_base import ClientModel
from livret.suite.finance.models.ledger import VAT_CODE_LENGTH, Entry


class EntryOrigin(ClientModel):
    """What made an entry: the room of the suite that proposed it, and its key there. The same thing is posted once."""

    entry = models.OneToOneField(Entry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="origin")
    company = models.ForeignKey("company.Company", models.DO_NOTHING, db_constraint=False, related_name="+")
    room = models.CharField(max_length=20)
    key = models.CharField(max_length=100)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "room", "key"], name="entry_origin_once"),
            models.CheckConstraint(condition=~Q(room="") & ~Q(key=""), name="entry_origin_is_told"),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.key}"


class CarriedLine(ClientModel):
    """The line of the former year that a line of opening brings forward. cents: debit less credit.

    A fact of the ledger, that closing writes and every room may follow; its table keeps the name that it was made with.
    """

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    source_entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    source_position = models.IntegerField()
    cents = models.BigIntegerField()

    append_only = True

    class Meta:
        db_table = "closing_carriedline"
        indexes: ClassVar = [models.Index(fields=["source_entry", "source_position"], name="carried_line_by_source")]

    def __str__(self) -> str:
        return f"{self.source_entry_id}/{self.source_position} > {self.entry_id}/{self.position}"


class LineDue(ClientModel):
    """The day a line falls due, when it was stated; else the terms of the party say."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    due_on = models.DateField()

    append_only = True

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}: {self.due_on}"


class LineVat(ClientModel):
    """The VAT code of a line, of its base or of its tax, when it was stated; else the code of its account says."""

    pk = models.CompositePrimaryKey("entry_id", "position")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    code = models.CharField(max_length=VAT_CODE_LENGTH)

    append_only = True

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(code=""), name="line_vat_has_a_code")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}: {self.code}"


class AnalyticAxis(ClientModel):
    """A way of dividing income and expenses: by project, shop, team."""

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "code"], name="analytic_axis_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="analytic_axis_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class AnalyticSection(ClientModel):
    """One part of an axis."""

    id = models.AutoField(primary_key=True)
    axis = models.ForeignKey(AnalyticAxis, models.PROTECT, related_name="sections")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=200)
    is_closed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["axis", "code"], name="analytic_section_code_once"),
            models.CheckConstraint(condition=~Q(code=""), name="analytic_section_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class LineSection(ClientModel):
    """The part of a line that a section bears, in cents, signed as debit less credit."""

    entry = models.ForeignKey(Entry, models.DO_NOTHING, db_constraint=False, related_name="+")
    position = models.IntegerField()
    section = models.ForeignKey(AnalyticSection, models.PROTECT, related_name="+")
    cents = models.BigIntegerField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "position", "section"], name="line_section_once"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}: {self.cents}"


class ExchangeRate(ClientModel):
    """How many units of a currency one euro bought on a day, as the company noted it."""

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    per_euro = models.DecimalField(max_digits=18, decimal_places=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "currency", "day"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=Q(per_euro__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$") & ~Q(currency="EUR"), name="exchange_rate_of_a_currency"
            ),
        ]

    def __str__(self) -> str:
        return f"1 EUR = {self.per_euro} {self.currency}"


class Attachment(ClientModel):
    """A document behind a draft or an entry; its bytes stand in the blob store of the environment."""

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    draft = models.ForeignKey("finance.DraftEntry", models.CASCADE, null=True, related_name="attachments")
    entry = models.ForeignKey(Entry, models.DO_NOTHING, null=True, db_constraint=False, related_name="attachments")
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    attached_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "-attached_at"], name="attachment_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(draft=None, entry__isnull=False) | Q(draft__isnull=False, entry=None),
                name="attachment_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.name
