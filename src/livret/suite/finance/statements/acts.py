"""The acts on reports that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "statements.loan.added": pgettext_lazy("act", "Loan added to the forecast"),
    "statements.loan.removed": pgettext_lazy("act", "Loan removed from the forecast"),
}
