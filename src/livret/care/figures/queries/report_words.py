"""The definitions that a report gives of its own words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def definitions(clause: str) -> list[dict[str, str]]:
    """Return each term with its meaning; *clause*: of the pick-up, where the definition is of the contract."""
    rows = [
        (
            _("Business time"),
            _("time within the opening hours of support, public holidays left out; the pick-up is never paused."),
            clause,
        ),
        (
            pgettext("figures", "Picked up in time"),
            _("the business seconds from registration to pick-up do not exceed the target."),
            clause,
        ),
        (
            pgettext("figures", "Left out of the share"),
            _("a request that a clause takes out, with evidence; the client may contest it."),
            "",
        ),
        (
            pgettext("figures", "Not counted yet"),
            _("a request that waits, and whose target still runs."),
            "",
        ),
        (
            pgettext("figures", "Withdrawn in time"),
            _("taken back by the client before anybody picked it up and before its target."),
            "",
        ),
    ]
    return [{"term": term, "text": text, "clause": mark} for term, text, mark in rows]
