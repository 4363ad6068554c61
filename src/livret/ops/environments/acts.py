"""The acts on environments that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "environments.environment.created": pgettext_lazy("act", "Environment created"),
    "environments.environment.migrated": pgettext_lazy("act", "Environment migrated"),
    "environments.restoration.asked": pgettext_lazy("act", "Restoration asked for"),
    "environments.restoration.swapped": pgettext_lazy("act", "Restored environment put in place"),
    "environments.restoration.abandoned": pgettext_lazy("act", "Restoration given up"),
}
