"""The acts on payments that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "payments.batch.prepared": pgettext_lazy("act", "Batch of transfers prepared"),
    "payments.batch.reduced": pgettext_lazy("act", "Line taken out of a batch of transfers"),
    "payments.batch.approved": pgettext_lazy("act", "Batch of transfers approved"),
    "payments.batch.sent": pgettext_lazy("act", "Batch of transfers sent to the bank"),
    "payments.batch.cancelled": pgettext_lazy("act", "Batch of transfers cancelled"),
}
