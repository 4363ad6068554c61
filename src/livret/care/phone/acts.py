"""The acts on the telephone that the audit trail keeps, in words."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

ACTS = {
    "phone.key.created": pgettext_lazy("act", "Key of the telephone system created"),
    "phone.key.revoked": pgettext_lazy("act", "Key of the telephone system revoked"),
    "phone.number.announced": pgettext_lazy("act", "Telephone number announced"),
}
