"""The acts on half-yearly reports that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "figures.report.frozen": pgettext_lazy("act", "Half-yearly report frozen"),
    "figures.report.delivered": pgettext_lazy("act", "Half-yearly report delivered"),
    "figures.report.contact_named": pgettext_lazy("act", "Recipient of the half-yearly report named"),
}
