"""The acts on VAT that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "vat.regime.set": pgettext_lazy("act", "VAT regime set"),
    "vat.code.chosen": pgettext_lazy("act", "VAT code of an account chosen"),
    "vat.code.removed": pgettext_lazy("act", "VAT code of an account removed"),
    "vat.return.begun": pgettext_lazy("act", "VAT return begun"),
    "vat.return.adjusted": pgettext_lazy("act", "VAT return adjusted"),
    "vat.return.dropped": pgettext_lazy("act", "VAT return that the regime no longer has deleted"),
    "vat.return.filed": pgettext_lazy("act", "VAT return filed"),
}
