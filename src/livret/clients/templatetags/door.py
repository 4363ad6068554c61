"""What the pages of the door show."""

from __future__ import annotations

from django import template

from livret.clients.access import holds_role
from livret.clients.models import AccessAccount
from livret.clients.rules.devices import device_name

register = template.Library()
register.filter("device", device_name)


@register.filter
def holds(account: AccessAccount, role: str) -> bool:
    """Whether pages for *role* open for a person of the publisher."""
    return holds_role(account, role)
