"""The acts on lettering that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "lettering.run.asked": pgettext_lazy("act", "Automatic lettering asked for"),
    "lettering.run.confirmed": pgettext_lazy("act", "Automatic lettering confirmed"),
    "lettering.run.undoing": pgettext_lazy("act", "Undoing of an automatic lettering asked for"),
    "lettering.settling.saved": pgettext_lazy("act", "Accounts of lettering differences chosen"),
}
