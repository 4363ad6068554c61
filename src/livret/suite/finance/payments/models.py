"""Batches of transfers: what is paid to whom, for which lines of the books, and the file given to the bank."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livret.core.tenancy.models_base import ClientModel


class PaymentBatch(ClientModel):
    """Transfers from one bank account on one day: one file. It is cancelled, never changed, once approved.

    digest: of the file in the blob store of the environment, once approved; entry: what sending it wrote in the books.
    """

    class State(models.TextChoices):
        PREPARED = "prepared", _("To be approved")
        APPROVED = "approved", _("Approved, file ready")
        SENT = "sent", _("Sent to the bank")
        CANCELLED = "cancelled", _("Cancelled")

    company = models.ForeignKey("company.Company", models.PROTECT, related_name="+")
    bank_account = models.ForeignKey("bank.BankAccount", models.PROTECT, related_name="+")
    execution_on = models.DateField()
    schema = models.CharField(max_length=20)
    state = models.CharField(max_length=9, choices=State, default=State.PREPARED)
    message_id = models.CharField(max_length=35)
    digest = models.CharField(max_length=64, blank=True)
    file_size = models.BigIntegerField(default=0)
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    prepared_by = models.CharField(max_length=200)
    prepared_at = models.DateTimeField()
    approved_by = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "message_id"], name="payment_message_once"),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "cancelled"]) | ~Q(digest=""), name="payment_approved_has_its_file"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(entry__isnull=False), name="payment_sent_is_in_the_books"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-prepared_at"], name="payment_batch_latest")]

    def __str__(self) -> str:
        return self.message_id


class PaymentItem(ClientModel):
    """One transfer of a batch, to one party, with its bank details as they were when the batch was prepared."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="items")
    auxiliary = models.ForeignKey("finance.AuxiliaryAccount", models.PROTECT, related_name="+")
    account = models.ForeignKey("finance.ChartAccount", models.PROTECT, related_name="+")
    name = models.CharField(max_length=70)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    address = models.JSONField(default=dict)
    cents = models.BigIntegerField()
    end_to_end = models.CharField(max_length=35)
    remittance = models.CharField(max_length=140)

    append_only = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "end_to_end"], name="payment_end_to_end_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="payment_is_positive"),
        ]
        indexes: ClassVar = [models.Index(fields=["auxiliary"], name="payment_item_by_party")]

    def __str__(self) -> str:
        return self.end_to_end


class PaidLine(ClientModel):
    """A line of the books that a transfer pays, and how much of it, in cents; a credit note counts below zero.

    is_live: the batch is neither in the books yet nor cancelled: until then no other batch may pay the line.
    """

    item = models.ForeignKey(PaymentItem, models.PROTECT, related_name="lines")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    cents = models.BigIntegerField()
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry", "position"], condition=Q(is_live=True), name="line_paid_by_one_batch_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(cents=0), name="paid_line_pays_something"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}: {self.cents}"


class PaymentRemoval(ClientModel):
    """A line taken out of a batch before its approval: its transfer is void, one of the other lines stands for it."""

    item = models.OneToOneField(PaymentItem, models.PROTECT, related_name="removal")
    entry = models.ForeignKey("finance.Entry", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    position = models.IntegerField()
    cents = models.BigIntegerField()
    removed_by = models.CharField(max_length=200)
    removed_at = models.DateTimeField()

    append_only = True

    def __str__(self) -> str:
        return f"{self.item}: {self.entry_id}/{self.position}"
