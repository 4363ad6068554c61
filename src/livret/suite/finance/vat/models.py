"""Regimes, codes of accounts, returns, the share of each line that they count, and what was sent."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel
from livret.kernel.periods import DayPeriod
from livret.suite.finance.models.chart import NUMBER_LENGTH
from livret.suite.finance.models.ledger import VAT_CODE_LENGTH


class Regime(ClientModel):
    """How a company stands towards VAT from a day on, which begins a period; the latest one before a day holds.

    services_due: when the tax on services sold is due; opening_credit_cents: the credit of the return made elsewhere
    before this day; due_day: of the month after the period, as the tax office told.
    """

    class Kind(models.TextChoices):
        MONTHLY = "monthly", _("Monthly CA3")
        QUARTERLY = "quarterly", _("Quarterly CA3")
        YEARLY = "yearly", _("Simplified regime, yearly CA12")
        FRANCHISE = "franchise", _("Exemption of small businesses")

    class Due(models.TextChoices):
        DEBITS = "debits", _("On debits (option)")
        RECEIPTS = "receipts", _("On receipts")

    class Territory(models.TextChoices):
        MAINLAND = "mainland", _("Mainland France")
        CORSICA = "corsica", _("Corsica")
        OVERSEAS = "overseas", _("Guadeloupe, Martinique, La Réunion")

    class Activity(models.TextChoices):
        GOODS = "goods", _("Goods, food, lodging")
        SERVICES = "services", _("Other services")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    since = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind)
    services_due = models.CharField(max_length=10, choices=Due, default=Due.DEBITS)
    territory = models.CharField(max_length=10, choices=Territory, default=Territory.MAINLAND)
    activity = models.CharField(max_length=10, choices=Activity, default=Activity.GOODS)
    due_day = models.PositiveSmallIntegerField(default=24)
    opening_credit_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "since"], name="vat_regime_once_per_day"),
            models.CheckConstraint(condition=Q(due_day__gte=15, due_day__lte=24), name="vat_regime_due_day_in_month"),
            models.CheckConstraint(condition=Q(opening_credit_cents__gte=0), name="vat_regime_credit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since}"

    @property
    def is_on_receipts(self) -> bool:
        return self.services_due == self.Due.RECEIPTS


class AccountCode(ClientModel):
    """The VAT code of the accounts of a company whose number begins so; the longest root wins."""

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    root = models.CharField(max_length=NUMBER_LENGTH)
    code = models.CharField(max_length=VAT_CODE_LENGTH)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "root"], name="vat_account_code_once"),
            models.CheckConstraint(condition=~Q(root="") & ~Q(code=""), name="vat_account_code_is_told"),
        ]

    def __str__(self) -> str:
        return f"{self.root}: {self.code}"


class Return(ClientModel):
    """The return of a period. rank: 0, then one more for each that corrects the one before. Filed once it has a filing.

    watermark: the last entry that its preparation saw; figures: {"box/part": whole euros}, moves and late count.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        PREPARED = "prepared", _("Prepared")
        FILED = "filed", _("Filed")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    regime = models.ForeignKey(Regime, models.PROTECT, related_name="+")
    form = models.CharField(max_length=10)
    first_day = models.DateField()
    last_day = models.DateField()
    rank = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    credit_cents = models.BigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    watermark = models.BigIntegerField(default=0)
    prepared_at = models.DateTimeField(null=True)
    due_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "first_day", "rank"], name="vat_return_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="vat_return_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.first_day}/{self.last_day} #{self.rank}"

    @property
    def period(self) -> DayPeriod:
        return DayPeriod(self.first_day, self.last_day)

    @property
    def is_filed(self) -> bool:
        return self.state == self.State.FILED


class Share(ClientModel):
    """What a return counts of a line, signed as its box wants it: base, tax, and why. Final once the return is filed.

    code: a VAT code, or what could not be told ("?…"), which goes in no box.
    """

    class Reason(models.TextChoices):
        DEBITS = "debits", _("Dated in the period")
        LATE = "late", _("Posted after its own period was filed")
        RECEIPTS = "receipts", _("In proportion to what is paid")
        CASH = "cash", _("Paid at once")

    pk = models.CompositePrimaryKey("vat_return_id", "entry_id", "position", "code")
    vat_return = models.ForeignKey(Return, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    code = models.CharField(max_length=VAT_CODE_LENGTH)
    account = models.ForeignKey(
        "finance.ChartAccount", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    reason = models.CharField(max_length=10, choices=Reason)
    base_cents = models.BigIntegerField()
    tax_cents = models.BigIntegerField()
    whole_cents = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["entry", "position"], name="vat_share_by_line")]

    def __str__(self) -> str:
        return f"{self.vat_return_id}: {self.entry_id}/{self.position} {self.code}"


class Adjustment(ClientModel):
    """An amount that somebody adds to a box, or takes from it, with the reason; another one undoes it.

    account: the number of the account that bears it in the settlement entry.
    """

    vat_return = models.ForeignKey(Return, models.PROTECT, related_name="adjustments")
    box = models.CharField(max_length=4)
    part = models.CharField(max_length=4)
    cents = models.BigIntegerField()
    account = models.CharField(max_length=NUMBER_LENGTH, blank=True)
    reason = models.CharField(max_length=400)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(cents=0) & ~Q(reason=""), name="vat_adjustment_says_why"),
            models.CheckConstraint(condition=Q(part__in=["base", "tax"]), name="vat_adjustment_part_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.box}/{self.part} {self.cents}"


class Filing(ClientModel):
    """The act of filing: what was declared, on which lines, by whom. settlement: the entry that settles it, if any.

    shares_hash: SHA-256 over the shares in their order; figures: as shown that day.
    """

    vat_return = models.OneToOneField(Return, models.PROTECT, primary_key=True, related_name="filing")
    figures = models.JSONField()
    shares = models.BigIntegerField()
    shares_hash = models.CharField(max_length=64)
    watermark = models.BigIntegerField()
    carried_cents = models.BigIntegerField()
    payable_cents = models.BigIntegerField()
    settlement = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, null=True, related_name="+")
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(carried_cents__gte=0, payable_cents__gte=0), name="vat_filing_not_negative"
            ),
            models.CheckConstraint(condition=Q(shares_hash__regex="^[0-9a-f]{64}$"), name="vat_filing_hash_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.vat_return_id} {self.at}"
