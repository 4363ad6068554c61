"""Where the product uses each value of a booklet: what a clause page shows beside the figure."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

USES: Mapping[str, tuple[tuple[str | Promise, str], ...]] = {
    "support.hours": ((_("Due instant of a request, with its working"), "support:requests"),),
    "support.pick_up": ((_("Due instant of a request, with its working"), "support:requests"),),
    "support.plans": (
        (_("What the form for a request offers"), "support:requests"),
        (_("Knowledge base"), "knowledge:articles"),
    ),
    "scope.ceilings": ((_("What the contract allows"), "clients:company"),),
    "scope.ordered_quantities": ((_("What the contract allows"), "clients:company"),),
    "accounts": ((_("People and administrators of the company"), "clients:people"),),
}


def uses_of(key: str) -> list[tuple[str | Promise, str]]:
    """Return the pages that use the value *key* of a booklet, as label and address."""
    found = [uses for prefix, uses in USES.items() if key == prefix or key.startswith(f"{prefix}.")]
    return [(label, reverse(name)) for uses in found for label, name in uses]
