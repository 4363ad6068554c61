"""Fixed assets, what is decided about them, and nothing of the books: entries tell their origin."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel
from livret.suite.finance.assets.rules.plan import Method

CHART_ACCOUNT = "finance.ChartAccount"


class FixedAsset(ClientModel):
    """An asset, or a component of one (`parent`). Amounts in cents.

    number: dense within a company; entry and position: the posted line it came from, None by hand; coefficient: of the
    declining method; taken_cents, taken_on: what was depreciated in other books before that day; proceeds_cents: of its
    sale, without VAT.
    """

    class Wear(models.TextChoices):
        LINEAR = Method.LINEAR.value, _("Straight line, by days")
        LINEAR_360 = Method.LINEAR_360.value, _("Straight line, by months of thirty days")
        DECLINING = Method.DECLINING.value, _("Declining balance")
        NONE = Method.NONE.value, _("Not depreciated")

    id = models.AutoField(primary_key=True)
    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="components")
    label = models.CharField(max_length=400)
    account = models.ForeignKey(CHART_ACCOUNT, models.PROTECT, related_name="+")
    depreciation_account = models.ForeignKey(CHART_ACCOUNT, models.PROTECT, null=True, related_name="+")
    expense_account = models.ForeignKey(CHART_ACCOUNT, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    position = models.IntegerField(null=True)
    cost_cents = models.BigIntegerField()
    residual_cents = models.BigIntegerField(default=0)
    acquired_on = models.DateField()
    in_service_on = models.DateField()
    method = models.CharField(max_length=10, choices=Wear)
    months = models.PositiveSmallIntegerField(default=0)
    coefficient = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    taken_cents = models.BigIntegerField(default=0)
    taken_on = models.DateField(null=True)
    disposed_on = models.DateField(null=True)
    disposal_reason = models.CharField(max_length=400, blank=True)
    proceeds_cents = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="asset_number_once_per_company"),
            models.UniqueConstraint(
                fields=["entry", "position"], condition=Q(parent=None), name="asset_once_per_posted_line"
            ),
            models.CheckConstraint(
                condition=Q(cost_cents__gt=0, residual_cents__gte=0, residual_cents__lte=F("cost_cents")),
                name="asset_residual_within_cost",
            ),
            models.CheckConstraint(
                condition=Q(taken_on=None, taken_cents=0)
                | Q(taken_on__isnull=False, taken_cents__gte=0, taken_cents__lte=F("cost_cents") - F("residual_cents")),
                name="asset_taken_within_base",
            ),
            models.CheckConstraint(
                condition=Q(method="none")
                | Q(months__gte=1, depreciation_account__isnull=False, expense_account__isnull=False),
                name="asset_worn_has_life_and_accounts",
            ),
            models.CheckConstraint(
                condition=Q(in_service_on__gte=F("acquired_on")), name="asset_in_service_after_acquisition"
            ),
            models.CheckConstraint(
                condition=Q(disposed_on=None, proceeds_cents=0)
                | Q(disposed_on__gte=F("acquired_on"), proceeds_cents__gte=0),
                name="asset_disposed_after_acquisition",
            ),
            models.CheckConstraint(
                condition=Q(entry=None, position=None) | Q(entry__isnull=False, position__isnull=False),
                name="asset_line_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def is_worn(self) -> bool:
        return self.method != Method.NONE


class AssetAdjustment(ClientModel):
    """Exceptional depreciation of an asset in a fiscal year, in cents; negative, its reversal."""

    asset = models.ForeignKey(FixedAsset, models.PROTECT, related_name="adjustments")
    fiscal_year = models.ForeignKey("company.FiscalYear", models.PROTECT, related_name="+")
    cents = models.BigIntegerField()
    reason = models.CharField(max_length=400)
    author_id = models.UUIDField()
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(cents=0), name="asset_adjustment_is_some"),
            models.CheckConstraint(condition=~Q(reason=""), name="asset_adjustment_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id}: {self.cents}"
