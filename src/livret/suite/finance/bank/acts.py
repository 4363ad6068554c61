"""The acts on the bank that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "bank.account.opened": pgettext_lazy("act", "Bank account opened"),
    "bank.file.uploaded": pgettext_lazy("act", "Bank statement sent"),
    "bank.file.confirmed": pgettext_lazy("act", "Import of a bank statement confirmed"),
    "bank.file.imported": pgettext_lazy("act", "Bank statement imported"),
    "bank.file.refused": pgettext_lazy("act", "Bank statement refused"),
    "bank.movement.matched": pgettext_lazy("act", "Movement matched"),
    "bank.movement.unmatched": pgettext_lazy("act", "Match of a movement undone"),
    "bank.rule.saved": pgettext_lazy("act", "Bank rule saved"),
    "bank.rule.deleted": pgettext_lazy("act", "Bank rule deleted"),
}
